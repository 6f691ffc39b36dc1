"""A line of evenly spaced turns at Telegram's door: whoever has the lower lane goes first, then whoever came first.

The rule: no sliding second may hold more calls than the law allows, as Telegram sees it. Turns are spaced at 96 % of
the limit, so that a call may come some 40 ms later than its turn. What was missed by more is made up for only where
this process is alone in a slow line, and as far as its own calls of the last second leave room.
"""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

SHARE = 0.96
"""Of the limit; what is left absorbs what happens between us and Telegram."""
WINDOW = 1.04
"""Seconds of a "sliding second" with some room for the way to Telegram."""
CATCH_UP = 0.25
"""Seconds of missed turns that are made up for, as far as `WINDOW` has room."""
BUSY = 200
"""Calls a second from which nothing is made up for: a process has little time left over then, and late calls bunch."""
LATE = 0.025
"""Seconds after which a turn is lost from `BUSY` on, or while others stand in the line: they have the next ones."""
BLOCK = 0.25
"""At most so many seconds of turns are reserved at once; unused ones are lost."""
SOON = 0.1
"""Seconds before the last reserved turn at which more are reserved."""
PATIENCE = 1.0
"""Seconds a reservation may take. When the database is away, danger signs are still answered, slowly."""

AGAIN = 0.5
"""Seconds after a reservation that failed until the next one: tried for each turn, it could take longer than a turn is
good for, and nobody would ever get one.
"""

Reserve = Callable[[int, float], Awaitable[tuple[float, float] | None]]
"""Reserves so many turns, so many seconds apart, for this process alone: when the first is by the clock all share,
and by ours (`monotonic`); None when it cannot.
"""


class Line:
    """Turns of one budget. Costs nothing while nobody waits."""

    def __init__(self, rate: float, reserve: Reserve | None = None) -> None:
        """`rate` is the limit in calls a second; with `reserve` other processes stand in the same line."""
        self.rate = rate
        self.step = 1 / (rate * SHARE)
        self._reserve = reserve
        self._waiting: list[tuple[int, int, asyncio.Future[float]]] = []
        self._count = itertools.count()
        self._pump: asyncio.Task[None] | None = None
        self._fetch: asyncio.Task[None] | None = None
        self._fetch_begun = 0.0
        self._turns: deque[float] = deque()
        self._end = 0.0
        """Where our last block ended, by the clock all share."""
        self._strict_until = 0.0
        self._alone_until = 0.0
        self._next = 0.0
        self._calls: deque[float] = deque(maxlen=max(1, int(rate)))
        """When the last turns were taken: as many as one second may hold."""

    async def turn(self, lane: int = 0) -> None:
        """Wait for a turn. To give up waiting is to be cancelled; it costs nobody a turn."""
        number = next(self._count)
        while True:
            waiter: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (lane, number, waiter))
            if self._pump is None:
                self._next = max(self._next, monotonic())  # nothing was missed while nobody waited
                self._pump = asyncio.create_task(self._run())
            good_until = await waiter
            if monotonic() <= good_until:
                return  # else the process was held up since, and the turn is lost

    def taken(self, seconds: float = 1.0) -> int:
        """How many turns this process took in the last so many seconds, one at most."""
        since = monotonic() - seconds
        return sum(1 for at in self._calls if at > since)

    async def close(self) -> None:
        """Leave nothing running."""
        for task in (self._pump, self._fetch):
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while waiting := self._first():
                at = await self._turn_for_somebody()
                if (wait := at - monotonic()) > 0:
                    await asyncio.sleep(wait)
                waiting = self._first()  # somebody more urgent may have come meanwhile
                if waiting is None:
                    if self._reserve:
                        self._turns.appendleft(at)
                    return
                heapq.heappop(self._waiting)
                self._calls.append(now := monotonic())
                waiting.set_result((at if self._is_strict(now) else now) + LATE)
        finally:
            self._pump = None

    def _first(self) -> asyncio.Future[float] | None:
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)
        return self._waiting[0][2] if self._waiting else None

    async def _turn_for_somebody(self) -> float:
        if self._reserve is None:
            return self._own_turn(self.step)
        while True:
            now = monotonic()
            late = LATE if self._is_strict(now) else CATCH_UP
            while self._turns and self._turns[0] < now - late:
                self._turns.popleft()
            if self._fetch is None and now >= self._alone_until and self._wants_more(now):
                self._fetch_begun = now
                self._fetch = asyncio.create_task(self._more(self._reserve))
            if self._turns:
                return self._with_room(self._turns.popleft())
            if self._fetch and (left := self._fetch_begun + PATIENCE - monotonic()) > 0:
                await asyncio.wait({self._fetch}, timeout=left)
            if not self._turns:
                return self._own_turn(4 * self.step)

    def _own_turn(self, step: float) -> float:
        late = LATE if self.rate >= BUSY else CATCH_UP
        at = self._with_room(max(self._next, monotonic() - late))
        self._next = at + step
        return at

    def _is_strict(self, now: float) -> bool:
        """Whether a turn that comes late is lost."""
        return now < self._strict_until or self.rate >= BUSY

    def _with_room(self, at: float) -> float:
        """Not before our own calls of the last second leave room for one more."""
        return max(at, self._calls[0] + WINDOW) if len(self._calls) == self._calls.maxlen else at

    def _wants_more(self, now: float) -> bool:
        if not self._turns:
            return True
        return len(self._waiting) >= len(self._turns) and self._turns[-1] < now + SOON

    async def _more(self, reserve: Reserve) -> None:
        """Reserve what is waited for, or what the last second lets expect, but never much ahead."""
        try:
            expected = max(len(self._waiting), int(self.taken() * BLOCK))
            count = max(1, min(expected, int(self.rate * BLOCK)))
            block = await reserve(count, self.step)
            if block is None:
                self._alone_until = monotonic() + AGAIN
                return
            first, here = block
            if abs(first - self._end) > self.step / 2:  # others were here, or nobody was for a while
                self._strict_until = monotonic() + WINDOW
            self._end = first + count * self.step
            self._turns.extend(here + number * self.step for number in range(count))
        finally:
            self._fetch = None
