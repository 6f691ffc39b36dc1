"""Sends what is owed: claim, word, pace, send, settle.

1. One transaction takes back rows of dead senders, claims what is due, words it from the database as it is now,
   ends what is no longer true, and reserves sending slots.
2. Outside any transaction each message waits for its slot and goes out.
3. Each row is settled by itself under its claim, so that one bad recipient silences nobody else.

What was certainly not sent is handed back; what hinders everything (no connection, a refused token) rests the sender.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.clock import Now, jitter, wall
from bot.crashpoint import crashpoint
from bot.metrics import Metrics
from bot.telegram_errors import Doubtful, TokenRefused, TryLater, Undeliverable
from bot.telegram_out import TelegramOut
from delivery import claiming, shown
from delivery.rules import LEASE, POLICIES, Kind, Outcome, wait_after
from handlers.request import House
from handlers.screen import Screen
from handlers.scripts import in_script
from handlers.wording import Later, word
from people.store import mark_unreachable
from storage.database import Database, is_outage, is_transient
from storage.tables import Owed

MARGIN = timedelta(seconds=5)
"""A lease with less than this left is not used any more: its row may be claimed by another any moment."""
TOKEN_WAIT = timedelta(seconds=60)
"""How long a refused token rests the sender."""
SETTLE_TRIES = 3
"""How often the end of a row is written when the transaction loses a race."""
BETWEEN_MESSAGES = timedelta(seconds=1.05)
"""Telegram wants at most one message a second in a private chat."""


@dataclass(frozen=True)
class Parcel:
    """One message ready to go."""

    row: Owed
    telegram_id: int
    screen: Screen
    at: datetime
    claimed: float
    """Monotonic seconds of the claim."""


class Sender:
    """One of any number of senders."""

    def __init__(
        self, house: House, database: Database, out: TelegramOut, metrics: Metrics, now: Now, rate: float
    ) -> None:
        """`rate` in messages a second for the whole bot."""
        self.house, self.database, self.out = house, database, out
        self.metrics, self.now, self.rate = metrics, now, rate
        self.batch = max(1, int(rate))
        self.stopping = asyncio.Event()
        """Once set, nothing more is claimed, and what has not begun to go out is handed back."""
        self._mine: set[int] = set()
        self._busy = asyncio.Lock()
        self._resting_until = 0.0
        self._failures = 0

    async def drain(self) -> int:
        """Send everything that is due; how many rows were settled or put back."""
        if self._busy.locked():
            return 0
        async with self._busy:
            total = 0
            while not self._resting() and (parcels_and_count := await self._claim()):
                parcels, count = parcels_and_count
                total += count
                for error in await asyncio.gather(*map(self._deliver, parcels), return_exceptions=True):
                    if isinstance(error, Exception):  # its lease ends it; the others have had their turn
                        log.event("not-settled", level=40, error=error)
            return total

    def _resting(self) -> bool:
        return self.stopping.is_set() or time.monotonic() < self._resting_until or self.out.gate.held() > 0

    def _rest(self, wait: timedelta) -> None:
        """Try nothing for so long; trouble that a whole batch meets is one trouble."""
        if time.monotonic() >= self._resting_until:
            self._failures += 1
            self._resting_until = time.monotonic() + wait.total_seconds()

    async def _claim(self) -> tuple[list[Parcel], int] | None:
        try:
            async with self.database.reading() as session:  # most beats find nothing, and then no writer is disturbed
                if not await claiming.anything_waits(session, self.now(), wall()):
                    return None
            async with self.database.writing() as session:
                now, real = self.now(), wall()
                await claiming.recover(session, real, self._mine)
                rows = await claiming.claim(session, now, real, self.batch)
                ready = []
                for row in rows:
                    try:
                        worded, person = await word(session, self.house, row, now)
                    except Exception as error:  # one row that cannot be worded must not silence the others
                        if is_transient(error) or is_outage(error):
                            raise  # the database's trouble, not the row's
                        log.event("wording-failed", level=40, error=error, kind=row.kind)
                        await claiming.settle(session, row, Outcome.FAILED, now, reason=type(error).__name__)
                        continue
                    if isinstance(worded, Outcome):
                        await claiming.settle(session, row, worded, now)
                        self._count(row, worded)
                    elif isinstance(worded, Later):
                        await claiming.put_back(session, row, now + worded.wait, reason=worded.reason)
                    elif person:
                        ready.append((row, int(person.telegram_id), in_script(worded, person.script)))
                slots = await claiming.reserve(session, len(ready), real, self.rate) if ready else []
            claimed = time.monotonic()
        except Exception as error:
            if is_transient(error) or is_outage(error):
                log.event("sender-waits", level=30, error=error)
                return None
            raise
        if rows:
            crashpoint("claimed")
        self._mine = {row.id for row, _, _ in ready}
        return (_spaced(ready, slots, claimed), len(rows)) if rows else None

    async def _deliver(self, parcel: Parcel) -> None:
        row = parcel.row
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), max(0.0, (parcel.at - wall()).total_seconds()))
        late = time.monotonic() - parcel.claimed > (LEASE - MARGIN).total_seconds()
        try:
            if late or self._resting():  # frozen or starved, another may have it by now: the fence decides
                await self._again(row, timedelta(0), "late" if late else "not begun")
                return
            messages = await self._send(parcel)
        except Undeliverable as no:
            failed = Outcome.DROPPED if row.kind == Kind.COVER else Outcome.FAILED  # nothing is there to be covered
            await self._end(row, Outcome.UNREACHABLE if no.unreachable else failed, reason=no.reason)
        except TryLater as later:
            if not later.throttled:
                self._rest(jitter(max(later.after, wait_after(self._failures))))
            await self._again(row, later.after, later.reason)
        except Doubtful as doubt:
            await self._doubt(row, doubt.reason)
        except TokenRefused:
            self._rest(TOKEN_WAIT)
            await self._again(row, TOKEN_WAIT, "token refused")
        else:
            self._failures = 0
            crashpoint("sent")
            await self._end(row, Outcome.SENT, messages=messages)
            if row.kind == Kind.REMINDER:
                lateness = self.now() - (row.late_since or row.due_at)
                self.metrics.lateness.observe(max(0.0, lateness.total_seconds()))
        finally:
            self._mine.discard(row.id)

    async def _send(self, parcel: Parcel) -> list[int]:
        """Send it; the ids of what stands in the chat now. A cover changes the message it lies on."""
        if parcel.row.kind != Kind.COVER:
            return await self.out.send(parcel.telegram_id, parcel.screen)
        if parcel.row.message_id is not None:
            await self.out.edit(parcel.telegram_id, parcel.row.message_id, parcel.screen)
        return []

    async def _doubt(self, row: Owed, reason: str) -> None:
        """Once more where a second copy is better than none; otherwise say that nobody knows."""
        again = POLICIES[Kind(row.kind)].doubtful_again
        if again is None or row.tries:
            await self._end(row, Outcome.UNKNOWN, reason=reason)
        else:
            await self._again(row, again, reason, doubtful=True)

    async def _again(self, row: Owed, wait: timedelta, reason: str, *, doubtful: bool = False) -> None:
        async def write(session: AsyncSession) -> bool:
            return await claiming.put_back(session, row, self.now() + wait, reason=reason, doubtful=doubtful)

        await self._write(write)
        self.metrics.requests.labels("send", "again").inc()

    async def _end(self, row: Owed, outcome: Outcome, *, messages: Sequence[int] = (), reason: str = "") -> None:
        last = messages[-1] if messages else row.message_id

        async def write(session: AsyncSession) -> bool:
            settled = await claiming.settle(session, row, outcome, self.now(), message_id=last, reason=reason)
            if settled and row.person_id is not None:
                now = self.now()
                await shown.remember(session, [(row.person_id, message_id, now) for message_id in messages])
            if settled and outcome == Outcome.UNREACHABLE and row.person_id is not None:
                await mark_unreachable(session, row.person_id)
            return settled

        settled = await self._write(write)
        self._count(row, outcome if settled else Outcome.UNKNOWN)

    async def _write(self, what: Callable[[AsyncSession], Awaitable[bool]]) -> bool:
        for attempt in range(1, SETTLE_TRIES + 1):
            try:
                async with self.database.writing() as session:
                    return await what(session)
            except Exception as error:
                if not is_transient(error) or attempt == SETTLE_TRIES:
                    raise
        return False

    def _count(self, row: Owed, outcome: Outcome) -> None:
        self.metrics.settled.labels(str(row.lane), outcome).inc()


def _spaced(ready: list[tuple[Owed, int, Screen]], slots: list[datetime], claimed: float) -> list[Parcel]:
    """Give every message its slot, and messages to one person at least a second between them."""
    last: dict[int, datetime] = {}
    parcels = []
    for (row, telegram_id, screen), slot in zip(ready, slots, strict=True):
        at = max(slot, last[telegram_id] + BETWEEN_MESSAGES) if telegram_id in last else slot
        last[telegram_id] = at
        parcels.append(Parcel(row, telegram_id, screen, at, claimed))
    return parcels
