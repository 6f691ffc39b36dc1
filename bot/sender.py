"""Sends what is owed: claim, word, pace, send, settle.

1. One transaction takes back rows of dead senders, claims what is due, words it from the database as it is now,
   ends what is no longer true, and reserves sending slots.
2. Outside any transaction each message waits for its slot and goes out.
3. Each row is settled by itself under its claim, so that one bad recipient silences nobody else.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import log
from bot.clock import Now, wall
from bot.crashpoint import crashpoint
from bot.metrics import Metrics
from bot.telegram_out import Doubtful, TelegramOut, TokenRefused, TryLater, Undeliverable
from delivery import claiming
from delivery.rules import LEASE, POLICIES, Kind, Outcome, wait_after
from handlers.request import House
from handlers.screen import Screen
from handlers.scripts import in_script
from handlers.wording import word
from people.store import mark_unreachable
from storage.database import Database, is_outage, is_transient
from storage.tables import Owed

MARGIN = timedelta(seconds=5)
"""A lease with less than this left is not used any more: its row may be claimed by another any moment."""
TOKEN_WAIT = timedelta(seconds=60)
"""How long a refused token keeps a row waiting."""
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
        self.token_ok = True
        self._mine: set[int] = set()
        self._busy = asyncio.Lock()

    async def drain(self) -> int:
        """Send everything that is due; how many rows were settled or put back."""
        if self._busy.locked():
            return 0
        async with self._busy:
            total = 0
            while parcels_and_count := await self._claim():
                parcels, count = parcels_and_count
                total += count
                await asyncio.gather(*(self._deliver(parcel) for parcel in parcels))
            return total

    async def _claim(self) -> tuple[list[Parcel], int] | None:
        try:
            async with self.database.writing() as session:
                now, real = self.now(), wall()
                await claiming.recover(session, real, self._mine)
                rows = await claiming.claim(session, now, real, self.batch)
                ready = []
                for row in rows:
                    try:
                        worded, person = await word(session, self.house, row, now)
                    except Exception as error:  # one row that cannot be worded must not silence the others
                        log.event("wording-failed", level=40, error=error, kind=row.kind)
                        await claiming.settle(session, row, Outcome.FAILED, real, reason=type(error).__name__)
                        continue
                    if isinstance(worded, Outcome):
                        await claiming.settle(session, row, worded, real)
                        self._count(row, worded)
                    elif person:
                        ready.append((row, int(person.telegram_id), in_script(worded, person.script)))
                slots = await claiming.reserve(session, len(ready), real, self.rate) if ready else []
            claimed = time.monotonic()
        except Exception as error:
            if is_transient(error) or is_outage(error):
                log.event("sender-waits", level=30, error=error)
                return None
            raise
        crashpoint("claimed")
        self._mine = {row.id for row, _, _ in ready}
        return (_spaced(ready, slots, claimed), len(rows)) if rows else None

    async def _deliver(self, parcel: Parcel) -> None:
        row = parcel.row
        await asyncio.sleep(max(0.0, (parcel.at - wall()).total_seconds()))
        if time.monotonic() - parcel.claimed > (LEASE - MARGIN).total_seconds():
            self._mine.discard(row.id)  # frozen or starved: another may have it by now
            return
        try:
            message_id = await self.out.send(parcel.telegram_id, parcel.screen)
        except Undeliverable as no:
            await self._end(row, Outcome.UNREACHABLE if no.unreachable else Outcome.FAILED, reason=no.reason)
        except TryLater as later:
            wait = max(later.after, timedelta(0) if later.throttled else wait_after(row.tries))
            await self._again(row, wait, later.reason)
        except Doubtful as doubt:
            await self._doubt(row, doubt.reason)
        except TokenRefused:
            self.token_ok = False
            await self._again(row, TOKEN_WAIT, "token refused", counts=False)
        else:
            self.token_ok = True
            crashpoint("sent")
            await self._end(row, Outcome.SENT, message_id=message_id)
            if row.kind == Kind.REMINDER:
                self.metrics.lateness.observe(max(0.0, (self.now() - row.due_at).total_seconds()))
        finally:
            self._mine.discard(row.id)

    async def _doubt(self, row: Owed, reason: str) -> None:
        """Once more where a second copy is better than none; otherwise say that nobody knows."""
        again = POLICIES[Kind(row.kind)].doubtful_again
        if again is None or row.tries:
            await self._end(row, Outcome.UNKNOWN, reason=reason)
        else:
            await self._again(row, again, reason)

    async def _again(self, row: Owed, wait: timedelta, reason: str, *, counts: bool = True) -> None:
        async with self.database.writing() as session:
            await claiming.put_back(session, row, self.now() + wait, reason=reason, counts=counts)
        self.metrics.requests.labels("send", "again").inc()

    async def _end(self, row: Owed, outcome: Outcome, *, message_id: int | None = None, reason: str = "") -> None:
        async with self.database.writing() as session:
            settled = await claiming.settle(session, row, outcome, wall(), message_id=message_id, reason=reason)
            if settled and outcome == Outcome.UNREACHABLE and row.person_id is not None:
                await mark_unreachable(session, row.person_id)
        self._count(row, outcome if settled else Outcome.UNKNOWN)

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
