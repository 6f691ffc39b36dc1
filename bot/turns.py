"""One turn at a time for each person, so that two quick taps are handled in the order they came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Locks by person; a lock exists only while somebody waits for it."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}

    @asynccontextmanager
    async def of(self, telegram_id: int) -> AsyncIterator[None]:
        """Hold this person's turn."""
        lock = self._locks.setdefault(telegram_id, asyncio.Lock())
        self._waiting[telegram_id] = self._waiting.get(telegram_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[telegram_id] -= 1
            if not self._waiting[telegram_id]:
                del self._waiting[telegram_id], self._locks[telegram_id]
