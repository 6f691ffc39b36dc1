"""Sealing everything anew under the current key, while the bot runs.

Safe to stop and start again: what is done carries the new key's id, and each value is changed only if it is still
the one that was read. When nothing is left under an old key, that key can be taken out of the ring.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, LargeBinary, func, select, tuple_, type_coerce, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.asyncio import AsyncSession

from storage import keys
from storage.database import Database, changed
from storage.tables import Table
from storage.types import Sealed

BATCH = 200
"""Values sealed anew in one transaction: short enough that nobody waits for it."""


def sealed_columns() -> Iterator[tuple[SqlTable, Column[Any]]]:
    """Every sealed column of the house."""
    for table in Table.metadata.sorted_tables:
        yield from ((table, column) for column in table.columns if isinstance(column.type, Sealed))


async def rotate(database: Database) -> int:
    """Seal every value anew that is not under the current key; how many.

    Raises:
        Unsealable: a value is under a key that is not in the ring.
    """
    total = 0
    for table, column in sealed_columns():
        while True:
            async with database.writing() as session:
                done = await _rotate_batch(session, table, column)
            total += done
            if not done:
                break
    return total


async def key_use(database: Database) -> dict[int, int]:
    """How many values are sealed under each key id."""
    counts: Counter[int] = Counter()
    async with database.reading() as session:
        for _, column in sealed_columns():
            first = _first_byte(column)
            rows = await session.execute(select(first, func.count()).where(column.is_not(None)).group_by(first))
            for byte, count in rows:
                counts[bytes(byte)[0]] += count
    return dict(counts)


async def _rotate_batch(session: AsyncSession, table: SqlTable, column: Column[Any]) -> int:
    ring = keys.in_use()
    raw = type_coerce(column, LargeBinary)
    ids = list(table.primary_key.columns)
    context = f"{table.name}.{column.name}"
    old = select(*ids, raw).where(column.is_not(None), _first_byte(column) != bytes([ring.current])).limit(BATCH)
    done = 0
    for *key, value in (await session.execute(old)).all():
        again = ring.seal(ring.open(bytes(value), context), context)
        same = (tuple_(*ids) == tuple_(*key), raw == value)
        done += await changed(session, update(table).where(*same).values({column: type_coerce(again, LargeBinary)}))
    return done


def _first_byte(column: Column[Any]) -> Any:
    return type_coerce(func.substr(type_coerce(column, LargeBinary), 1, 1), LargeBinary)
