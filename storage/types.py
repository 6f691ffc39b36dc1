"""Column types: instants in UTC, sealed personal fields, blind indexes, random references."""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnClause, DateTime, Dialect, Integer, LargeBinary, String, literal_column
from sqlalchemy.types import TypeDecorator

from storage import keys

BigId = BigInteger().with_variant(Integer, "sqlite")
"""64-bit ids; SQLite counts up by itself only in a column declared INTEGER."""


def draw_reference() -> int:
    """A random 62-bit id, so that a row says nothing about how many came before it."""
    return secrets.randbits(62)


def fixed(value: str) -> ColumnClause[str]:
    """A value that is part of the statement: for conditions of indexes over some of the rows.

    As a parameter it would be taken for any value: SQLite would plan the statement anew each time it runs, PostgreSQL
    would not find the index in a plan it keeps.
    """
    return literal_column(f"'{value}'", String())


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite has no zones, so there it is kept bare and read back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes: an instant without a zone is a bug, not a time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """Text encrypted with AES-256-GCM under the key ring in use.

    `context` must be the column's own `table.column`: it is bound to the value, so that a sealed value
    copied into another column does not open (a test holds every column to this).
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        """`context` is `table.column`."""
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else keys.in_use().seal(value, self.context)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else keys.in_use().open(bytes(value), self.context)
