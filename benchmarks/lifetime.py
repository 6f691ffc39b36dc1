"""How soon a bot serves after its start, and what it has grown to when everybody has been served.

The rule: the start is `python -m bot run` as anybody runs it; memory is what the system says of the process.
"""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from benchmarks.figures import Bar, Report, spread, table
from benchmarks.ground import RING, Ground, move_in
from benchmarks.load import ROOT, START_SECONDS, post, says, server
from benchmarks.questions import CACHE
from benchmarks.servers import SECRET, TOKEN
from benchmarks.telegram import telegram

READY, HELP = 3.0, 0.4
"""Seconds."""
MOST = {"off": 120, "on": 250}
"""MiB without and with embeddings."""
MIB = 1024**2 / 1e6
BATCH = 5000


async def start(ground: Ground, *, rounds: int) -> Report:
    """From the start of the process to the first `/readyz` that is green, the model fitted already; and `--help`."""
    found: dict[str, list[float]] = {"on": [], "off": []}
    helped = []
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram())
        database = await stack.enter_async_context(ground.database("SQLite", "start"))
        await move_in(database, range(1, 10_001))
        await database.close()
        for embeddings, times in found.items():
            for number in range(rounds + 1):
                async with _ready(api.url, database.url, embeddings) as seconds:
                    if number:  # the first one may have to fit the model
                        times.append(seconds)
        for _ in range(rounds + 2):
            begun = time.perf_counter()
            process = await create_subprocess_exec(sys.executable, "-m", "bot", "--help", stdout=DEVNULL, cwd=ROOT)
            await process.wait()
            helped.append(time.perf_counter() - begun)
    rows = [(f"ready, embeddings {name}", spread(times)) for name, times in found.items()]
    rows.append(("`python -m bot --help`, the whole process", spread(helped)))
    ready, quick = spread(found["on"]), spread(helped)
    bars = [
        Bar("start, warm cache", f"ready <= {READY:.0f} s", f"{ready} s", ready.median <= READY),
        Bar("`python -m bot --help`", f"<= {HELP} s", f"{quick} s", quick.median <= HELP),
    ]
    return Report("Start, 10,000 people", table("What|seconds", rows), bars)


@asynccontextmanager
async def _ready(api: str, database: str, embeddings: str) -> AsyncIterator[float]:
    """A bot that has become ready, and how many seconds that took."""
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_TELEGRAM_API": api,
        "BOT_DATABASE_URL": database,
        "BOT_KEYS": RING.written(),
        "BOT_WEBHOOK_URL": "http://127.0.0.1:9/hook",
        "BOT_WEBHOOK_SECRET": SECRET,
        "BOT_PORT": "0",
        "BOT_EMBEDDINGS": embeddings,
        "BOT_CACHE": str((ROOT / CACHE).resolve()),
    }
    begun = time.perf_counter()
    command = (sys.executable, "-m", "bot", "run")
    process = await create_subprocess_exec(*command, env={**os.environ, **settings}, stderr=PIPE, cwd=ROOT)
    assert process.stderr
    try:
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            port = ""
            while not port:
                line = (await process.stderr.readline()).decode()
                if not line:
                    raise RuntimeError("the bot did not start")
                port = line.partition('"port": ')[2].partition("}")[0].partition(",")[0]
            while True:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        break
                await asyncio.sleep(0.01)
        yield time.perf_counter() - begun
    finally:
        process.terminate()
        await process.communicate()


async def memory(ground: Ground, *, people: int, embeddings: str) -> Report:
    """So many people, each of whom asks for the menu once; some ask a question."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram())
        database = await stack.enter_async_context(ground.database("SQLite", f"memory-{embeddings}"))
        await move_in(database, range(1, people + 1))
        options = {"ring": RING.written(), "embeddings": embeddings, "cache": str(CACHE)}
        bot = await stack.enter_async_context(server("this bot", api.url, ground.folder, database.url, **options))
        await post([bot.port], says(range(1, 20), "where can I get my child vaccinated?"), 4)
        rows = [("a few", f"{(await bot.used())['megabytes'] / MIB:.0f}")]
        for first in range(1, people + 1, BATCH):
            everybody = range(first, min(first + BATCH, people + 1))
            await post([bot.port], says(everybody, "/menu"), 32)
        mebibytes = (await bot.used())["megabytes"] / MIB
        rows.append((f"{people:,}", f"{mebibytes:.0f}"))
    named = f"memory after {people:,} people, embeddings {embeddings}"
    bar = Bar(named, f"<= {MOST[embeddings]} MiB", f"{mebibytes:.0f} MiB", mebibytes <= MOST[embeddings])
    return Report(f"Memory, embeddings {embeddings}", table("People served|MiB", rows), [bar])
