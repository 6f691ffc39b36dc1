"""A full screen of this bot beside a bare echo: webhook, person, database, screen, sent, against text in, text out.

`python -m benchmarks.echo`. Rates differ from machine to machine and hour to hour; the ratios are what to look at.
"""

import asyncio
import statistics
import tempfile
from pathlib import Path

from benchmarks.load import Server, choose_english, server, telegram, write
from benchmarks.servers import KINDS

PEOPLE = 200
AT_ONCE = 16
UPDATES = 1500
"""In one round of one bot."""
ROUNDS = 3
TEXTS = {"this bot": "/menu"}
"""What people write; an echo gets a text of the same length."""


async def measure() -> None:
    """Run every bot in turn, several rounds, and print the medians."""
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    lines = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for kind in KINDS:
                async with telegram(PEOPLE) as api, server(kind, api.url, _own(Path(folder), kind)) as bot:
                    lines[kind] = await _round(kind, bot, rates[kind])
    medians = {kind: statistics.median(found) for kind, found in rates.items()}
    print(f"{UPDATES} updates a round, {AT_ONCE} at once, {PEOPLE} people; medians of {ROUNDS} rounds")
    for kind, rate in medians.items():
        print(f"{kind:10} {rate:7.0f} updates/s  {lines[kind]}")
    for other in ("aiohttp", "aiogram"):
        print(f"this bot / {other}: {medians['this bot'] / medians[other]:.2f}")


async def _round(kind: str, bot: Server, rates: list[float]) -> str:
    if kind == "this bot":
        await choose_english(bot, PEOPLE)
    text = TEXTS.get(kind, "hello")
    await write(bot, text, UPDATES // 5, PEOPLE, AT_ONCE)
    before = await bot.used()
    run = await write(bot, text, UPDATES, PEOPLE, AT_ONCE)
    after = await bot.used()
    rates.append(run.rate)
    cpu = 1e6 * (after["cpu"] - before["cpu"]) / UPDATES
    return (
        f"p50 {run.within(0.5):5.1f} ms  p99 {run.within(0.99):6.1f} ms  "
        f"CPU {cpu:5.0f} us each  {after['megabytes']:4.0f} MB"
    )


def _own(folder: Path, kind: str) -> Path:
    own = folder / kind
    own.mkdir(exist_ok=True)
    return own


if __name__ == "__main__":
    asyncio.run(measure())
