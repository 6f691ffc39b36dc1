"""The beat of places: what was kept for minutes goes back, and free places go to whoever waits for them.

The rule: each step is a transaction of its own that touches one slot; any number of processes may do this at once.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.clock import Now
from scheduling import lapsing, offers, waiting
from scheduling.clinics import Clinics
from storage.database import Database
from storage.failures import is_passing

MOST = 100
"""Steps of one beat: sending must not wait longer."""
LOOK_AGAIN = 10
"""Beats for which a free place that suited nobody is left alone; whatever changes for a person is seen by then."""
Result = TypeVar("Result")


class Offering:
    """One of any number of processes that do this."""

    def __init__(self, database: Database, clinics: Clinics, now: Now) -> None:
        """`now` is the clock of people."""
        self.database, self.clinics, self.now = database, clinics, now
        self._beat = 0
        self._fruitless: dict[int, int] = {}
        """Slots that nobody wanted after all, and the beat from which they are looked at again."""

    async def run(self) -> int:
        """Do what is due; how many holds, offers and lists ended or began."""
        try:
            return await self._run(self.now())
        except Exception as error:
            if not is_passing(error):
                raise
            log.event("offering-waits", level=30, error=error)
            return 0

    async def _run(self, now: datetime) -> int:
        self._beat += 1
        async with self.database.reading() as session:
            ended, waits = await lapsing.look(session, now)
        steps = 0
        while ended and steps < MOST and (done := await self._step(lambda session: self._lapse_one(session, now))):
            steps += done
        if not waits:
            return steps
        async with self.database.reading() as session:
            over = await waiting.lists_over(session, self.clinics, now)
            free = await offers.wanted_slots(session, self.clinics, now)
        if over:
            steps += await self._step(lambda session: waiting.end_lists(session, self.clinics, now))
        self._fruitless = {slot: beat for slot, beat in self._fruitless.items() if beat > self._beat}
        for slot_id in [each for each in free if each not in self._fruitless][:MOST]:
            found = await self._step(partial(offers.match, clinics=self.clinics, slot_id=slot_id, now=now))
            steps += found.made
            if not found.made and not found.is_busy:
                self._fruitless[slot_id] = self._beat + LOOK_AGAIN
        return steps

    async def _lapse_one(self, session: AsyncSession, now: datetime) -> int:
        ended = await lapsing.lapse(session, now, most=1)
        await offers.pass_on(session, self.clinics, now)
        return ended

    async def _step(self, what: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
        async with self.database.writing() as session:
            return await what(session)
