"""Sessions of statements that only read.

The rule: what gives plain columns goes past the session, on the connection that the session uses too: its machinery
around one row costs several times what the database does.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.util import greenlet_spawn

NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})


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


class LookHere(Look):
    """One on a plain connection (`InLoop`): nothing in it ever waits, so nothing needs a greenlet to wait in."""

    async def execute(self, *arguments: Any, execution_options: Mapping[str, Any] = NO_OPTIONS, **options: Any) -> Any:
        """Run a statement right here, and fetch what it gives, as every asynchronous session does."""
        all_at_once = {**execution_options, "prebuffer_rows": True}
        return self.sync_session.execute(*arguments, execution_options=all_at_once, **options)

    async def scalar(self, *arguments: Any, **options: Any) -> Any:
        """Run a statement right here for its first value."""
        return self.sync_session.scalar(*arguments, **options)

    async def get(self, *arguments: Any, **options: Any) -> Any:
        """A row by its key, read right here."""
        return self.sync_session.get(*arguments, **options)

    async def first(self, statement: Select[Any], values: Mapping[str, Any]) -> Row[Any] | None:
        """The first row of a statement about columns, not about objects."""
        return self._first(statement, values)

    async def close(self) -> None:
        """Give the connection back."""
        self._close()
