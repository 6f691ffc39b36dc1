"""Sends what is owed: claim and word, wait for a turn, send, settle; the next are claimed while these go out.

1. `bot/parcels.py` takes back rows of dead senders, claims what is due, words it from the database as it is now and
   ends what is no longer true, in one transaction. At most 0.6 seconds of sending are in hand.
2. Outside any transaction each message waits for its turn (`bot/gate.py`) and goes out. Lower lanes go first.
3. `bot/settling.py` writes down what became of it, under its claim.

What was certainly not sent is handed back; what hinders everything (no connection, a refused token) rests the sender.
"""

import asyncio
import contextlib
import functools
import time
from collections import deque
from datetime import timedelta

from bot import log
from bot.clock import Now, jitter
from bot.crashpoint import crashpoint
from bot.metrics import Metrics
from bot.parcels import Batch, Claims, Parcel
from bot.settling import Result, Settler
from bot.telegram_errors import Doubtful, Moved, TokenRefused, TryLater, Undeliverable
from bot.telegram_out import TelegramOut
from delivery.claiming import LANES, Ending
from delivery.rules import EDITS, POLICIES, Kind, Lane, Outcome, wait_after
from handlers.request import House
from handoff.linking import migrate
from storage.database import Database
from storage.failures import is_passing
from storage.tables import Owed

TOKEN_WAIT = timedelta(seconds=60)
"""How long a refused token rests the sender."""
IN_HAND = 0.6
"""Seconds of sending that are claimed and have not ended, at most: what a crash leaves in doubt."""
LEAST_IN_HAND = 0.25
"""The same for a sender that has sent nothing in the last second: others may have taken most of the pace."""
MOST_CLAIMED = 200
"""Rows of one claim: on SQLite bookings wait for it."""
LOOK_SECONDS = 0.2
"""How often new rows are looked for while others are on their way."""


class Sender:
    """One of any number of senders."""

    def __init__(self, house: House, database: Database, out: TelegramOut, metrics: Metrics, now: Now) -> None:
        """`now` is the clock of people; the pace is that of `out`."""
        self.database, self.out = database, out
        self.metrics, self.now = metrics, now
        self.in_hand = IN_HAND
        self.stopping = asyncio.Event()
        """Once set, nothing more is claimed, and what has not begun to go out is handed back."""
        self._claims = Claims(house, database, out.gate, now)
        self._settler = Settler(database, now)
        self._hand: dict[int, Parcel] = {}
        self._begun: set[int] = set()
        """Of these rows Telegram may know by now."""
        self._work: dict[asyncio.Task[None], int] = {}
        self._sent: dict[Lane, deque[float]] = {lane: deque(maxlen=1000) for lane in LANES}
        self._ended = asyncio.Event()
        self._busy = asyncio.Lock()
        self._resting_until = 0.0
        self._failures = 0

    async def drain(self, seconds: float = float("inf")) -> int:
        """Send everything that is due; how many rows were claimed.

        After so many seconds nothing more is claimed here, and what is on its way goes on by itself.
        """
        if self._busy.locked():
            return 0
        async with self._busy:
            total, until, sure = 0, time.monotonic() + seconds, False
            while time.monotonic() < until:
                room = self._room()
                batch = await self._claim(room, sure) if room else None
                if batch:
                    total += batch.claimed
                    sure = batch.claimed >= sum(room.values())
                    self._begin(batch)
                    continue
                sure = sure and not room
                if not self._work:
                    return total
                self._ended.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._ended.wait()
            return total

    @property
    def house(self) -> House:
        """What wordings can ask."""
        return self._claims.house

    @house.setter
    def house(self, house: House) -> None:
        self._claims.house = house

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return bool(self._work)

    async def finish(self, seconds: float) -> None:
        """After `stopping`: hand back what has not begun, and wait for the rest."""
        for task, row_id in self._work.items():
            if row_id not in self._begun:
                task.cancel()
        if self._work:
            _, left = await asyncio.wait(self._work, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _room(self) -> dict[Lane, int]:
        """How many more rows of each lane may be taken in hand; a lane is left out until half of its hand is empty."""
        if self._resting():
            return {}
        room, since = {}, time.monotonic() - 1
        for lane in LANES:
            if self.out.gate.held(lane=lane):
                continue
            rate = self.out.gate.rate(lane)
            recent = sum(1 for at in self._sent[lane] if at > since)
            most = min(rate * self.in_hand, max(rate * LEAST_IN_HAND, recent * self.in_hand))
            most = max(2, int(most))
            held = sum(1 for parcel in self._hand.values() if parcel.lane == lane)
            if held <= most // 2:
                room[lane] = min(most - held, MOST_CLAIMED)
        return room

    def _resting(self) -> bool:
        return self.stopping.is_set() or time.monotonic() < self._resting_until or self.out.gate.held() > 0

    def _rest(self, wait: timedelta) -> None:
        """Try nothing for so long; trouble that many meet at once is one trouble."""
        if time.monotonic() >= self._resting_until:
            self._failures += 1
            self._resting_until = time.monotonic() + wait.total_seconds()

    async def _claim(self, room: dict[Lane, int], sure: bool) -> Batch | None:
        try:
            batch = await self._claims.take(room, set(self._hand), sure=sure)
        except Exception as error:
            if is_passing(error):
                log.event("sender-waits", level=30, error=error)
                return None
            raise
        if batch and batch.claimed:
            crashpoint("claimed")
        return batch

    def _begin(self, batch: Batch) -> None:
        for row, outcome in batch.ended:
            self._count(row, outcome)
        for parcel in batch.parcels:
            self._hand[parcel.row.id] = parcel
            task = asyncio.create_task(self._deliver(parcel))
            self._work[task] = parcel.row.id
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.pop(task, None)
        self._ended.set()
        if not task.cancelled() and (error := task.exception()):  # its lease ends it
            log.event("not-settled", level=40, error=error)

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            await self._settle(parcel, await self._try(parcel))
        finally:
            self._hand.pop(parcel.row.id, None)
            self._begun.discard(parcel.row.id)

    async def _try(self, parcel: Parcel) -> Result:
        """Send it, and say what became of it."""
        row = parcel.row
        try:
            messages = await self._send(parcel)
        except asyncio.CancelledError:
            if row.id in self._begun or not self.stopping.is_set():
                raise
            return self._again(row, timedelta(0), "not begun")
        except Moved as moved:
            return await self._moved(parcel, moved)
        except Undeliverable as no:
            failed = Outcome.DROPPED if row.kind == Kind.COVER else Outcome.FAILED  # nothing is there to be covered
            return _end(row, Outcome.UNREACHABLE if no.unreachable else failed, reason=no.reason)
        except TryLater as later:
            if not later.throttled:
                self._rest(jitter(max(later.after, wait_after(self._failures))))
            return self._again(row, later.after, later.reason)
        except Doubtful as doubt:
            return self._doubt(row, doubt.reason)
        except TokenRefused:
            self._rest(TOKEN_WAIT)
            return self._again(row, TOKEN_WAIT, "token refused")
        self._failures = 0
        self._sent[parcel.lane].append(time.monotonic())
        crashpoint("sent")
        if row.kind == Kind.REMINDER:
            lateness = self.now() - (row.late_since or row.due_at)
            self.metrics.lateness.observe(max(0.0, lateness.total_seconds()))
        return _end(row, Outcome.SENT, messages=tuple(messages))

    async def _send(self, parcel: Parcel) -> list[int]:
        """Send it, or change the message it is about; the ids of what came new into the chat."""
        row, out, lane = parcel.row, self.out, parcel.lane
        await asyncio.sleep(max(0.0, parcel.not_before - time.monotonic()))
        begin = functools.partial(self._begin_call, parcel)
        if row.kind not in EDITS:
            return await out.send(parcel.chat_id, parcel.screen, lane, begin)
        if row.kind == Kind.COVER:
            if row.message_id is not None:
                await out.edit(parcel.chat_id, row.message_id, parcel.screen, begin)
            return []
        try:
            if row.message_id is None:
                raise Undeliverable("no message")
            await out.change(parcel.chat_id, row.message_id, parcel.screen, lane, begin)
        except Undeliverable as no:
            if no.unreachable or row.kind != Kind.PROGRESS:
                raise
            return await out.send(parcel.chat_id, parcel.screen, lane, begin)
        return []

    def _begin_call(self, parcel: Parcel) -> None:
        """The last look before it goes out: from here on Telegram may have it."""
        if parcel.stale:  # frozen or starved, another may have it by now: the fence decides
            raise TryLater("late", timedelta(0), throttled=True)
        if self._resting():
            raise TryLater("not begun", timedelta(0), throttled=True)
        self._begun.add(parcel.row.id)

    async def _settle(self, parcel: Parcel, result: Result) -> None:
        written = await self._settler.settle(result)
        crashpoint("settled")
        outcome = result.ending.outcome
        self._count(parcel.row, (outcome or "again") if written else "lost")

    async def _moved(self, parcel: Parcel, moved: Moved) -> Result:
        """The group goes on under another id: it is noted, and the row is worded for it and sent at once."""
        async with self.database.writing() as session:
            known = parcel.row.group_id is not None and await migrate(session, parcel.chat_id, moved.to)
        log.event("chat-moved", level=30, kind=parcel.row.kind)
        if not known and parcel.row.group_id is None:
            return _end(parcel.row, Outcome.FAILED, reason=moved.reason)
        return self._again(parcel.row, timedelta(0), moved.reason)

    def _doubt(self, row: Owed, reason: str) -> Result:
        """Once more where a second copy is better than none, again where it does no harm; otherwise nobody knows."""
        again = POLICIES[Kind(row.kind)].doubtful_again
        if again is not None and row.kind in EDITS:
            return self._again(row, max(again, wait_after(row.tries)), reason, doubtful=True)
        if again is None or row.tries:
            return _end(row, Outcome.UNKNOWN, reason=reason)
        return self._again(row, again, reason, doubtful=True)

    def _again(self, row: Owed, wait: timedelta, reason: str, *, doubtful: bool = False) -> Result:
        return Result(Ending(row, at=self.now() + wait, reason=reason, doubtful=doubtful))

    def _count(self, row: Owed, outcome: str) -> None:
        self.metrics.settled.labels(str(row.lane), row.kind, outcome).inc()


def _end(row: Owed, outcome: Outcome, *, messages: tuple[int, ...] = (), reason: str = "") -> Result:
    last = messages[-1] if messages else row.message_id
    return Result(Ending(row, outcome, message_id=last, reason=reason), messages)
