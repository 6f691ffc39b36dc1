"""Opening the database and its transactions.

One rule: a transaction is opened by `bot/` alone, and is over before anything is sent.

SQLite has one writer. Its writing engine therefore owns exactly one connection, so that writers queue here,
fairly and in memory, instead of failing with "database is locked"; readers have connections of their own, and
whoever only looks has some that refuse to write.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Update, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.sqlite_drivers import InLoop, OneHop

BUSY_SECONDS = 5
"""How long SQLite waits for a lock of another process (a backup, say) before it gives up."""
TRANSIENT_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL: serialisation failure, deadlock, lock not available."""
AWAY_STATES = ("08", "25006", "25P03", "53", "57", "58")
"""How its words begin when it cannot serve us now: no connection, no primary, gave us up, full, ending, failing."""
LEFT_OPEN = "idle_in_transaction_session_timeout"
IDLE_SECONDS = 5
"""PostgreSQL gives up whoever says nothing for so long in a transaction: a frozen process must not hold others up."""
NOT_PRIMARY = "25006"
"""It answers, but only to be read: another server has become the primary."""
FLEETING = "front_door_fleeting"
"""Execution option of a transaction that may be lost in a crash of the machine."""

READ_ONLY = {"postgresql_readonly": True}
"""Execution option of a transaction that PostgreSQL lets write nothing."""
RESTED = 1.0
"""Seconds after which a connection is asked whether it still lives before it is used: that takes three round trips."""

OUTAGES = (OperationalError, InterfaceError, TimeoutError, OSError)
"""What is always the database's fault and never the statement's."""


class WouldWrite(Exception):
    """Something that should only look has tried to write; nothing was written."""


class Database:
    """One database, reached through `writing()`, `reading()` and `looking()`."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy writes it; the asynchronous driver is filled in when it is left out."""
        self.url = with_driver(url)
        self.is_sqlite = self.url.startswith("sqlite")
        if self.is_sqlite:
            self.writer = _sqlite_engine(self.url, OneHop(), "BEGIN IMMEDIATE", 1)
            self.reader = _sqlite_engine(self.url, OneHop(), "BEGIN", 8)
            self.looker = _sqlite_engine(self.url, InLoop(), "BEGIN", 8, "query_only=ON", "busy_timeout=0")
        else:
            self.writer = self.reader = create_async_engine(
                self.url,
                pool_size=16,
                max_overflow=0,  # what overflows is closed after each use, and opening one costs more than many uses
                pool_timeout=10,
                connect_args={"timeout": 5, "command_timeout": 15, "server_settings": {LEFT_OPEN: f"{IDLE_SECONDS}s"}},
            )
            _ask_rested(self.writer)
            _leave_former_primary(self.writer)
            self.looker = self.writer.execution_options(**READ_ONLY)
        self._writing = async_sessionmaker(self.writer, expire_on_commit=False)
        self._reading = async_sessionmaker(self.reader, expire_on_commit=False)
        self._looking = async_sessionmaker(self.looker, expire_on_commit=False)

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
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that only reads."""
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[AsyncSession]:
        """A transaction in which the database itself refuses to write.

        Raises:
            WouldWrite: something in it tried to, or left a change that it would have written.
        """
        async with self._looking() as session:
            try:
                yield session
                if session.new or session.dirty or session.deleted:
                    await session.flush()
            except DBAPIError as error:
                if _is_refused(error):
                    raise WouldWrite from error
                raise

    async def close(self) -> None:
        """Give all connections back."""
        await self.writer.dispose()
        if self.is_sqlite:
            await self.reader.dispose()
            await self.looker.dispose()

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


def _is_refused(error: DBAPIError) -> bool:
    """Whether this is how the database refuses to write in a transaction that only looks."""
    return state_of(error) == NOT_PRIMARY or "attempt to write a readonly database" in str(error.orig)


def _leave_former_primary(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "handle_error")
    def drop(context: ExceptionContext) -> None:
        looks = context.connection and context.connection.get_execution_options().keys() >= READ_ONLY.keys()
        if state_of(context.original_exception) == NOT_PRIMARY and not looks:
            context.is_disconnect = True  # every connection of the pool may lead there


def _ask_rested(engine: AsyncEngine) -> None:
    """Before a connection is used that nobody used for a while, ask whether it still lives; if not, none does."""
    pool, dialect = engine.sync_engine, engine.sync_engine.dialect

    @event.listens_for(pool, "checkin")
    def note(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(pool, "checkout")
    def ask(connection: Any, record: ConnectionPoolEntry, _fairy: object) -> None:
        if monotonic() - record.info.get("rests_since", monotonic()) < RESTED:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, connection, None):
                raise InvalidatePoolError from error
            raise


def _sqlite_engine(url: str, driver: OneHop, begin: str, connections: int, *more: str) -> AsyncEngine:
    """An engine whose transactions begin with `begin`; `more` are pragmas of its connections."""
    engine = create_async_engine(
        url,
        module=driver,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        pool_use_lifo=True,  # what one connection can do alone fills the page cache of one
        connect_args={"isolation_level": None},  # we say BEGIN ourselves: the driver would begin too late
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            *more,
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=NORMAL" if begin == "BEGIN" else "synchronous=FULL",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        if begin == "BEGIN":
            _begin(connection)
            return
        wanted = "NORMAL" if connection.get_execution_options().get(FLEETING) else "FULL"
        if connection.info.get("synchronous", "FULL") != wanted:
            connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
            connection.info["synchronous"] = wanted
        connection.exec_driver_sql(begin)

    return engine


def _begin(connection: Connection) -> None:
    """Begin to read, which cannot fail: past all that SQLAlchemy sets up around a statement that gives something."""
    cursor = connection.connection.cursor()
    cursor.execute("BEGIN")
    cursor.close()


async def changed(
    session: AsyncSession, statement: Update | Delete | Insert, values: dict[str, Any] | None = None
) -> int:
    """Run a conditional change and say how many rows it met: the database, not Python, decides."""
    result = await session.execute(statement, values, execution_options={"synchronize_session": False})
    count = int(getattr(result, "rowcount", 0))
    if count < 0:  # SQLite's driver does not count what begins with WITH
        count = int(await session.scalar(text("SELECT changes()")) or 0)
    return count
