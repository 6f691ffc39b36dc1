"""SQLite under SQLAlchemy, with as little going to and fro between threads as can be.

SQLAlchemy opens, runs, fetches from and closes a cursor of aiosqlite in turn, and each of these is a hop into the
connection's thread and back. The rule: what a statement gives is fetched in the hop that runs it. Short looks take no
thread at all: they cost less than a hop, and in WAL mode a reader waits for nobody.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class Cursor:
    """A cursor that has fetched everything once its statement has run: what is asked of it later takes no hop."""

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
        return await self._hop(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run one statement many times."""
        return await self._hop(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchall(self) -> Sequence[Any]:
        """What the statement gave."""
        return self._rows

    async def close(self) -> None:
        """Closed already."""

    async def _hop(self, run: Callable[[sqlite3.Cursor], object]) -> Self:
        def visit() -> None:
            cursor = self._connection._conn.cursor()
            try:
                run(cursor)
                self.description = cursor.description
                self._rows = cursor.fetchall() if cursor.description else ()
                self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        await self._connection._execute(visit)
        return self


class InLoopConnection:
    """What SQLAlchemy asks of aiosqlite's connection, done at once and right here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """`connection` belongs to the thread of the loop."""
        self._connection: sqlite3.Connection | None = connection

    @property
    def _conn(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("no active connection")
        return self._connection

    async def _execute(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        return function(*arguments, **options)

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        """A function for statements."""
        self._conn.create_function(*arguments, **options)

    async def commit(self) -> None:
        """Commit."""
        self._conn.commit()

    async def rollback(self) -> None:
        """Roll back."""
        self._conn.rollback()

    async def close(self) -> None:
        """Close; a second time does nothing."""
        self.stop()

    def stop(self) -> None:
        """The same, from where nothing can be awaited."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


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
    """A driver with a thread for each connection, to be passed as `module` to `create_async_engine`."""

    def __init__(self) -> None:
        """aiosqlite and the standard library's sqlite3."""
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **options: Any) -> AdaptedConnection:
        """A connection."""
        return AdaptedConnection(self, super().connect(*arguments, **options)._connection)


class InLoop(OneHop):
    """A driver without threads, for what is read in microseconds and never waits for a lock."""

    def connect(self, *arguments: Any, **options: Any) -> AdaptedConnection:
        """A connection."""
        made: Any = InLoopConnection(sqlite3.connect(*arguments, **options))
        return AdaptedConnection(self, made)
