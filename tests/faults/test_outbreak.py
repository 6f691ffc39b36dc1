"""A synthetic outbreak is seen in time and ordinary weeks are left in peace; and no count is lost between processes.

Rates are those of `python -m benchmarks.signals`, which prints them side by side.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
import pytest
from sqlalchemy import func, select, update

from answers import store
from answers.signals import View, day_of, look
from benchmarks.signals import late, measure
from bot.beats.tallying import AskedCounts
from storage import keys
from storage.database import Database
from storage.tables import AskedDay, AskedWeek
from tests.acts import ON_POSTGRESQL
from tests.conftest import RING

SEED = 2026
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
PROCESSES, PEOPLE = 4, 25


@pytest.mark.parametrize("weekdays", [False, True], ids=["even weeks", "busy mondays"])
def test_an_outbreak_that_doubles_in_three_days_is_seen_within_two_weeks_and_ordinary_weeks_are_not(
    weekdays: bool,
) -> None:
    """26 topics in 4 languages over 120 days, 200 worlds: false marks by topic-year, days until the outbreak's mark."""
    together, alone = measure(SEED, 200, weekdays=weekdays)
    assert median(alone.seen) <= 6
    assert late(alone.seen) <= 11
    assert median(together.seen) <= 11
    assert late(together.seen) <= 14
    assert median(together.sure) <= 13
    assert together.alarms_a_year < (4.5 if weekdays else 3.2)
    assert alone.alarms_a_year < 2
    assert together.repeated_a_year < 0.3
    assert alone.repeated_a_year < 0.15


def test_without_an_outbreak_nothing_is_seen_in_time() -> None:
    """The control: the same measure on worlds in which nothing rises finds far less, and far later."""
    together, _ = measure(SEED, 100, rises=False)
    assert median(together.seen) > 40


async def test_an_outbreak_goes_all_the_way_from_counts_to_the_operators_table(database: Database) -> None:
    """Day by day, as an operator would look at it: when is dengue in Khmer marked first, and what else was?"""
    chance, today = np.random.default_rng(SEED), day_of(NOW)
    topics = [f"topic-{number}" for number in range(25)] + ["dengue"]
    first: timedelta | None = None
    others = 0
    for day in range(45):
        rise = 2 ** ((day - 30) / 3) if day >= 30 else 0
        counts = {}
        for topic in topics:
            for language, rate in (("th", 0.5), ("my", 2.0), ("km", 1.0 + rise * (topic == "dengue")), ("en", 0.3)):
                if times := int(chance.poisson(rate)):
                    counts[today + timedelta(days=day), topic, language, ""] = times
                    key = (today + timedelta(days=day), topic, "", "-")
                    counts[key] = counts.get(key, 0) + times
        async with database.writing() as session:
            await store.add_asked(session, counts)
        async with database.reading() as session:
            found = await look(session, View(language="km"), NOW + timedelta(days=day))
        marked = {line.subject for line in found.lines if today + timedelta(days=day) in line.above}
        if "dengue" in marked and day >= 30:
            first = first or timedelta(days=day - 30)
        others += len(marked - {"dengue"})
    assert first is not None
    assert first <= timedelta(days=9)
    assert found.lines[0].subject == "dengue"
    assert others <= 3, "25 topics in one language for 45 days"


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[list[Database]]:
    """Connections as several processes have them."""
    keys.use(RING)
    opened = [Database(database_url) for _ in range(PROCESSES)]
    yield opened
    for database in opened:
        await database.close()


async def test_the_counts_of_several_processes_add_up(processes: list[Database]) -> None:
    """Each counts other people, all flush at once, and again: every question is there once."""
    memories = [AskedCounts() for _ in processes]
    for turn in range(4):
        for place, memory in enumerate(memories):
            for person in range(PEOPLE):
                who = 1000 * turn + 100 * place + person
                memory.note(who, (f"topic-{person % 7}", "none"), "my", "63" if person % 2 else "", NOW)
        flushes = zip(memories, processes, strict=True)
        await asyncio.gather(*(memory.flush(database, NOW, at_once=True) for memory, database in flushes))
    async with processes[0].reading() as session:
        for table in (AskedDay, AskedWeek):
            total = await session.scalar(select(func.sum(table.times)).where(table.subject == "none"))
            assert total == 2 * 4 * PROCESSES * PEOPLE
            only = select(func.sum(table.times)).where(table.subject == "none", table.province == "63")
            assert await session.scalar(only) == 4 * PROCESSES * (PEOPLE // 2)


@ON_POSTGRESQL
async def test_reading_first_and_adding_then_loses_counts(processes: list[Database]) -> None:
    """The control: what would happen if a sum were read, raised and written back."""
    key = (day_of(NOW), "none", "my", "")
    async with processes[0].writing() as session:
        await store.add_asked(session, {key: 1})
    met = asyncio.Barrier(len(processes))

    async def naively(database: Database) -> None:
        async with database.writing() as session:
            before = await session.scalar(select(AskedDay.times))
            assert before
            await met.wait()
            await session.execute(update(AskedDay).values(times=before + 1))

    await asyncio.gather(*map(naively, processes))
    async with processes[0].reading() as session:
        assert await session.scalar(select(AskedDay.times)) == 2
