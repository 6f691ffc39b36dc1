"""The silence alarm: reminders that should have gone out ten minutes ago and have not are told to the clinic's staff.

The rule: staff are owed the alarm as soon as the silence is found. If sending itself is what fails, it goes out when
sending works again; if only reminders fail, at once. It runs beside the sender, which may be what is stuck.
"""

import time
from datetime import datetime, timedelta

from bot import log
from bot.clock import Now
from people.authority import RULES, Action
from people.store import holders
from scheduling.calling import SILENT_AFTER
from scheduling.clinics import Clinics
from scheduling.silence import find_silence, owe_alarm
from storage.database import Database
from storage.failures import is_passing

LOOK_SECONDS = 15.0
"""How often it is looked for."""
JUMP = timedelta(minutes=5)
"""A clock that moves by so much more (or less) than time passes was set anew: what seems late need not be."""


class Silence:
    """One of any number of processes that listen; the database decides which of them tells."""

    def __init__(self, database: Database, clinics: Clinics, now: Now) -> None:
        """`now` is the clock of people."""
        self.database, self.clinics, self.now = database, clinics, now
        self._next = 0.0
        self._last: tuple[datetime, float] | None = None
        self._since: datetime | None = None
        """Since when the clock has run evenly; None: since before we came."""

    async def run(self) -> None:
        """Look, if the time has come."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_SECONDS
        try:
            await self.look()
        except Exception as error:
            if not is_passing(error):
                raise
            log.event("silence-waits", level=30, error=error)

    async def look(self) -> int:
        """Owe the alarm to the staff of every clinic whose reminders are silent; at how many clinics it was news."""
        now = self.now()
        self._mind_jumps(now)
        if self._since and timedelta(0) <= now - self._since < SILENT_AFTER:
            return 0
        async with self.database.reading() as session:
            found = await find_silence(session, now)
        told = 0
        for clinic_id, since in found.items():
            clinic = self.clinics.clinics.get(clinic_id)
            if clinic is None:
                continue
            async with self.database.writing() as session:
                staff = await holders(session, RULES[Action.SEE_DAY].roles or (), clinic_id)
                told += await owe_alarm(session, clinic_id, clinic, since, sorted({one.id for one in staff}), now)
        if told:
            log.event("reminders-silent", level=40, count=told)
        return told

    def _mind_jumps(self, now: datetime) -> None:
        at = time.monotonic()
        if self._last:
            passed = timedelta(seconds=at - self._last[1])
            if abs(now - self._last[0] - passed) > JUMP:
                self._since = now
        self._last = (now, at)
