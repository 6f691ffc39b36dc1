"""SQLite under SQLAlchemy, with as little going to and fro between threads as can be.

A hop into a connection's thread and back costs more than most statements. The rule: what may wait, for the disk or for
somebody's lock, runs in the thread: commits, a beginning that finds the database busy, pragmas, rows made of rows, and
whatever took long the last time. All else runs right here, for inside a transaction nothing waits any more.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import perf_counter
from typing import Any, Self

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import await_only

BEGIN_READING, BEGIN_WRITING = "BEGIN", "BEGIN IMMEDIATE"
SHORT = (
    "PRAGMA synchronous=",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "WITH ",
    "SAVEPOINT ",
    "RELEASE ",
    "ROLLBACK TO ",
)
"""How statements begin that may be run in the thread of the loop."""
ROWS_OF_ROWS = ") SELECT "
"""What stands in an INSERT that may make a hundred thousand rows of others: it goes to the thread at once."""
LONG = 0.005
"""Seconds: what took longer the last time it ran is left to the connection's thread the next time."""
TURN = 0.005
"""Seconds of statements right here after which everybody else gets a turn."""

FETCHED_AT_ONCE = 64
"""What aiosqlite wants to know; nothing here is fetched bit by bit."""


class Nearby(aiosqlite.Connection):
    """aiosqlite's connection, which knows whether its thread is at work, so that others may use it meanwhile or not."""

    def __init__(self, open_it: Callable[[], sqlite3.Connection], slow: set[str]) -> None:
        """`slow`: statements that took long the last time, shared by all connections of an engine."""
        super().__init__(open_it, FETCHED_AT_ONCE)
        self._thread.daemon = True
        self._sent = self._done = 0  # one is written here, the other in the thread: neither is ever lost
        self._slow = slow
        self._turn_since = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether the thread has nothing to do; it may have, for somebody who was cancelled."""
        return self._sent == self._done

    async def run(self, statement: str, visit: Callable[[], None]) -> None:
        """Run one statement, here or in the thread."""
        if statement == BEGIN_WRITING:
            await self._begin(visit)
        elif self.is_idle and self._is_short(statement):
            self._timed(statement, visit)
            if perf_counter() - self._turn_since > TURN:
                await asyncio.sleep(0)
                self._turn_since = perf_counter()
        else:
            await self._execute(self._timed, statement, visit)
            self._turn_since = perf_counter()

    async def commit(self) -> None:
        """Commit; without a transaction nothing is to be done."""
        if not self.is_idle or self._conn.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Roll back; without a transaction nothing is to be done."""
        if not self.is_idle:
            await super().rollback()
        elif self._conn.in_transaction:
            self._conn.rollback()

    async def _begin(self, visit: Callable[[], None]) -> None:
        """Take the lock of the one who writes; the thread waits for it if another process has it."""
        if self.is_idle:
            [patience] = self._conn.execute("PRAGMA busy_timeout").fetchone()
            self._conn.execute("PRAGMA busy_timeout=0")
            try:
                visit()
                self._turn_since = perf_counter()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
            finally:
                self._conn.execute(f"PRAGMA busy_timeout={patience}")
        await self._execute(visit)
        self._turn_since = perf_counter()

    def _is_short(self, statement: str) -> bool:
        if statement == BEGIN_READING:
            return True
        if statement in self._slow or not statement.startswith(SHORT):
            return False
        return not (statement.startswith("INSERT ") and ROWS_OF_ROWS in statement)

    def _timed(self, statement: str, visit: Callable[[], None]) -> None:
        begun = perf_counter()
        visit()
        if perf_counter() - begun > LONG:
            self._slow.add(statement)
        else:
            self._slow.discard(statement)

    async def _execute(self, fn: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        def counted() -> Any:
            try:
                return fn(*arguments, **options)
            finally:
                self._done += 1

        self._sent += 1
        return await super()._execute(counted)  # type: ignore[no-untyped-call]


class Cursor:
    """A cursor that has fetched everything once its statement has run."""

    arraysize = 1

    def __init__(self, connection: Any) -> None:
        """Nothing has run yet."""
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement and fetch what it gives."""
        await self._connection.run(statement, lambda: self._visit(lambda cursor: cursor.execute(statement, parameters)))
        return self

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run one statement many times."""
        await self._connection.run(
            statement, lambda: self._visit(lambda cursor: cursor.executemany(statement, parameters))
        )
        return self

    async def fetchall(self) -> Sequence[Any]:
        """What the statement gave."""
        return self._rows

    async def close(self) -> None:
        """Closed already."""

    def _visit(self, run: Callable[[sqlite3.Cursor], object]) -> None:
        cursor = self._connection._conn.cursor()
        try:
            run(cursor)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else ()
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class LookConnection(sqlite3.Connection):
    """A plain connection, as far as SQLAlchemy asks something else of it than of aiosqlite's."""

    @property
    def _connection(self) -> Self:
        return self

    def terminate(self) -> None:
        """Close, from where nothing can be awaited."""
        self.close()


class AdaptedCursor(AsyncAdapt_aiosqlite_cursor):
    """SQLAlchemy's cursor around ours."""

    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return Cursor(connection)


class AdaptedConnection(AsyncAdapt_aiosqlite_connection):
    """SQLAlchemy's connection, with that cursor."""

    __slots__ = ()
    _cursor_cls = AdaptedCursor


class OneHop(AsyncAdapt_aiosqlite_dbapi):
    """A driver with a thread for each connection, for what may wait; to be passed as `module` to `create_async_engine`.

    Most transactions take one hop: their commit.
    """

    def __init__(self) -> None:
        """aiosqlite and the standard library's sqlite3."""
        super().__init__(aiosqlite, sqlite3)
        self._slow: set[str] = set()

    def connect(self, *arguments: Any, **options: Any) -> AdaptedConnection:
        """A connection."""
        made: Any = Nearby(partial(sqlite3.connect, *arguments, **options), self._slow)
        return AdaptedConnection(self, await_only(made))


class InLoop(OneHop):
    """A driver without threads, for what is read in microseconds and never waits for a lock."""

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """A connection."""
        return sqlite3.connect(*arguments, factory=LookConnection, **options)
