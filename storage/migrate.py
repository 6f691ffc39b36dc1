"""Bringing a database to the newest schema, and telling whether it is there. History is one line, never a tree.

Alembic is loaded by whoever migrates: with what it loads it takes 10 MB, and a start that finds everything in place
needs two look-ups only.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import Table

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
_NAMES = re.compile(r"^(revision|down_revision) = ['\"](\w+)['\"]$", re.MULTILINE)


@cache
def newest() -> str:
    """The revision this code was written for: the one that none follows. Read once: readiness asks every second."""
    found = [pair for file in (SCRIPTS / "versions").glob("*.py") for pair in _NAMES.findall(file.read_text("utf-8"))]
    [head] = {name for kind, name in found if kind == "revision"} - {name for kind, name in found if kind != "revision"}
    return str(head)


async def current(database: Database) -> str | None:
    """The revision the database is at, None for an empty one."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(_revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run every step up to `revision`, all in one transaction."""
    from alembic import command

    async with _rebuilding(database) as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Run the steps back to `revision` (`base` for an empty schema)."""
    from alembic import command

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
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [str(difference) for difference in compare_metadata(context, Table.metadata)]


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
