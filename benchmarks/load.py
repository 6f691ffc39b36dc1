"""One Telegram and the people who write to the bots: closed loops, so that a slow bot is asked less, not drowned."""

import asyncio
import itertools
import json
import sys
import time
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.servers import SECRET, TOKEN
from simulator.pace import Pace
from simulator.server import Simulator
from simulator.world import World

ROOT = Path(__file__).parent.parent
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
_numbers = itertools.count(1)


@asynccontextmanager
async def telegram(people: int) -> AsyncIterator[Simulator]:
    """A Bot API server that limits no rate, with people who may be written to and whose words soon are forgotten."""
    world = World(remember=100, keep_messages=3)
    world.register(TOKEN)
    for person in range(1, people + 1):
        world.acquaint(person)
    async with Simulator(world, pace=Pace.unlimited(), page=False) as running:
        yield running


@dataclass
class Server:
    """A bot in a process of its own."""

    process: Process
    port: int

    async def used(self) -> dict[str, float]:
        """What it has used so far."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(b"?\n")
        found: dict[str, float] = json.loads(await self.process.stdout.readline())
        return found


@asynccontextmanager
async def server(kind: str, api: str, folder: Path) -> AsyncIterator[Server]:
    """Start a bot of a kind, with `folder` for its data; it ends with the block."""
    command = (sys.executable, "-m", "benchmarks.servers", kind, api, str(folder))
    process = await create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)
    assert process.stdin
    assert process.stdout
    try:
        yield Server(process, int(await process.stdout.readline()))
    finally:
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


async def write(bot: Server, text: str, count: int, people: int, at_once: int) -> Run:
    """Let people write `text`, `count` times in all and `at_once` at a time; a 200 means that the answer was sent.

    Raises:
        aiohttp.ClientResponseError: the bot did not take an update.
    """
    run, left = Run(), iter(range(count))
    url = f"http://127.0.0.1:{bot.port}/hook"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=HEADERS) as session:

        async def one_after_another() -> None:
            for number in left:
                begun = time.perf_counter()
                async with session.post(url, json=update(1 + number % people, text)) as answer:
                    answer.raise_for_status()
                run.each.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        run.seconds = time.perf_counter() - begun
    return run


async def choose_english(bot: Server, people: int) -> None:
    """Make everybody known to the bot."""
    url = f"http://127.0.0.1:{bot.port}/hook"
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        for person in range(1, people + 1):
            message = update(person, "/start")["message"]
            press = {
                "id": str(person),
                "from": message["from"],
                "chat_instance": "1",
                "data": "lg1.en",
                "message": message,
            }
            async with session.post(url, json={"update_id": next(_numbers), "callback_query": press}) as answer:
                answer.raise_for_status()


def update(person: int, text: str) -> dict[str, dict[str, object]]:
    """A message of a person, as Telegram sends it."""
    sender = {"id": person, "is_bot": False, "first_name": f"P{person}", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": f"P{person}"}
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    number = next(_numbers)
    message = {
        "message_id": number,
        "date": 1_800_000_000,
        "from": sender,
        "chat": chat,
        "text": text,
        "entities": entities,
    }
    return {"update_id": number, "message": message}  # type: ignore[dict-item]
