"""Tombstones: whom we have erased, so that a restored backup can forget them again.

The rule: a keyed hash of a row's random number, and the day. It leads to nobody without the backup and the key.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from people.store import forgetting as store
from storage.audit import person_reference

KEEP = timedelta(days=400)
"""No backup is kept for longer; the operator's guide says so."""


async def bury(session: AsyncSession, person_ids: Collection[int], now: datetime) -> None:
    """Note that these people were erased, in the transaction that erases them."""
    await store.add_tombstones(session, map(person_reference, person_ids), now.date())


async def adopt(session: AsyncSession, references: Collection[bytes], now: datetime) -> None:
    """Take over tombstones from elsewhere: from the file beside the database, or from the database before a restore."""
    await store.add_tombstones(session, references, now.date())


async def known(session: AsyncSession, since: date = date.min) -> set[bytes]:
    """The references of everybody erased since a day."""
    return await store.tombstones(session, since)


async def returned(session: AsyncSession, references: Collection[bytes]) -> list[int]:
    """The rows of people who are there although they were erased: the database is older than that."""
    if not references:
        return []
    return [one for one in await store.everybodys_ids(session) if person_reference(one) in references]


async def crumble(session: AsyncSession, now: datetime) -> int:
    """Drop tombstones that no backup is old enough to need; how many."""
    return await store.drop_tombstones(session, (now - KEEP).date())
