"""The pace of this process: evenly spaced turns, because a bucket would let a burst through and break the law.

The rule: real seconds (`time.monotonic`), counted from when a turn was really taken: turns missed while the
process was held up are not made up for, or they would come as a burst.
"""

import asyncio
import time

SLACK = 0.002
"""Seconds by which a turn may follow early after one that woke late, so that the rate does not drift."""
MANY = 3
"""Telegram refusing so many chats within `WINDOW` means the whole bot."""
WINDOW = 5.0


class Gate:
    """Hands out turns, `rate` a second, first come first served; knows who asked to be left alone, and until when."""

    def __init__(self, rate: float) -> None:
        """`rate` in turns a second."""
        self._step = 1 / rate
        self._next = 0.0
        self._line = asyncio.Lock()
        self._held: dict[int, float] = {}
        self._all_held = 0.0
        self._refused: list[tuple[float, int]] = []

    async def turn(self) -> None:
        """Wait for the next turn."""
        async with self._line:
            wait = self._next - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next = max(self._next, time.monotonic() - SLACK) + self._step

    def hold(self, chat_id: int, seconds: float) -> None:
        """Leave a chat alone for so long: Telegram said so. Three chats at once, and it means everybody."""
        now = time.monotonic()
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        self._held[chat_id] = max(self._held.get(chat_id, 0.0), now + seconds)
        self._refused = [(at, chat) for at, chat in self._refused if at > now - WINDOW] + [(now, chat_id)]
        if len({chat for _, chat in self._refused}) >= MANY:
            self._all_held = max(self._all_held, *self._held.values())

    def held(self, chat_id: int | None = None) -> float:
        """Seconds for which this chat (None: the whole bot) must still be left alone; 0 when it need not."""
        until = max(self._all_held, self._held.get(chat_id, 0.0) if chat_id is not None else 0.0)
        return max(0.0, until - time.monotonic())
