"""The app's own beats under a test: none of them is in the midst of what the test does by hand.

The rule: what one transaction has in hand another one skips on PostgreSQL, so of two that do the same work at once each
sees only a part of it. Whoever does a beat's work by hand does it between two beats.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.beats.running import Beats
from bot.beats.ticker import Ticker


class OneAtATime:
    """The beats of one app."""

    def __init__(self, beats: Beats) -> None:
        """They were started just now: none has begun."""
        self._alone = [_locked(ticker) for ticker in (beats._sending, *beats._beside)]

    @asynccontextmanager
    async def between(self) -> AsyncIterator[None]:
        """While this lasts no beat is in the midst of anything, and none begins."""
        async with AsyncExitStack() as stack:
            for each in self._alone:
                await stack.enter_async_context(each)
            yield


def _locked(ticker: Ticker) -> asyncio.Lock:
    """A lock that each run of a ticker holds."""
    alone, work = asyncio.Lock(), ticker._work

    async def run() -> None:
        async with alone:
            await work()

    ticker._work = run
    return alone
