"""What people asked about, counted in memory and added to the database every few seconds for everybody at once.

An update costs no write of its own. A crash loses what the last five seconds counted; any number of processes add up.
Nobody's questions are kept: that a person asked the same thing again today is known from a keyed hash, in this process,
until midnight. After a restart, or with several processes, the same person may therefore count twice.
"""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from answers import store
from answers.signals import NO_PROVINCE, day_of
from locales.provinces import PROVINCES
from storage import keys
from storage.database import Database

EVERY_SECONDS = 5.0
MOST_PEOPLE = 20_000
"""People of one day who are remembered; later ones may count twice."""


class AskedCounts:
    """What has not been written yet."""

    def __init__(self) -> None:
        """Nobody has asked anything."""
        self._counts: Counter[tuple[date, str, str, str]] = Counter()
        self._met: dict[bytes, set[str]] = {}
        self._day = date.min
        self._next = 0.0

    def note(self, telegram_id: int, subjects: Iterable[str], language: str, province: str, now: datetime) -> None:
        """Count what somebody asked about, each subject once a day for each person.

        `province` is what they chose for alerts; anything that is none counts as none.
        """
        day = self._begin(now)
        who = _hash(telegram_id)
        met = self._met.get(who, set())
        province = province if province in PROVINCES else NO_PROVINCE
        for subject in subjects:
            if subject not in met:
                met.add(subject)
                self._counts[day, subject, language, ""] += 1
                self._counts[day, subject, "", province] += 1
        if met and len(self._met) < MOST_PEOPLE:
            self._met[who] = met

    def forget(self, telegram_id: int) -> None:
        """Remember nothing of somebody; what they asked about stays counted."""
        self._met.pop(_hash(telegram_id), None)

    async def flush(self, database: Database, now: datetime, *, at_once: bool = False) -> None:
        """Add what was counted, every few seconds or `at_once`.

        Raises:
            Exception: whatever the database raises; then it is all still here, and is tried again.
        """
        self._begin(now)
        if not self._counts or (time.monotonic() < self._next and not at_once):
            return
        self._next = time.monotonic() + EVERY_SECONDS
        batch, self._counts = self._counts, Counter()
        try:
            async with database.writing(fleeting=True) as session:
                await store.add_asked(session, batch)
        except BaseException:
            self._counts.update(batch)
            raise

    def _begin(self, now: datetime) -> date:
        """The day it is; with a new one, nobody has asked anything yet."""
        if (day := day_of(now)) != self._day:
            self._day, self._met = day, {}
        return day


def _hash(telegram_id: int) -> bytes:
    return keys.in_use().blind(str(telegram_id), "asked.today")[:12]
