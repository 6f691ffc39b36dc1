"""The metronome. APScheduler wakes the code that looks what is due; it never holds the truth."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import log

TICK_SECONDS = 1
"""How often we look for something due, besides right after a commit."""
LONGEST_SECONDS = 3 * TICK_SECONDS
"""How long we wait for the scheduler, which goes by the time of day: somebody may set the machine's clock."""

END_SECONDS = 1
"""How long work that is cancelled may take to end."""


class Ticker:
    """Runs a piece of work every second, and at once when `wake` is set. A slow run is never doubled."""

    def __init__(self, work: Callable[[], Awaitable[object]], wake: asyncio.Event) -> None:
        """`work` is not cancelled while there is time: a half-sent message cannot be taken back."""
        self._work, self._wake = work, wake
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin."""
        self._scheduler.add_job(
            self._tick,  # a coroutine: plain functions run in a thread, where an event may not be set
            "interval",
            seconds=TICK_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,  # the default skips a beat that comes more than a second late
        )
        self._scheduler.start()
        self._loop = asyncio.create_task(self._run())

    async def stop(self, seconds: float) -> None:
        """End, after the piece of work that is running, or after so long."""
        self._scheduler.remove_all_jobs()
        await asyncio.sleep(0)  # a beat that has just begun ends, else the scheduler would log its end as an error
        self._scheduler.shutdown(wait=False)
        self._stopping = True
        self._wake.set()
        if self._loop:
            await asyncio.wait((self._loop,), timeout=seconds)
            self._loop.cancel()
            await asyncio.wait((self._loop,), timeout=END_SECONDS)  # it gives its connection back

    async def _tick(self) -> None:
        self._wake.set()

    async def _run(self) -> None:
        while not self._stopping:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):  # set back an hour, the scheduler is silent for an hour
                    await self._wake.wait()
            self._wake.clear()
            if self._stopping:
                return
            try:
                await self._work()
            except Exception as error:
                log.event("tick-failed", level=40, error=error)
