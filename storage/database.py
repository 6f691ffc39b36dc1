"""Opening the database and its transactions.

One rule: a transaction is opened by `bot/` alone, and is over before anything is sent.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Delete, Insert, Update, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from storage.engines import (
    FLEETING,
    LEFT_OPEN,
    NO_DISK,
    READ_ONLY,
    leave_former_primary,
    postgres_engine,
    sqlite_engine,
)
from storage.failures import OUTAGES, is_refused
from storage.looks import Look, LookHere
from storage.sqlite_drivers import InLoop, OneHop


class WouldWrite(Exception):
    """Something that should only look has tried to write; nothing was written."""


class Database:
    """One database, reached through `writing()`, `counting()`, `reading()` and `looking()`."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy writes it; the asynchronous driver is filled in when it is left out."""
        self.url = with_driver(url)
        self.is_sqlite = self.url.startswith("sqlite")
        if self.is_sqlite:
            self.writer = self.counter = sqlite_engine(self.url, OneHop(), "BEGIN IMMEDIATE", 1)
            self.reader = sqlite_engine(self.url, OneHop(), "BEGIN", 8)
            self.looker = sqlite_engine(self.url, InLoop(), "BEGIN", 8, "query_only=ON", "busy_timeout=0")
        else:
            self.writer = self.reader = postgres_engine(self.url, 10)
            self.looker = postgres_engine(self.url, 4, READ_ONLY, isolation_level="AUTOCOMMIT")
            self.counter = postgres_engine(self.url, 2, NO_DISK, isolation_level="AUTOCOMMIT")
            leave_former_primary((self.writer, self.counter), self.looker)
        self._has_looked = False
        self._writing = async_sessionmaker(self.writer, expire_on_commit=False)
        self._counting = async_sessionmaker(self.counter, expire_on_commit=False)
        self._reading = async_sessionmaker(self.reader, expire_on_commit=False)

    @asynccontextmanager
    async def writing(self, *, fleeting: bool = False, patient: bool = False) -> AsyncIterator[AsyncSession]:
        """A transaction that may write: committed as a whole at the end, or rolled back as a whole.

        With `fleeting` its commit does not wait for the disk: for counts that may be lost with the machine's power.
        With `patient` it may think for longer than `IDLE_SECONDS` between two statements.
        """
        async with self._writing.begin() as session:
            if fleeting:
                await session.connection(execution_options={FLEETING: True})
            if fleeting and not self.is_sqlite:
                await session.execute(text("SET LOCAL synchronous_commit TO OFF"))
            if patient and not self.is_sqlite:
                await session.execute(text(f"SET LOCAL {LEFT_OPEN} TO 0"))
            yield session

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[AsyncSession]:
        """For one small statement that may be lost with the machine's power: it is committed by itself."""
        if self.is_sqlite:
            async with self.writing(fleeting=True) as session:
                yield session
            return
        async with self._counting() as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that only reads."""
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Look]:
        """Statements of which the database itself refuses those that write; on SQLite they see one and the same state.

        Raises:
            WouldWrite: something in it tried to, or left a change that it would have written.
        """
        if self.is_sqlite and not self._has_looked:
            async with self.looker.connect():  # SQLAlchemy waits while it meets a database for the first time
                self._has_looked = True
        session = (LookHere if self.is_sqlite else Look)(self.looker)
        try:
            yield session
            if session.new or session.dirty or session.deleted:
                await session.flush()
        except DBAPIError as error:
            if is_refused(error):
                raise WouldWrite from error
            raise
        finally:
            await session.close()  # without a task of its own, as `async with` would make: others came in between

    async def close(self) -> None:
        """Give all connections back."""
        for engine in {self.writer, self.counter, self.reader, self.looker}:
            await engine.dispose()

    async def answers(self) -> bool:
        """Whether a write works now: what readiness asks. It does write, for a full disk takes what changes nothing."""
        try:
            async with self._writing.begin() as session:
                mine = {"budget": f"ready:{id(self)}"}  # a row of one's own: nobody waits for another who looks too
                await session.execute(
                    text("INSERT INTO pace (budget, next_at) VALUES (:budget, CURRENT_TIMESTAMP)"), mine
                )
                await session.execute(text("DELETE FROM pace WHERE budget = :budget"), mine)
        except (DBAPIError, *OUTAGES):
            return False
        return True


@asynccontextmanager
async def trial(session: AsyncSession) -> AsyncIterator[None]:
    """Do something only to see what it would come to: when the block ends, all of it is taken back."""
    savepoint = await session.begin_nested()
    try:
        yield
    finally:
        await savepoint.rollback()


def with_driver(url: str) -> str:
    """`url` with aiosqlite or asyncpg named as its driver."""
    parsed = make_url(url)
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+asyncpg",
        "postgres": "postgresql+asyncpg",
    }
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername)).render_as_string(
        hide_password=False
    )


async def changed(
    session: AsyncSession, statement: Update | Delete | Insert, values: dict[str, Any] | None = None
) -> int:
    """Run a conditional change and say how many rows it met: the database, not Python, decides."""
    result = await session.execute(statement, values, execution_options={"synchronize_session": False})
    count = int(getattr(result, "rowcount", 0))
    if count < 0:  # SQLite's driver does not count what begins with WITH
        count = int(await session.scalar(text("SELECT changes()")) or 0)
    return count
