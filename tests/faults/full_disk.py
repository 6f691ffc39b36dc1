"""A disk that is really full, for one SQLite, for one process, or for everybody on a PostgreSQL.

The rule: it lasts as long as the block, and nothing of it is left afterwards.
"""

import contextlib
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.tables import Table

ALL_PAGES = 2**32 - 2
"""The most pages SQLite knows: its own default."""


@asynccontextmanager
async def full(database: Database) -> AsyncIterator[None]:
    """No room for new rows: SQLite gets no more pages (SQLITE_FULL), for this `database` alone; on PostgreSQL every
    INSERT ends as it does when the disk is full (53100), for everybody.
    """
    if database.is_sqlite:
        async with database.writing() as session:
            there = int(await session.scalar(text("PRAGMA page_count")) or 0)
            await session.execute(text(f"PRAGMA max_page_count = {there}"))
        try:
            yield
        finally:
            async with database.writing() as session:
                await session.execute(text(f"PRAGMA max_page_count = {ALL_PAGES}"))
        return
    try:
        for statement in (_FULL, *(f"CREATE TRIGGER disk_full BEFORE INSERT ON {each} {_RUNS}" for each in _tables())):
            await _alone(database, statement)
        yield
    finally:
        await _alone(database, _ROOM)  # at once, whatever is under way
        for each in _tables():
            await _alone(database, f"DROP TRIGGER IF EXISTS disk_full ON {each}")


_RUNS = "FOR EACH ROW EXECUTE FUNCTION disk_full()"
_FULL = """
    CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$
"""
_ROOM = _FULL[: _FULL.index("$$")] + "$$ BEGIN RETURN NEW; END $$"


def _tables() -> list[str]:
    return [f'"{table.name}"' for table in Table.metadata.sorted_tables]


async def _alone(database: Database, statement: str) -> None:
    """In a transaction of its own: whoever locks one table at a time is in nobody's way."""
    async with database.writing() as session:
        await session.execute(text(statement))


@contextmanager
def cramped(pid: int, database_url: str, *, room: int = 0) -> Iterator[None]:
    """No file of another process may grow beyond the largest of its SQLite by more than `room` bytes.

    What it writes beyond ends with an error of the disk, as on a full one; its pipes and sockets go on. Linux only.
    """
    path = Path(str(make_url(database_url).database))
    largest = max(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + room, before[1]))
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
