"""Whoever is forgotten, and what is left of them: tombstones, and rows that nobody needs any more."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from people.store.limits import LONGEST_WINDOW
from storage.database import changed
from storage.tables import Approval, Booking, Dialogue, Grant, Invite, Limit, Person, Quarantined, Tombstone

ROWS_AT_ONCE = 500
"""Rows of one statement."""


async def silent_people(session: AsyncSession, before: date, most: int) -> list[int]:
    """People last seen before a day who hold neither a role nor a visit; held until the commit."""
    silent = (
        Person.last_seen < before,
        Person.id.not_in(select(Grant.person_id)),
        ~exists().where(Booking.person_id == Person.id, Booking.status == "standing"),  # NOT IN fails beside a NULL
    )
    rows = select(Person.id).where(*silent).order_by(Person.id).limit(most).with_for_update(skip_locked=True)
    return list(await session.scalars(rows))


async def everybodys_ids(session: AsyncSession) -> list[int]:
    """The row of every person."""
    return list(await session.scalars(select(Person.id)))


async def add_tombstones(session: AsyncSession, references: Iterable[bytes], day: date) -> None:
    """Note that somebody was erased; noting it twice changes nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [{"reference": reference, "erased_on": day} for reference in references]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        batch = insert(Tombstone).values(rows[start : start + ROWS_AT_ONCE])
        await session.execute(batch.on_conflict_do_nothing(index_elements=["reference"]))


async def tombstones(session: AsyncSession, since: date) -> set[bytes]:
    """The references of everybody erased since a day."""
    rows = await session.scalars(select(Tombstone.reference).where(Tombstone.erased_on >= since))
    return {bytes(reference) for reference in rows}


async def erased_among(session: AsyncSession, references: Iterable[bytes]) -> set[bytes]:
    """Which of these references of the audit log belong to somebody who was erased."""
    known = select(Tombstone.reference).where(Tombstone.reference.in_(set(references)))
    return {bytes(reference) for reference in await session.scalars(known)}


async def drop_tombstones(session: AsyncSession, before: date) -> int:
    """Drop what no backup is old enough to need; how many."""
    return await changed(session, delete(Tombstone).where(Tombstone.erased_on < before))


async def drop_run_out(session: AsyncSession, now: datetime) -> None:
    """Drop steps whose hour is over, invites and approvals nobody can use, failures nobody will look at any more."""
    for statement in (
        delete(Dialogue).where(Dialogue.expires_at < now),
        delete(Invite).where(Invite.expires_at < now - timedelta(days=1)),
        delete(Quarantined).where(Quarantined.last_tried_at < now - timedelta(days=7)),
        delete(Approval).where(Approval.expires_at < now - timedelta(days=30)),
        delete(Limit).where(Limit.began_at < now - LONGEST_WINDOW),
    ):
        await changed(session, statement)
