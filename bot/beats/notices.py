"""What a clinic's staff are owed by the hour: whom to call in the evening before, the day sheet before opening.

The rule: what is owed has a name of its own for each clinic, day and person, so that any number of processes may do it.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.clock import Now
from people.authority import RULES, Action
from people.store import holders
from scheduling.calling import evening_before, owe_calls
from scheduling.clinics import Clinic, Clinics
from scheduling.sheets import day_to_send, owe_sheet
from storage.database import Database
from storage.failures import is_passing

Owe = Callable[[AsyncSession, str, date, Clinic, Sequence[int], datetime], Awaitable[int]]
HOURS: tuple[tuple[Callable[[Clinic, datetime], date | None], Owe], ...] = (
    (evening_before, owe_calls),
    (day_to_send, owe_sheet),
)
"""When something is due, for which day, and how it is owed."""


class Notices:
    """Looks once in each minute in which something is due, until it was owed."""

    def __init__(self, database: Database, clinics: Clinics, now: Now) -> None:
        """`now` is the clock of people."""
        self.database, self.clinics, self.now = database, clinics, now
        self._looked: dict[tuple[str, int], str] = {}
        """By clinic and kind: the minute of the last look, or the day for which it was owed."""

    async def run(self) -> int:
        """Owe what is due; how many days of clinics had something to tell."""
        now, told = self.now(), 0
        for clinic_id, clinic in self.clinics.clinics.items():
            for number, (due, owe) in enumerate(HOURS):
                day = due(clinic, now)
                seen = self._looked.get((clinic_id, number))
                if day is None or seen in (f"{day}", f"{now:%Y-%m-%dT%H:%M}"):
                    continue
                done = await self._owe(owe, clinic_id, day, clinic, now)
                if done is None:
                    return told  # the database is away: the next beat tries again
                self._looked[clinic_id, number] = f"{day}" if done else f"{now:%Y-%m-%dT%H:%M}"
                told += bool(done)
        return told

    async def _owe(self, owe: Owe, clinic_id: str, day: date, clinic: Clinic, now: datetime) -> int | None:
        try:
            async with self.database.writing() as session:
                staff = await holders(session, RULES[Action.SEE_DAY].roles or (), clinic_id)
                return int(await owe(session, clinic_id, day, clinic, sorted({one.id for one in staff}), now))
        except Exception as error:
            if not is_passing(error):
                raise
            log.event("notices-wait", level=30, error=error)
            return None
