"""What a database that fails over does to the house: nothing is confirmed, and nobody pays for having come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import parcels, settling
from bot.flood import Crowd
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from simulator.server import Simulator
from storage.database import Database
from storage.failures import is_outage, is_transient
from tests.acts import ON_POSTGRESQL
from tests.faults.conftest import Launcher
from tests.faults.scene import Scene, until
from tests.outage import away, slow

VISIT = "Your code"


@asynccontextmanager
async def replaced(database_url: str) -> AsyncIterator[None]:
    """The server answers, but is the primary no more: it takes no write, from new connections and from old ones."""
    url = make_url(database_url)

    async def run(*statements: str) -> None:
        where: dict[str, Any] = {"host": url.query["host"], "user": "postgres", "database": "postgres"}
        connection = await asyncpg.connect(**where)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    ends = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'"
    await run(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only TO on', ends)
    try:
        yield
    finally:
        await run(f'ALTER DATABASE "{url.database}" RESET default_transaction_read_only')


@ON_POSTGRESQL
async def test_a_server_that_is_no_longer_the_primary_is_an_outage_and_its_connections_are_given_up(
    database: Database, database_url: str
) -> None:
    write = text("UPDATE pace SET budget = budget WHERE budget = ''")
    async with replaced(database_url):
        for _ in range(3):
            with pytest.raises(Exception) as caught:
                async with database.writing() as session:
                    await session.execute(write)
            assert is_outage(caught.value)
            assert not is_transient(caught.value)
        assert not await database.answers()
    # The sessions that began while it was read-only would stay so: only a pool that gave them up writes again at once.
    async with database.writing() as session:
        await session.execute(write)


@ON_POSTGRESQL
async def test_whoever_only_looks_leaves_a_former_primary_as_soon_as_somebody_was_refused_there(
    database: Database,
) -> None:
    async def looked_from() -> int:
        async with database.looking() as session:
            return int(await session.scalar(text("SELECT pg_backend_pid()")) or 0)

    async def is_refused() -> None:
        async with database.writing() as session:
            await session.execute(text("SET TRANSACTION READ ONLY"))
            await session.execute(text("UPDATE pace SET budget = budget"))

    there = await looked_from()
    assert await looked_from() == there
    with pytest.raises(DBAPIError):
        await is_refused()
    elsewhere = await looked_from()
    assert elsewhere != there
    assert await looked_from() == elsewhere


@ON_POSTGRESQL
async def test_what_was_pressed_during_a_failover_is_confirmed_after_it_and_happens_once(
    bot: Launcher, telegram: Simulator, scene: Scene, database_url: str
) -> None:
    """More people than the house takes at once, each delivered again and again: nobody is shed for that."""
    people = await scene.people(70)
    slots = await scene.slots(50)
    process = bot("webhook")
    await process.start()
    async with replaced(database_url):
        for number, person in enumerate(people):
            telegram.world.press(person.telegram_id, encode(KeepPlace(slots[number % 6], False, "", False)))
        delivery = next(iter(telegram.deliveries.values()))
        before = delivery.attempts
        await until(lambda: delivery.attempts - before > 3 * len(people))
        assert telegram.world.updates_pending() == len(people), "something was confirmed that was not stored"
    async with slow(database_url):  # all of them wait in the house at once
        await asyncio.sleep(3)
    await telegram.world.quiet(30)
    assert len(await scene.standing()) == len(people)


@ON_POSTGRESQL
async def test_a_process_that_starts_during_a_failover_waits_for_it(bot: Launcher, database_url: str) -> None:
    process = bot("webhook")
    async with away(database_url):
        await process.launch()
        await until(lambda: process.heard("database-away"))
    await until(lambda: process.heard("started"))
    assert await process.stop() < 10


@ON_POSTGRESQL
async def test_a_database_that_is_not_there_at_all_is_told_in_one_line(bot: Launcher, database_url: str) -> None:
    process = bot("webhook")
    await process.launch(database_url=database_url.replace("house_", "nobodys_"))
    assert await process.ended() == 1
    assert process.words == ["BOT_DATABASE_URL: the database does not know this account, or has no such name"]


def test_an_update_that_comes_again_because_we_were_away_makes_nobody_louder() -> None:
    crowd = Crowd()
    for _ in range(10):
        with pytest.raises(RuntimeError), crowd.place(7):
            raise RuntimeError
    assert crowd.noise(7) == 0
    with crowd.place(7):
        assert crowd.noise(7) == 1
    assert crowd.noise(7) == 1


async def _sent_while_away(bot: Launcher, telegram: Simulator, scene: Scene, database_url: str) -> list[int]:
    """Two processes; one has just sent when the database goes away for longer than a lease. Copies by person."""
    reminded = await scene.people(4)
    await scene.reminders(reminded)
    late = telegram.faults.add("slow", "sendMessage", delay=2)
    first, second = bot("webhook"), bot("webhook")
    await asyncio.gather(*(each.start(command="run --role worker") for each in (first, second)))
    await until(lambda: late.hits == 4)
    async with away(database_url):
        await until(lambda: scene.copies(reminded, VISIT) == [1] * 4)
        telegram.faults.clear()
        await asyncio.sleep(17)
    await scene.settled()
    return scene.copies(reminded, VISIT)


@pytest.mark.soak
@ON_POSTGRESQL
async def test_whoever_lives_through_an_outage_says_what_it_has_sent_before_anybody_sends_it_again(
    bot: Launcher, telegram: Simulator, scene: Scene, database_url: str
) -> None:
    assert await _sent_while_away(bot, telegram, scene, database_url) == [1] * 4
    assert await scene.states(Kind.REMINDER) == {"sent": 4, "pending": 4}


def test_settling_waits_longer_for_the_database_than_any_failover_takes() -> None:
    assert settling.OUTAGE_LONGEST > 10 * 40
    assert parcels.AFTER_OUTAGE > 4 * settling.OUTAGE_PAUSE
