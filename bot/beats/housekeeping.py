"""Once an hour, whatever is old enough is forgotten; and whatever was erased is cleared from the disk soon after.

Safe to run twice, late, or in several processes at once: each part only removes what is old, by itself.
"""

import asyncio
import time
from datetime import date, datetime, timedelta

from answers.signals import forget_counts
from bot import log
from bot.clock import Now
from bot.tombstone_file import TombstoneFile
from delivery.retention import forget_settled, forget_shown
from handoff.retention import forget_conversations
from people import tombstones
from people.retention import forget_run_out, forget_the_silent, forget_tombstones
from people.roles import end_dormant
from scheduling.clinics import Clinics
from scheduling.openings import fill_days_to_come
from scheduling.plans import site_of
from scheduling.retention import forget_names, forget_old_visits
from scheduling.undoing import forget_old
from storage import audit
from storage.database import Database
from storage.failures import is_passing, is_transient
from storage.scrub import scrub

EVERY = timedelta(hours=1)
SCRUB_SECONDS = 20.0
"""The shortest time between two clearings of the disk: well below the minute that is promised, and no burden."""
PARTS = (
    ("visits", forget_old_visits),
    ("names", forget_names),
    ("deeds", forget_old),
    ("messages", forget_settled),
    ("shown", forget_shown),
    ("roles", end_dormant),
    ("conversations", forget_conversations),
    ("people", forget_the_silent),
    ("tombstones", forget_tombstones),
    ("run-out", forget_run_out),
    ("counts", forget_counts),
)
FREQUENT = ("shown", "run-out", "names", "deeds", "conversations", "counts")
"""Parts that are business as usual and not noted in the audit log."""
ATTEMPTS = 3
"""How often a part that lost a race with another process is run again."""


class Housekeeping:
    """Remembers when it last ran; a new process begins with a run."""

    def __init__(
        self,
        database: Database,
        now: Now,
        file: TombstoneFile | None,
        left: asyncio.Event,
        clinics: Clinics | None = None,
    ) -> None:
        """`now` is the clock of people: in the demo, moving it forward makes things be forgotten.

        `left` is set after somebody was erased; `file` keeps the tombstones outside the database.
        `clinics` are those whose openings make the times of the days that come near.
        """
        self.database, self.now, self.file, self.left = database, now, file, left
        self.clinics = clinics
        self._next: datetime | None = None
        self._scrub_at = 0.0
        self._unclean = True
        """Something may still be lying about: at first, what a process before this one left."""

    async def run_if_due(self) -> bool:
        """Forget what is old enough, if an hour has passed since the last time."""
        now = self.now()
        if self._next and now < self._next:
            return False
        try:
            await self.run(now)
        except Exception as error:
            if not is_passing(error):
                raise
            return False  # the database is away: the next beat tries again
        self._next = now + EVERY
        return True

    async def run(self, now: datetime) -> None:
        """Each package forgets its own."""
        for name, _ in PARTS:
            if count := await self._part(name, now):
                log.event("forgotten", kind=name, count=count)
                self._unclean = True
        await self.open_days_to_come(now)
        await self.save_tombstones(everything=True)

    async def open_days_to_come(self, now: datetime) -> None:
        """Make the times of days that came within each clinic's horizon; it does something once a day."""
        for clinic_id, clinic in self.clinics.clinics.items() if self.clinics else ():
            async with self.database.writing() as session:
                count = await fill_days_to_come(session, site_of(clinic_id, clinic), now)
            if count:
                log.event("opened", count=count)

    async def _part(self, name: str, now: datetime) -> int:
        forget = dict(PARTS)[name]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self.database.writing() as session:
                    count = await forget(session, now)
                    if count and name not in FREQUENT:
                        await audit.record(session, "forgotten", now=now, detail=f"{name}: {count}")
                return count
            except Exception as error:
                if not is_transient(error) or attempt == ATTEMPTS:
                    raise
        return 0

    async def tidy(self) -> None:
        """After an erasure: put its tombstone into the file, and clear what it left on the disk."""
        if self.left.is_set():
            self.left.clear()
            self._unclean = True
            await self.save_tombstones()
        if self._unclean and time.monotonic() >= self._scrub_at:
            self._scrub_at = time.monotonic() + SCRUB_SECONDS
            self._unclean = not await scrub(self.database)
            if self._unclean:
                self._scrub_at = 0.0  # somebody was reading: the next beat tries again

    def untidy(self) -> None:
        """Something was deleted that must not be left lying about."""
        self._unclean = True

    async def save_tombstones(self, *, everything: bool = False) -> None:
        """Bring the file in step with the database: the last days, or `everything`, also what has run out."""
        if self.file is None:
            return
        since = date.min if everything else (self.now() - timedelta(days=2)).date()
        async with self.database.reading() as session:
            known = await tombstones.known(session, since)
        await asyncio.to_thread(self.file.add, known)
        if everything:
            await asyncio.to_thread(self.file.keep, known)
