"""Sessions of statements that only read.

The rule: what gives plain columns goes past the session, on the connection that the session uses too: its machinery
around one row costs several times what the database does.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.util import greenlet_spawn

from storage.sqlite_drivers import LookSession


class Look(AsyncSession):
    """A session that only reads. Nothing of it ever has to be rolled back, so to close it is not to wait."""

    def __init__(self, engine: AsyncEngine) -> None:
        """It takes a connection with its first statement."""
        super().__init__(engine, expire_on_commit=False)
        self._engine = engine.sync_engine
        self._connection: Connection | None = None

    async def first(self, statement: Select[Any], values: Mapping[str, Any]) -> Row[Any] | None:
        """The first row of a statement about columns, not about objects."""
        return await greenlet_spawn(self._first, statement, values)

    async def close(self) -> None:
        """Give the connection back."""
        await greenlet_spawn(self._close)

    def _first(self, statement: Select[Any], values: Mapping[str, Any]) -> Row[Any] | None:
        if self._connection is None:
            self._connection = self.sync_session.bind = self._engine.connect()
        return self._connection.execute(statement, values).first()

    def _close(self) -> None:
        self.sync_session.close()
        if self._connection:
            self._connection.close()


class LookHere(LookSession, Look):
    """One on a connection that never waits (`InLoop`): everything is done right here."""

    async def first(self, statement: Select[Any], values: Mapping[str, Any]) -> Row[Any] | None:
        """The first row of a statement about columns, not about objects."""
        return self._first(statement, values)

    async def close(self) -> None:
        """Give the connection back."""
        self._close()
