"""Bringing a database to the newest schema, and telling whether it is there. History is one line, never a tree."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database
from storage.tables import Table

SCRIPTS = Path(__file__).parent / "migrations"


def newest() -> str:
    """The revision this code was written for."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head() or ""


async def current(database: Database) -> str | None:
    """The revision the database is at, None for an empty one."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run every step up to `revision`, all in one transaction."""
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Run the steps back to `revision` (`base` for an empty schema)."""
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))


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
