"""Writing down what became of messages: many in one transaction, each under its own claim.

The rule: the first end is written at once, what comes meanwhile together, a tenth of a second later at most. What one
row spoils is written again row by row, so that it spoils nothing else.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.clock import Now
from bot.settled import settled
from delivery import claiming, shown
from delivery.claiming import Ending
from delivery.rules import Outcome
from people.store import mark_unreachable
from storage.database import Database
from storage.failures import is_outage, is_transient

TRIES = 3
"""How often a transaction that lost a race is run again."""
AT_ONCE = 50
"""Rows in one transaction."""
LINGER = 0.1
"""Seconds between two transactions, unless `AT_ONCE` rows wait."""
OUTAGE_PAUSE = 0.5
"""Seconds between tries while the database is away."""
OUTAGE_LONGEST = 600.0
"""Seconds after which they end. A lease that ran out meanwhile does no harm: the claim's number decides who writes."""


@dataclass(frozen=True, eq=False)
class Result:
    """What became of a claimed row, and the messages it became."""

    ending: Ending
    messages: tuple[int, ...] = ()


class Settler:
    """Settles for one sender."""

    def __init__(self, database: Database, now: Now) -> None:
        """`now` is the clock of people."""
        self.database, self.now = database, now
        self._waiting: deque[tuple[Result, asyncio.Future[bool]]] = deque()
        self._work: asyncio.Task[None] | None = None
        self._full = asyncio.Event()

    async def settle(self, result: Result) -> bool:
        """Write one end; False (and nothing written) if the lease was lost.

        Raises:
            Exception: whatever the database raises, once it is too late to try again.
        """
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((result, written))
        if len(self._waiting) >= AT_ONCE:
            self._full.set()
        if self._work is None:
            self._work = asyncio.create_task(self._run())
        return await written

    async def _run(self) -> None:
        try:
            while self._waiting:
                some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                await self._settle(some)
                if len(self._waiting) < AT_ONCE:
                    self._full.clear()
                    try:
                        async with asyncio.timeout(LINGER):
                            await self._full.wait()
                    except TimeoutError:
                        continue
        finally:
            self._work = None

    async def _settle(self, some: Sequence[tuple[Result, asyncio.Future[bool]]]) -> None:
        try:
            written = await self._insist([result for result, _ in some])
        except Exception as error:
            if len(some) > 1:
                for each in some:
                    await self._settle([each])
                return
            for _, waits in some:
                if not waits.done():
                    waits.set_exception(error)
            return
        for result, waits in some:
            if not waits.done():
                waits.set_result(result.ending.row.id in written)

    async def _insist(self, results: Sequence[Result]) -> set[int]:
        until = time.monotonic() + OUTAGE_LONGEST
        tries = 0
        while True:
            try:
                async with self.database.writing() as session:
                    return await self._write(session, results)
            except Exception as error:
                tries += 1
                if is_outage(error) and time.monotonic() < until:  # it is known: it must not become doubtful
                    log.event("settling-waits", level=30, error=error)
                    await asyncio.sleep(OUTAGE_PAUSE)
                elif not is_transient(error) or tries >= TRIES:
                    raise

    async def _write(self, session: AsyncSession, results: Sequence[Result]) -> set[int]:
        now = self.now()
        written = await claiming.end(session, [each.ending for each in results], now)
        ended = [each for each in results if each.ending.row.id in written and each.ending.outcome]
        notes = [
            (each.ending.row.person_id, message_id, now)
            for each in ended
            for message_id in each.messages
            if each.ending.row.person_id is not None
        ]
        await shown.remember(session, sorted(notes))
        lost = {each.ending.row.person_id for each in ended if each.ending.outcome == Outcome.UNREACHABLE}
        for person_id in sorted(lost - {None}):  # type: ignore[type-var]
            await mark_unreachable(session, person_id)  # type: ignore[arg-type]
        for each in ended:
            if each.ending.outcome:
                await settled(session, each.ending.row, each.ending.outcome, each.messages, now)
        return written
