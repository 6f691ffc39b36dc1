"""A long walk: the same bot, thousands of screens a minute, and what it has grown to in the end.

`SOAK_MINUTES=60 python -m benchmarks.soak`. Fails when memory grew by more than a tenth or 30 MB, or when files or
tasks were left open.
"""

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack

from benchmarks.ground import RING, ground, move_in
from benchmarks.load import Server, post, says, server
from benchmarks.telegram import telegram

MINUTES = float(os.environ.get("SOAK_MINUTES", "5"))
PEOPLE = 500
ROUND = 2000
"""Updates between two looks; the first round warms up."""
TEXTS = ("/menu", "/book", "fever for three days", "/mine", "/help")
MOST_SHARE, MOST_MEGABYTES, MOST_LEFT = 0.1, 30.0, 10


async def walk() -> int:
    """Write until the time is over; the exit code."""
    with ground(with_postgres=False) as on:
        async with telegram() as api, on.database("SQLite", "soak") as database, AsyncExitStack() as stack:
            await move_in(database, range(1, PEOPLE + 1))
            made = server("this bot", api.url, on.folder, database.url, ring=RING.written())
            bot = await stack.enter_async_context(made)
            await _round(bot)
            first = last = await bot.used()
            until, count = time.monotonic() + 60 * MINUTES, 0
            while time.monotonic() < until:
                count += await _round(bot)
                last = await bot.used()
                grown = {name: round(last[name] - first[name], 1) for name in ("megabytes", "files", "tasks")}
                print(f"{count:8} updates, {last['megabytes']:.0f} MB, since warm: {grown}", flush=True)
    more = last["megabytes"] - first["megabytes"]
    leaks = [name for name in ("files", "tasks") if last[name] - first[name] > MOST_LEFT]
    if more > MOST_MEGABYTES or more > MOST_SHARE * first["megabytes"]:
        leaks.append("memory")
    print(f"grew: {', '.join(leaks)}" if leaks else "did not grow")
    return 1 if leaks else 0


async def _round(bot: Server) -> int:
    for text in TEXTS:
        people = [1 + number % PEOPLE for number in range(ROUND // len(TEXTS))]
        await post([bot.port], says(people, text), 16)
    return ROUND


if __name__ == "__main__":
    sys.exit(asyncio.run(walk()))
