"""Who has waited too long for a health worker: looked at every few seconds, told once.

The rule: minutes count within the clinic's hours alone; nobody is blamed for a night.
"""

from datetime import datetime, timedelta

from bot import log
from bot.clock import Now
from bot.metrics import Metrics
from handlers.clinic_hours import hours_of
from handoff import waiting
from scheduling.clinics import Clinics
from storage.database import Database
from storage.failures import is_passing

EVERY = timedelta(seconds=5)
"""Between two looks, in people's time."""


class Escalating:
    """One of any number of processes that do this."""

    def __init__(self, database: Database, clinics: Clinics, metrics: Metrics, now: Now, minutes: int) -> None:
        """`minutes` within the hours of the clinic are too long."""
        self.database, self.clinics, self.metrics, self.now = database, clinics, metrics, now
        self.longest = timedelta(minutes=minutes)
        self._next: datetime | None = None

    async def run(self) -> int:
        """Tell the leads of whoever waits too long; how many waited."""
        now = self.now()
        if self._next and self._next - EVERY <= now < self._next:
            return 0
        try:
            told = 0
            async with self.database.reading() as session:
                found = await waiting.waiting_since(session, now - self.longest)
                late = [
                    talk
                    for talk in found
                    if talk.clinic_id in self.clinics.clinics
                    and waiting.is_late(
                        talk, await hours_of(session, self.clinics, talk.clinic_id, now), self.longest, now
                    )
                ]
            for talk in late:
                async with self.database.writing() as session:
                    told += await waiting.escalate(session, talk, now)
        except Exception as error:
            if not is_passing(error):
                raise
            log.event("escalating-waits", level=30, error=error)
            return 0
        self._next = now + EVERY
        self.metrics.handoff_late.inc(told)
        return told
