"""Opening the database and its transactions.

One rule: a transaction is opened by `bot/` alone, and is over before anything is sent.

SQLite has one writer. Its writing engine therefore owns exactly one connection, so that writers queue here,
fairly and in memory, instead of failing with "database is locked"; readers have connections of their own.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Update, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

BUSY_SECONDS = 5
"""How long SQLite waits for a lock of another process (a backup, say) before it gives up."""
TRANSIENT_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL: serialisation failure, deadlock, lock not available."""
AWAY_STATES = ("08", "25006", "53", "57", "58")
"""How its words begin when it cannot serve us now: no connection, not the primary any more, full, ending, failing."""
NOT_PRIMARY = "25006"
"""It answers, but only to be read: another server has become the primary."""
FLEETING = "front_door_fleeting"
"""Execution option of a transaction that may be lost in a crash of the machine."""

OUTAGES = (OperationalError, InterfaceError, TimeoutError, OSError)
"""What is always the database's fault and never the statement's."""


class Database:
    """One database, reached through `writing()` and `reading()`."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy writes it; the asynchronous driver is filled in when it is left out."""
        self.url = with_driver(url)
        self.is_sqlite = self.url.startswith("sqlite")
        if self.is_sqlite:
            self.writer = create_async_engine(self.url, pool_size=1, max_overflow=0, pool_timeout=30)
            self.reader = create_async_engine(self.url, pool_size=4, max_overflow=4)
            _prepare_sqlite(self.writer, "BEGIN IMMEDIATE")
            _prepare_sqlite(self.reader, "BEGIN")
        else:
            self.writer = self.reader = create_async_engine(
                self.url,
                pool_size=8,
                max_overflow=8,
                pool_pre_ping=True,
                pool_timeout=10,
                connect_args={"timeout": 5, "command_timeout": 15},
            )
            _leave_former_primary(self.writer)
        self._writing = async_sessionmaker(self.writer, expire_on_commit=False)
        self._reading = async_sessionmaker(self.reader, expire_on_commit=False)

    @asynccontextmanager
    async def writing(self, *, fleeting: bool = False) -> AsyncIterator[AsyncSession]:
        """A transaction that may write: committed as a whole at the end, or rolled back as a whole.

        With `fleeting` its commit does not wait for the disk: for counts that may be lost with the machine's power.
        """
        async with self._writing.begin() as session:
            if fleeting:
                await session.connection(execution_options={FLEETING: True})
            if fleeting and not self.is_sqlite:
                await session.execute(text("SET LOCAL synchronous_commit TO OFF"))
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that only reads."""
        async with self._reading() as session:
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()

    async def answers(self) -> bool:
        """Whether a write would work now: what readiness asks."""
        try:
            async with self._writing.begin() as session:
                await session.execute(text("UPDATE pace SET budget = budget WHERE budget = ''"))
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


def is_transient(error: BaseException) -> bool:
    """Whether running the same transaction again may succeed at once: a lock, a deadlock, a lost race."""
    if not isinstance(error, DBAPIError):
        return False
    return state_of(error) in TRANSIENT_STATES or "database is locked" in str(error.orig)


def is_outage(error: BaseException) -> bool:
    """Whether the database is away or full: nothing was stored, and nothing may be confirmed."""
    if isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None):
        return True  # without a statement it was connecting or committing that failed
    return isinstance(error, OUTAGES) or state_of(error).startswith(AWAY_STATES)


def state_of(error: BaseException) -> str:
    """PostgreSQL's five letters for what went wrong; the driver's own errors come bare while it connects."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or "")


def _leave_former_primary(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "handle_error")
    def drop(context: ExceptionContext) -> None:
        if state_of(context.original_exception) == NOT_PRIMARY:
            context.is_disconnect = True  # every connection of the pool may lead there


def _prepare_sqlite(engine: AsyncEngine, begin: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: the driver would begin too late
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "synchronous=NORMAL" if begin == "BEGIN" else "synchronous=FULL",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        if begin == "BEGIN IMMEDIATE":
            wait = not connection.get_execution_options().get(FLEETING)
            connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if wait else 'NORMAL'}")
        connection.exec_driver_sql(begin)


async def changed(session: AsyncSession, statement: Update | Delete | Insert) -> int:
    """Run a conditional change and say how many rows it met: the database, not Python, decides."""
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    count = int(getattr(result, "rowcount", 0))
    if count < 0:  # SQLite's driver does not count what begins with WITH
        count = int(await session.scalar(text("SELECT changes()")) or 0)
    return count
