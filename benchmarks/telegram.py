"""A Bot API server that costs next to nothing, so that what is measured is the bot.

The rule: it takes every call at once, counts it, and looks at nothing; `simulator/` judges their form in the tests.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
ME = b'{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"Bot","username":"front_door_bot"}}'
CHAT = b'{"id":1,"type":"private","first_name":"P"}'
MESSAGE = b'{"ok":true,"result":{"message_id":%d,"date":1800000000,"chat":' + CHAT + b',"text":"x"}}'
WEBHOOK = b'{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}'
WITH_A_MESSAGE = ("send", "edit", "copy")


@dataclass
class Telegram:
    """What was called so far."""

    url: str = ""
    """Without a slash at the end."""
    calls: Counter[str] = field(default_factory=Counter)
    """By method."""

    @property
    def shown(self) -> int:
        """Messages sent or changed."""
        return sum(count for method, count in self.calls.items() if method.startswith(WITH_A_MESSAGE))

    def answer(self, method: str) -> bytes:
        """What is answered to a call."""
        self.calls[method] += 1
        if method.startswith(WITH_A_MESSAGE):
            return MESSAGE % (1_000_000 + self.calls[method])
        return {"getMe": ME, "getWebhookInfo": WEBHOOK}.get(method, b'{"ok":true,"result":true}')


class Door(asyncio.Protocol):
    """One connection of a bot."""

    def __init__(self, telegram: Telegram) -> None:
        """`telegram` counts."""
        self._telegram, self._held = telegram, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every call that has arrived whole."""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end]
            length = LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._held) < whole:
                return
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            body = self._telegram.answer(path.rpartition(b"/")[2].decode())
            self._transport.write(HEAD % (len(body), body))
            self._held = self._held[whole:]


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    """One that listens while the block lasts."""
    made = Telegram()
    listening = await asyncio.get_running_loop().create_server(lambda: Door(made), "127.0.0.1", 0, backlog=512)
    made.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        listening.close()
