"""Bringing a database to the newest schema, and telling whether it is there. History is one line, never a tree."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import Table

SCRIPTS = Path(__file__).parent / "migrations"


@cache
def newest() -> str:
    """The revision this code was written for. Looked up once: it takes 40 ms, and readiness asks every second."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head() or ""


async def current(database: Database) -> str | None:
    """The revision the database is at, None for an empty one."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run every step up to `revision`, all in one transaction."""
    async with _rebuilding(database) as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Run the steps back to `revision` (`base` for an empty schema)."""
    async with _rebuilding(database) as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))


@asynccontextmanager
async def _rebuilding(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction in which SQLite may rebuild a table that others point to.

    SQLite changes a column by making the table anew; dropping the old one would delete, by cascade, whatever points
    to it. So foreign keys are off meanwhile (the switch works outside a transaction only) and checked before the end.
    """
    async with database.writer.connect() as connection:
        if not database.is_sqlite:
            async with connection.begin():
                yield connection
            return
        raw = (await connection.get_raw_connection()).driver_connection
        if raw is None:
            raise RuntimeError("the connection has gone")
        await raw.execute("PRAGMA foreign_keys=OFF")
        try:
            async with connection.begin():
                yield connection
                broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()
                if broken:
                    raise RuntimeError(f"the migration would leave rows of {broken[0]} that point to nothing")
        finally:
            await raw.execute("PRAGMA foreign_keys=ON")


async def differences(database: Database) -> list[str]:
    """What separates the database from the tables in code; empty when they agree."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(_compare)


def _compare(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [str(difference) for difference in compare_metadata(context, Table.metadata)]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
