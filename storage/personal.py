"""Everything kept about one person, found through the tables themselves: a new table cannot be forgotten.

A table is about people when a column of it points to `people.id`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import KeyedColumnElement

from storage.tables import Person, Table

HASHES = frozenset({"telegram_key", "service_key", "code_hash", "nonce"})
"""Keyed hashes and counters: they say nothing to the person they are about."""


def tables_about_people() -> dict[str, KeyedColumnElement[Any]]:
    """Table name to the column that names the person; `people` itself by its id."""
    found: dict[str, KeyedColumnElement[Any]] = {"people": Person.__table__.c.id}
    for table in Table.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "people":
                found[f"{table.name}.{key.parent.name}"] = key.parent
    return found


async def kept_about(session: AsyncSession, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row about a person, by table and column, as JSON values; sealed fields are opened."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for name, column in tables_about_people().items():
        rows = await session.execute(select(column.table).where(column == person_id))
        found = [{key: _plain(value) for key, value in row.items() if key not in HASHES} for row in rows.mappings()]
        if found:
            kept[name] = found
    return kept


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
