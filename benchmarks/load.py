"""The people who write to the bots: closed loops, so that a slow bot is asked less, not drowned.

The rule: what they send is made before the clock runs, and the client costs next to nothing: it shares its core with
the Bot API server (`telegram.py`), and neither may be what is measured.
"""

import asyncio
import itertools
import json
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.servers import SECRET

ROOT = Path(__file__).parent.parent
HEAD = (
    "POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Telegram-Bot-Api-Secret-Token: {}\r\n"
    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
START_SECONDS = 120.0
_numbers = itertools.count(1)


class Refused(Exception):
    """The bot did not take an update."""


@dataclass
class Server:
    """A bot in a process of its own."""

    process: Process
    port: int

    async def used(self) -> dict[str, float]:
        """What it has used so far."""
        return await self.ask("?")

    def pause(self) -> None:
        """Let it use nothing until `resume`."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on."""
        self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Let it go on for this block."""
        self.resume()
        try:
            yield
        finally:
            self.pause()

    async def ask(self, what: str) -> dict[str, float]:
        """Have it do something (`servers.py`), and what it has used by then."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(what.encode() + b"\n")
        found: dict[str, float] = json.loads(await self.process.stdout.readline())
        return found


@asynccontextmanager
async def server(kind: str, api: str, folder: Path, database: str = "", **options: str) -> AsyncIterator[Server]:
    """Start a bot of a kind, with `folder` for its data; it ends with the block.

    `database` is where the bot keeps its own (empty: SQLite in `folder`); `options` are for `servers.py`.
    """
    settings = json.dumps({"api": api, "folder": str(folder), "database": database, **options})
    command = (sys.executable, "-m", "benchmarks.servers", kind, settings)
    process = await create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)
    assert process.stdin
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        if not line.strip():
            raise RuntimeError(f"{kind} did not start")
        yield Server(process, int(line))
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)  # it may be one that was paused
        process.stdin.close()
        await process.wait()


@dataclass
class Run:
    """What a number of updates took. `seconds` is the whole, `each` every single one."""

    seconds: float = 0.0
    each: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Updates a second."""
        return len(self.each) / self.seconds

    def within(self, share: float) -> float:
        """Milliseconds within which this share was answered."""
        return 1000 * sorted(self.each)[int(share * (len(self.each) - 1))]


class _Client(asyncio.Protocol):
    """One connection that posts one update at a time."""

    def __init__(self) -> None:
        self._held = b""
        self._waiting: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        if (end := self._held.find(b"\r\n\r\n")) < 0:
            return
        length = LENGTH.search(self._held[:end])
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._held) >= whole and self._waiting:
            status = int(self._held[9:12])
            self._held = self._held[whole:]
            self._waiting.set_result(status)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(Refused("the connection was cut"))

    async def post(self, request: bytes) -> int:
        """The status of the answer."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        self._waiting = None
        self._transport.close()


async def post(ports: Sequence[int], bodies: Iterable[bytes], at_once: int) -> Run:
    """Post updates, `at_once` at a time, to one bot or in turn to several; a 200 means that the answer was sent.

    Raises:
        Refused: the bot did not take an update.
    """
    run = Run()
    waiting = iter([HEAD.format(SECRET, len(body)).encode() + body for body in bodies])
    clients = [await _connected(ports[number % len(ports)]) for number in range(at_once)]
    begun = time.perf_counter()
    await asyncio.gather(*(_one_after_another(client, waiting, run) for client in clients))
    run.seconds = time.perf_counter() - begun
    for client in clients:
        client.close()
    return run


async def _connected(port: int) -> _Client:
    _, client = await asyncio.get_running_loop().create_connection(_Client, "127.0.0.1", port)
    return client


async def _one_after_another(client: _Client, waiting: Iterator[bytes], run: Run) -> None:
    for request in waiting:
        begun = time.perf_counter()
        status = await client.post(request)
        if status != 200:
            raise Refused(f"answered {status}")
        run.each.append(time.perf_counter() - begun)


def says(people: Iterable[int], text: str) -> list[bytes]:
    """Each of these people writes it once."""
    return [json.dumps(message(person, text)).encode() for person in people]


def presses(people: Iterable[int], data: str) -> list[bytes]:
    """Each of these people presses a button with this data, below a message of their own."""
    return [json.dumps(press(person, data)).encode() for person in people]


def message(person: int, text: str) -> dict[str, Any]:
    """A message of a person, as Telegram sends it."""
    sender = {"id": person, "is_bot": False, "first_name": f"P{person}", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": f"P{person}"}
    number = next(_numbers)
    made: dict[str, Any] = {
        "message_id": number,
        "date": 1_800_000_000,
        "from": sender,
        "chat": chat,
        "text": text,
    }
    if text.startswith("/"):
        made["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {"update_id": number, "message": made}


def press(person: int, data: str) -> dict[str, Any]:
    """A press of a person, as Telegram sends it: with the message and its keyboard."""
    said = message(person, "What do you need?")["message"]
    keyboard = [[{"text": f"Button {row}", "callback_data": data}] for row in range(8)]
    me = {"id": 123456, "is_bot": True, "first_name": "Bot", "username": "front_door_bot"}
    shown = {**said, "from": me, "has_protected_content": True, "reply_markup": {"inline_keyboard": keyboard}}
    query = {"id": str(next(_numbers)), "from": said["from"], "chat_instance": "1", "data": data, "message": shown}
    return {"update_id": next(_numbers), "callback_query": query}
