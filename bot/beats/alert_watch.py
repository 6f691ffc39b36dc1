"""What alerts need every second, whoever presses what: their rows moved, the first few judged, messages changed.

The rule: everything is decided from rows, a chunk at a time, so that any number of processes may do it and any of them
may die at it. Only how far this process has walked is remembered here.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import canary, progress, running, walking
from alerts.report import report_on
from alerts.rules import Quiet
from alerts.store import going
from alerts.walking import Walk
from bot import log
from bot.clock import Now, wall
from people.authority import RULES, Action
from people.store import holders
from storage.database import Database
from storage.failures import is_passing
from storage.tables import Alert

T = TypeVar("T")
CHUNKS = 200
"""Chunks of one alert in one beat; whatever is left then has its turn a second later."""


class AlertWatch:
    """One of any number of watchers."""

    def __init__(self, database: Database, quiet: Quiet, now: Now, every: timedelta = progress.EVERY) -> None:
        """`now` is the clock of people; `every`: how often a progress message may change."""
        self.database, self.quiet, self.now, self.every = database, quiet, now, every
        self._walks: dict[int, Walk] = {}

    async def run(self) -> int:
        """Look at every alert that has something left to do; how many there were."""
        try:
            async with self.database.reading() as session:
                found = await going.open_alerts(session, self.now())
            for alert_id in found:
                await self._look(alert_id)
        except Exception as error:
            self._walks.clear()  # what was not committed must be walked again
            if not is_passing(error):
                raise
            log.event("alerts-wait", level=30, error=error)
            return 0
        return len(found)

    async def _look(self, alert_id: int) -> None:
        for _ in range(CHUNKS):
            if not await self._in_writing(self._step, alert_id):
                break
        async with self.database.reading() as session:
            alert, left = await session.get(Alert, alert_id), await going.anything_left(session, alert_id)
            tells = await progress.anyone_waits(session, alert_id, wall(), self.every)
        if alert and alert.edits == "out":
            for _ in range(CHUNKS):
                if not await self._in_writing(self._walk, alert_id):
                    break
        elif alert and not left and not alert.done_at:
            await self._in_writing(self._finish, alert_id)
        if tells:
            async with self.database.reading() as session:
                report = await report_on(session, alert_id)
            async with self.database.writing() as session:
                await progress.tell(session, report, self.now(), wall(), self.every)

    async def _in_writing(self, do: Callable[[AsyncSession, int, datetime], Awaitable[T]], alert_id: int) -> T:
        async with self.database.writing() as session:
            return await do(session, alert_id, self.now())

    async def _step(self, session: AsyncSession, alert_id: int, now: datetime) -> bool:
        """One chunk; whether there may be another."""
        step = await running.step(session, alert_id, self.quiet, now)
        if step and step.held:
            operators = await holders(session, RULES[Action.SEE_ALERTS].roles or ())
            await canary.tell(session, step.held, [one.id for one in operators], now)
        return bool(step and step.moved)

    async def _walk(self, session: AsyncSession, alert_id: int, now: datetime) -> bool:
        return await walking.walk(session, alert_id, self._walks, now)

    async def _finish(self, session: AsyncSession, alert_id: int, now: datetime) -> bool:
        return await running.finish(session, alert_id, now)
