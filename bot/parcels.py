"""Taking what is due in hand: claim, word, and take a place in each chat, in one transaction.

The rule: what is worded here was true when the transaction committed; what is no longer true ends here, unsent.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.clock import Now, wall
from bot.gate import Gate
from bot.settled import settled
from delivery import claiming
from delivery.claiming import Ending
from delivery.rules import LEASE, Lane, Outcome
from handlers.due import Later, Memory, Receiver, Worded
from handlers.request import House
from handlers.screen import Screen
from handlers.scripts import in_script
from handlers.wording import word
from storage import leases
from storage.database import Database
from storage.failures import is_outage, is_passing
from storage.tables import Owed

MARGIN = 5.0
"""A lease with less than so many seconds left is not used any more: its row may be claimed by another any moment."""
LONGEST = 1.5
"""Whoever must wait longer for a place in their chat is not kept in hand so long."""
AFTER_OUTAGE = 5.0
"""For so long after the database was away nothing is taken back: whoever lives first says what it has sent."""
RECOVER_SECONDS = 1.0
"""How often rows of dead senders are looked for."""


@dataclass(frozen=True, eq=False)
class Parcel:
    """One message ready to go."""

    row: Owed
    chat_id: int
    screen: Screen
    not_before: float
    """Monotonic seconds: when its place in the chat comes."""
    claimed: float
    """Monotonic seconds of the claim."""

    @property
    def lane(self) -> Lane:
        """In which it waits."""
        return Lane(self.row.lane)

    @property
    def stale(self) -> bool:
        """Whether another may have it by now."""
        return time.monotonic() - self.claimed > LEASE.total_seconds() - MARGIN


@dataclass(frozen=True)
class Batch:
    """What one claim took in hand."""

    parcels: list[Parcel]
    ended: list[tuple[Owed, Outcome]]
    """What was not to be sent any more."""
    claimed: int
    """How many rows, with those that were put back."""


class Claims:
    """Claims for one sender."""

    def __init__(self, house: House, database: Database, gate: Gate, now: Now) -> None:
        """`now` is the clock of people."""
        self.house, self.database, self.gate, self.now = house, database, gate, now
        self._recover_at = 0.0
        self._careful = False
        """Whether each row is worded in a savepoint of its own, because one has just spoilt a claim."""

    async def take(self, room: Mapping[Lane, int], mine: set[int], *, sure: bool) -> Batch | None:
        """Claim up to so many rows of each lane; None when nothing is due.

        Args:
            mine: rows this sender has in hand.
            sure: something is due, so that it need not be looked for first.
        """
        try:
            return await self._take_if_any(room, mine, sure=sure)
        except Exception as error:
            if is_outage(error):
                self._recover_at = time.monotonic() + AFTER_OUTAGE
            raise

    async def _take_if_any(self, room: Mapping[Lane, int], mine: set[int], *, sure: bool) -> Batch | None:
        if not sure:
            async with self.database.reading() as session:  # most beats find nothing: no writer is disturbed then
                if not await claiming.anything_waits(session, self.now(), leases.clock(session, wall())):
                    return None
        try:
            batch = await self._take(room, mine)
        except DBAPIError:
            self._careful = True
            raise
        self._careful = False
        return batch

    async def _take(self, room: Mapping[Lane, int], mine: set[int]) -> Batch | None:
        begun = time.monotonic()  # before the lease begins, so that ours never seems longer than it is
        async with self.database.writing() as session:
            real = leases.clock(session, wall())
            recovered = 0
            if begun >= self._recover_at:
                self._recover_at = begun + RECOVER_SECONDS
                recovered = await claiming.recover(session, real, mine)
            rows = await claiming.claim(session, self.now(), real, room)
            batch = await self._worded(session, rows, begun)
        return batch if rows or recovered else None

    async def _worded(self, session: AsyncSession, rows: Sequence[Owed], begun: float) -> Batch:
        now = self.now()
        ready: list[tuple[Owed, Receiver, Screen]] = []
        endings: list[Ending] = []
        written: dict[tuple[int, str], tuple[Screen, Screen]] = {}
        memory = Memory(rows)
        known = await claiming.receivers(session, rows)  # one query for all; wording then finds them in memory
        for row in rows:
            worded, receiver, reason = await self._word(session, row, memory)
            if isinstance(worded, Outcome):
                endings.append(Ending(row, worded, message_id=row.message_id, reason=reason))
            elif isinstance(worded, Later):
                endings.append(Ending(row, at=now + worded.wait, reason=worded.reason))
            elif receiver:
                alike = (id(worded), receiver.script)
                if alike not in written:
                    written[alike] = (worded, in_script(worded, receiver.script))
                ready.append((row, receiver, written[alike][1]))
        del known
        waits = await self.gate.places(session, [receiver.chat_id for _, receiver, _ in ready])
        parcels = []
        for (row, receiver, screen), wait in zip(ready, waits, strict=True):
            if wait > LONGEST:
                endings.append(Ending(row, at=now + timedelta(seconds=wait - 1), reason="paced"))
            else:
                parcels.append(Parcel(row, receiver.chat_id, screen, time.monotonic() + wait, begun))
        done = await claiming.end(session, endings, now)
        ended = [(each.row, each.outcome) for each in endings if each.outcome and each.row.id in done]
        for row, outcome in ended:
            await settled(session, row, outcome, (), now)
        return Batch(parcels, ended, len(rows))

    async def _word(self, session: AsyncSession, row: Owed, memory: Memory) -> tuple[Worded, Receiver | None, str]:
        """The wording of a row; a row that cannot be worded fails, and must not silence the others."""
        try:
            if not self._careful:
                return *await word(session, self.house, row, self.now(), memory), ""
            async with session.begin_nested():
                return *await word(session, self.house, row, self.now(), memory), ""
        except Exception as error:
            if is_passing(error):
                raise  # the database's trouble, not the row's
            if isinstance(error, DBAPIError) and not self._careful:
                raise  # it has spoilt the transaction: the next claim asks for each row by itself
            log.event("wording-failed", level=40, error=error, kind=row.kind)
            return Outcome.FAILED, None, type(error).__name__
