"""The pace of this process: evenly spaced turns, because a bucket would let a burst through and break the law."""

import asyncio
import time


class Gate:
    """Hands out turns, `rate` a second, first come first served."""

    def __init__(self, rate: float) -> None:
        """`rate` in turns a second."""
        self._step = 1 / rate
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next turn."""
        now = time.monotonic()
        mine = max(self._next, now)
        self._next = mine + self._step
        if mine > now:
            await asyncio.sleep(mine - now)
