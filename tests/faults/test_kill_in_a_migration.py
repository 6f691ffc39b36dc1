"""SIGKILL in the middle of a migration: either all of it happened or nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import migrate
from storage.database import Database
from tests.conftest import RING
from tests.faults.process import BotProcess
from tests.faults.scene import until
from tests.postgres import NamedServer


@pytest.fixture
async def empty(postgres: NamedServer, tmp_path: Path) -> AsyncIterator[str]:
    """The name of a PostgreSQL database without a single table."""
    name = f"empty_{tmp_path.name}".lower().replace("-", "_")[:60]
    control = await postgres.connect()
    await control.execute(f'CREATE DATABASE "{name}"')
    yield name
    await control.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await control.close()


async def test_a_killed_migration_leaves_nothing_behind_and_runs_again(
    postgres: NamedServer, empty: str, tmp_path: Path
) -> None:
    """Held up in its middle by a table of the same name that somebody else is making, then killed."""
    url = postgres.url(empty)
    process = BotProcess({"database_url": url, "keys": RING.written()}, tmp_path)
    connection = await postgres.connect(empty)
    in_the_way = connection.transaction()
    await in_the_way.start()
    await connection.execute("CREATE TABLE pace (budget integer)")
    try:
        await process.launch("migrate")
        watch = await postgres.connect(empty)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not await watch.fetchval(waiting):  # noqa: ASYNC110 - nothing tells when somebody waits
            await asyncio.sleep(0.02)
    finally:
        await process.close()
    await in_the_way.rollback()
    alive = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    while await watch.fetchval(alive) > 2:  # noqa: ASYNC110 - nothing tells when the killed one has gone
        await asyncio.sleep(0.02)
    assert await watch.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.close()
    await watch.close()

    await process.launch("migrate")
    assert await process.ended() == 0
    database = Database(url)
    assert await migrate.current(database) == migrate.newest()
    assert await migrate.differences(database) == []
    await database.close()


@pytest.mark.soak
async def test_a_migration_of_sqlite_killed_at_any_moment_is_whole_or_absent(tmp_path: Path) -> None:
    for turn in range(20):
        path = tmp_path / f"{turn}.db"
        process = BotProcess({"database_url": f"sqlite:///{path}", "keys": RING.written()}, tmp_path)
        await process.launch("migrate")
        await until(path.exists)
        await asyncio.sleep(turn * 0.01)
        await process.close()
        database = Database(f"sqlite:///{path}")
        assert await migrate.current(database) in (None, migrate.newest())
        await migrate.upgrade(database)
        assert await migrate.differences(database) == []
        await database.close()
