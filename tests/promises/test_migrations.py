"""The schema has one linear history, and every step goes up, down and up again with rows in every table."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, insert, select, text
from sqlalchemy.types import Boolean, Date, DateTime, Integer, LargeBinary, String

from storage import migrate
from storage.database import Database
from storage.tables import Table as House
from tests.acts import ON_SQLITE
from tests.promises.tree import modules

SAMPLES: list[tuple[Any, Any]] = [
    (Boolean, True),
    (DateTime, datetime(2026, 12, 1, 3, tzinfo=UTC)),
    (Date, date(2026, 12, 1)),
    (LargeBinary, b"\1" * 32),
    (String, "x"),
    (Integer, 7),
]


def history() -> list[str]:
    """Revisions from the first to the newest."""
    scripts = ScriptDirectory(str(migrate.SCRIPTS))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def tables_of(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def fill(connection: Connection) -> dict[str, int]:
    """Put a row into every table that has none; how many rows each holds."""
    tables = tables_of(connection)
    for table in tables.values():
        if not connection.scalar(select(func.count()).select_from(table)):
            connection.execute(insert(table).values(dict(_row(table, connection.dialect.name))))
    return count(connection)


def count(connection: Connection) -> dict[str, int]:
    return {
        name: connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in tables_of(connection).items()
    }


def _row(table: Table, dialect: str) -> Iterator[tuple[str, Any]]:
    for column in table.columns:
        value = next(sample for kind, sample in SAMPLES if isinstance(column.type, kind))
        if isinstance(value, datetime) and dialect == "sqlite":
            value = value.replace(tzinfo=None)
        yield column.name, value


async def run(database: Database, work: Any) -> Any:
    async with database.writer.begin() as connection:
        return await connection.run_sync(work)


def test_the_history_is_one_line_with_one_beginning_and_one_end() -> None:
    scripts = ScriptDirectory(str(migrate.SCRIPTS))
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    steps = history()
    assert steps[-1] == migrate.newest()
    for before, after in pairwise(steps):
        assert scripts.get_revision(after).down_revision == before
    assert len(steps) == len(modules("storage/migrations/versions"))


def test_every_step_can_be_taken_back() -> None:
    for module in modules("storage/migrations/versions"):
        bodies = {node.name: node.body for node in module.tree.body if isinstance(node, ast.FunctionDef)}
        assert {"upgrade", "downgrade"} <= bodies.keys(), module.path
        assert not any(isinstance(statement, ast.Pass | ast.Raise) for statement in bodies["downgrade"]), module.path


async def test_every_step_goes_up_down_and_up_again_with_rows_in_every_table(database: Database) -> None:
    await migrate.downgrade(database, "base")
    assert await run(database, count) == {}
    for below, step in pairwise([None, *history()]):
        assert step
        await migrate.upgrade(database, step)
        filled = await run(database, fill)
        assert filled
        assert min(filled.values()) >= 1, filled
        await migrate.downgrade(database, below or "base")
        kept = await run(database, count)
        assert {name: rows for name, rows in filled.items() if name in kept} == kept
        assert bool(kept) == bool(below)
        await migrate.upgrade(database, step)
        again = await run(database, count)
        assert again.keys() == filled.keys()
        assert {name: again[name] for name in kept} == kept
        await run(database, fill)
    assert await migrate.current(database) == migrate.newest()


async def test_the_tables_in_code_are_the_tables_of_the_newest_schema(database: Database) -> None:
    assert await migrate.differences(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE people ADD COLUMN passport VARCHAR(9)",
        "DROP INDEX ix_bookings_slot_id",
        "CREATE TABLE visas (id INTEGER PRIMARY KEY)",
    ],
)
async def test_a_schema_that_differs_is_seen(database: Database, change: str) -> None:
    await run(database, lambda connection: connection.execute(text(change)))
    assert await migrate.differences(database) != []


@ON_SQLITE
async def test_sqlite_uses_the_number_of_a_deleted_row_never_again(database: Database) -> None:
    """A table that a migration makes anew forgets this silently; a button about a deleted row would meet another."""
    written = text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
    made = await run(database, lambda connection: set(connection.scalars(written)))
    told = House.metadata.sorted_tables
    assert made == {table.name for table in told if table.dialect_options["sqlite"]["autoincrement"]}


async def test_migrating_again_changes_nothing(database: Database) -> None:
    before = await run(database, fill)
    await migrate.upgrade(database)
    assert await run(database, count) == before
