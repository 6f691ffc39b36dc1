"""SQLite beside everything else: what may wait leaves the loop alone, and what was cancelled leaves nothing behind."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from time import perf_counter, thread_time

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.tables import Tombstone
from tests.acts import ON_SQLITE

pytestmark = ON_SQLITE
COUNTING = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT max(i) FROM n"
)
COPYING = text(
    "INSERT INTO tombstones (reference, erased_on) SELECT CAST(max(i) AS BLOB), '2026-01-01' FROM "
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT i FROM n)"
)
TICK = 0.005


@asynccontextmanager
async def ticking() -> AsyncIterator[list[float]]:
    """When the loop had time for somebody else."""
    times: list[float] = []

    async def tick() -> None:
        while True:
            times.append(perf_counter())
            await asyncio.sleep(TICK)

    ticker = asyncio.create_task(tick())
    try:
        yield times
    finally:
        ticker.cancel()


async def test_what_took_long_is_left_to_the_thread_the_next_time(database: Database) -> None:
    async with database.reading() as session:
        begun = perf_counter()
        assert await session.scalar(COUNTING) == 2000000
        alone = perf_counter() - begun
        async with ticking() as times:
            await session.scalar(COUNTING)
    assert len(times) > alone / TICK / 20  # nobody else had a turn while it ran in the loop's thread


async def test_rows_made_of_very_many_others_hold_nobody_up_even_the_first_time(database: Database) -> None:
    async with database.writing() as session, ticking() as times:
        begun = perf_counter()
        await session.execute(COPYING)
        took = perf_counter() - begun
    assert len(times) > took / TICK / 20  # twice in all, if it ran in the loop's thread
    async with database.reading() as session:
        assert [bytes(one) for one in await session.scalars(select(Tombstone.reference))] == [b"2000000"]


async def test_a_long_transaction_of_short_statements_gives_others_a_turn(database: Database) -> None:
    async with database.writing() as session, ticking() as times:
        begun = thread_time()  # of our own, however busy the machine is
        while thread_time() - begun < 0.3:
            await session.execute(text("SELECT 1"))
        assert len(times) >= 3  # none, if nobody gave way


async def test_whoever_waits_for_another_process_to_write_holds_nobody_up(database: Database) -> None:
    other = sqlite3.connect(str(make_url(database.url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.writing() as session:
            session.add(Tombstone(reference=b"waited", erased_on=date(2026, 1, 1)))

    async with ticking() as times:
        writing = asyncio.create_task(write())
        await asyncio.sleep(0.3)
        assert not writing.done()
        assert len(times) > 5
    other.execute("COMMIT")
    other.close()
    await writing
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Tombstone)) == 1


async def test_transactions_cancelled_at_any_moment_are_whole_or_nothing(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.writing() as session:
            for half in (b"a", b"b"):
                session.add(Tombstone(reference=half + b"%d" % number, erased_on=date(2026, 1, 1)))
                await session.flush()

    async def cancelled(number: int) -> None:
        writing = asyncio.create_task(write(number))
        for _ in range(number % 12):
            await asyncio.sleep(0)
        if number % 24 >= 12:
            await asyncio.sleep(0.0005 * (number % 5))
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    await asyncio.gather(*(cancelled(number) for number in range(120)))
    await write(1000)
    async with database.reading() as session:
        found = {bytes(one) for one in await session.scalars(select(Tombstone.reference))}
    assert {b"a1000", b"b1000"} <= found
    assert {one[1:] for one in found if one[:1] == b"a"} == {one[1:] for one in found if one[:1] == b"b"}


async def test_whoever_looks_does_not_wait_for_others_who_look(database: Database) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(5):
        for _ in range(20):
            session = await stack.enter_async_context(database.looking())
            assert await session.scalar(select(func.count()).select_from(Tombstone)) == 0
