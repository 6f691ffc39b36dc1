"""The engines under `storage/database.py`: how connections are opened, checked, and begin their transactions.

The rule: what a connection may do is set where it is opened, so that no transaction has to say it.

SQLite has one writer. Its writing engine therefore owns exactly one connection, so that writers queue here,
fairly and in memory, instead of failing with "database is locked"; readers have connections of their own, and
whoever only looks has some that refuse to write.
"""

from collections.abc import Iterable
from time import monotonic
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.failures import NOT_PRIMARY, state_of
from storage.sqlite_drivers import InLoop, OneHop

BUSY_SECONDS = 5
"""How long SQLite waits for a lock of another process (a backup, say) before it gives up."""
LEFT_OPEN = "idle_in_transaction_session_timeout"
IDLE_SECONDS = 5
"""PostgreSQL gives up whoever says nothing for so long in a transaction: a frozen process must not hold others up."""
COMMAND_SECONDS = 15
"""How long PostgreSQL may take for a statement or a commit before it is given up."""
RESTED = 1.0
"""Seconds after which a connection is asked whether it still lives before it is used: that takes three round trips."""
FLEETING = "front_door_fleeting"
"""Execution option of a transaction that may be lost in a crash of the machine."""
READ_ONLY = {"default_transaction_read_only": "on"}
"""Setting of a connection on which PostgreSQL lets nothing be written."""
NO_DISK = {"synchronous_commit": "off"}
"""Setting of a connection whose commits do not wait for the disk."""


def sqlite_engine(url: str, driver: OneHop, begin: str, connections: int, *more: str) -> AsyncEngine:
    """An engine whose transactions begin with `begin`; `more` are pragmas of its connections."""
    engine = create_async_engine(
        url,
        module=driver,
        pool_size=connections,
        max_overflow=-1 if isinstance(driver, InLoop) else 0,  # whoever looks does not wait for others who look
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


def postgres_engine(url: str, connections: int, also: dict[str, str] | None = None, **options: Any) -> AsyncEngine:
    """An engine whose connections have these settings `also`."""
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,  # what overflows is closed after each use, and opening one costs more than many uses
        pool_timeout=10,
        connect_args={
            "timeout": 5,
            "command_timeout": COMMAND_SECONDS,
            "server_settings": {LEFT_OPEN: f"{IDLE_SECONDS}s", **(also or {})},
        },
        **options,
    )
    _ask_rested(engine)
    return engine


def leave_former_primary(writers: Iterable[AsyncEngine], looker: AsyncEngine) -> None:
    """Once it refuses to write because another server has become the primary, open every connection anew.

    Those of `looker` never write, so that they would not find out themselves: they would go on showing what was.
    """
    refused_at = float("-inf")

    def drop(context: ExceptionContext) -> None:
        nonlocal refused_at
        if state_of(context.original_exception) == NOT_PRIMARY:
            context.is_disconnect = True  # every connection of the pool may lead there
            refused_at = monotonic()

    for engine in writers:
        event.listen(engine.sync_engine, "handle_error", drop)

    @event.listens_for(looker.sync_engine, "connect")
    def note(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["opened_at"] = monotonic()

    @event.listens_for(looker.sync_engine, "checkout")
    def leave(_connection: Any, record: ConnectionPoolEntry, _fairy: object) -> None:
        if record.info["opened_at"] <= refused_at:
            raise InvalidatePoolError


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
