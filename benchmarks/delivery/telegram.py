"""A Bot API server that counts: what a hundred thousand messages are sent to, and what judges them.

It speaks the protocol of the Bot API (HTTP/1.1 with connections kept alive, JSON answers, `retry_after`, real TCP
resets) and looks at nothing but who is written to. `simulator/` checks every call as Telegram would and remembers every
message, at many times the cost: at a thousand a second it would take the processor from the bots it is to measure.

`python -m benchmarks.delivery.telegram SEED` prints its address and serves until standard input ends: in a process of
its own nothing delays its looks at the clock but the machine, and `stall` tells how long that was.
"""

import asyncio
import json
import random
import re
import socket
import struct
import sys
import time
from typing import Self

from benchmarks.delivery.calls import BLOCKED_EVERY, MARK, Calls, Fate, Kind, Trouble

TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'(?:(?:^|&)chat_id=|"chat_id": *"?)(-?\d+)')
_PAID = re.compile(rb'allow_paid_broadcast(?:=|": *)true', re.IGNORECASE)
"""As a form or as JSON."""
_METHOD = re.compile(rb"[A-Z]+ /bot[^/ ]+/(\w+)")
_CONTROL = re.compile(rb"[A-Z]+ /(\w+)")
BEAT = 0.005
"""Seconds between two looks at the clock."""
_ABOUT_PEOPLE = (b"send", b"edit", b"delete", b"forward", b"copy", b"answerCallback")
_KNOWN = {
    b"getMe": b'{"id":123456,"is_bot":true,"first_name":"Front door","username":"front_door_bot"}',
    b"getWebhookInfo": b'{"url":"https://example.org/","has_custom_certificate":false,"pending_update_count":0}',
}


class CountingTelegram:
    """Use as an async context manager."""

    def __init__(self, trouble: Trouble | None = None, seed: int = 0) -> None:
        """`trouble` can be set and taken away at any time."""
        self.trouble = trouble
        self.calls = Calls()
        self.alerts_seen = 0
        """Calls that carried the alert."""
        self.early = 0
        """Calls to a chat before the `retry_after` it was answered with was over."""
        self.reminded: set[int] = set()
        """Chats whose messages are reminders unless they carry the alert."""
        self.stall = 0.0
        """The longest time, in seconds, for which this process did not look at the clock."""
        self.url = ""
        self._beat = float("inf")
        self._held: dict[int, float] = {}
        self._burst_until = 0.0
        self._random = random.Random(seed)
        self._number = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port of the loopback."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        loop.call_soon(self._look)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening; open connections end with their clients."""
        assert self._server
        self._server.close()

    def _look(self) -> None:
        now = time.monotonic()
        if self.calls.at:
            self.stall = max(self.stall, now - self._beat - BEAT)
        self._beat = now
        if self._server and self._server.is_serving():
            asyncio.get_running_loop().call_later(BEAT, self._look)

    def control(self, what: bytes, body: bytes) -> bytes:
        """What `witness.py` asks: `plan` sets the trouble and who is reminded, `look` and `calls` tell."""
        if what == b"plan":
            plan = json.loads(body)
            self.trouble = Trouble(**plan["trouble"]) if plan["trouble"] else None
            self.reminded = set(plan["reminded"])
        if what == b"calls":
            return _response(200, self.calls.written())
        told = {"alerts": self.alerts_seen, "early": self.early, "calls": len(self.calls.at), "stall": self.stall}
        return _response(200, json.dumps(told).encode())

    def answer(self, method: bytes, body: bytes) -> bytes | None:
        """The whole response; None for a connection that is reset."""
        if not method.startswith(_ABOUT_PEOPLE):
            return _response(200, b'{"ok":true,"result":%b}' % _KNOWN.get(method, b"true"))
        now, found = time.monotonic(), _CHAT.search(body)
        chat = int(found[1]) if found else 0
        kind = Kind.ALERT if MARK in body else Kind.REMINDER if chat in self.reminded else Kind.OTHER
        fate = self._fate(chat, now)
        calls = self.calls
        calls.at.append(now)
        calls.since.append(self._beat if now - self._beat > 2 * BEAT else now)
        calls.chat.append(chat)
        calls.kind.append(kind)
        calls.fate.append(fate)
        calls.paid.append(_PAID.search(body) is not None)
        self.alerts_seen += kind == Kind.ALERT
        return self._told(fate, chat)

    def _fate(self, chat: int, now: float) -> Fate:
        if self._held and (until := self._held.get(chat)) is not None:
            if now < until:
                self.early += 1
                return Fate.THROTTLED
            del self._held[chat]
        trouble = self.trouble
        if trouble is None:
            return Fate.DONE
        if trouble.blocked and chat % BLOCKED_EVERY == 0:
            return Fate.BLOCKED
        drawn = self._random.random()
        if drawn < trouble.throttled or now < self._burst_until:
            self._burst_until = max(self._burst_until, now + trouble.burst if drawn < trouble.throttled else 0.0)
            self._held[chat] = now + trouble.retry_after
            return Fate.THROTTLED
        drawn -= trouble.throttled
        if drawn < trouble.reset_after:
            return Fate.RESET_AFTER
        drawn -= trouble.reset_after
        if drawn < trouble.error:
            return Fate.ERROR_AFTER if drawn < trouble.error / 2 else Fate.ERROR
        return Fate.DONE

    def _told(self, fate: Fate, chat: int) -> bytes | None:
        match fate:
            case Fate.DONE:
                self._number += 1
                message = b'{"message_id":%d,"date":1800000000,"chat":{"id":%d,"type":"private"}}' % (
                    self._number,
                    chat,
                )
                return _response(200, b'{"ok":true,"result":%b}' % message)
            case Fate.RESET_AFTER:
                return None
            case Fate.THROTTLED:
                seconds = self.trouble.retry_after if self.trouble else 1
                words = b'"Too Many Requests: retry after %d","parameters":{"retry_after":%d}' % (seconds, seconds)
                return _response(429, b'{"ok":false,"error_code":429,"description":%b}' % words)
            case Fate.BLOCKED:
                words = b'"Forbidden: bot was blocked by the user"'
                return _response(403, b'{"ok":false,"error_code":403,"description":%b}' % words)
        return _response(500, b'{"ok":false,"error_code":500,"description":"Internal Server Error"}')


class _Connection(asyncio.Protocol):
    """One connection, kept alive; its requests come one after the other."""

    def __init__(self, telegram: CountingTelegram) -> None:
        self._telegram = telegram
        self._transport: asyncio.Transport | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while self._transport:
            end = self._read.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._read[: end + 2]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._read) < whole:
                return
            body, self._read = self._read[end + 4 : whole], self._read[whole:]
            method, control = _METHOD.match(head), _CONTROL.match(head)
            answer: bytes | None
            if control and not method:
                answer = self._telegram.control(control[1], body)
            else:
                answer = self._telegram.answer(method[1] if method else b"", body)
            if answer is None:
                self._reset()
            else:
                self._transport.write(answer)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None

    def _reset(self) -> None:
        assert self._transport
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
        self._transport = None


_WORDS = {200: b"OK", 403: b"Forbidden", 429: b"Too Many Requests", 500: b"Internal Server Error"}


def _response(status: int, body: bytes) -> bytes:
    head = b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, _WORDS[status], len(body)) + body


async def main(seed: int) -> None:
    """Serve until standard input ends."""
    async with CountingTelegram(seed=seed) as telegram:
        print(telegram.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
