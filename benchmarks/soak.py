"""A long walk: the same bot, thousands of screens a minute, and what it has grown to in the end.

`SOAK_MINUTES=60 python -m benchmarks.soak`. Fails when memory grew by more than a tenth or 30 MB, or when files or
tasks were left open.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.load import Server, choose_english, server, telegram, write

MINUTES = float(os.environ.get("SOAK_MINUTES", "5"))
PEOPLE = 500
ROUND = 2000
"""Updates between two looks; the first round warms up."""
TEXTS = ("/menu", "/book", "fever for three days", "/mine", "/help")
MOST_SHARE, MOST_MEGABYTES, MOST_LEFT = 0.1, 30.0, 10


async def walk() -> int:
    """Write until the time is over; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        async with telegram(PEOPLE) as api, server("this bot", api.url, Path(folder)) as bot:
            await choose_english(bot, PEOPLE)
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
        await write(bot, text, ROUND // len(TEXTS), PEOPLE, 16)
    return ROUND


if __name__ == "__main__":
    sys.exit(asyncio.run(walk()))
