"""Who is at a clinic today: numbers and the rows of the queue.

The rule: a number is drawn by one statement that also holds the clinic's day to the commit, so that no two are the
same; every change of a row names the state it was seen in.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Kind
from scheduling.rules import Stage, Status
from storage.database import changed
from storage.tables import Booking, ClinicDay, Owed, Person, Queued, Slot

FRESH = {"populate_existing": True}
FIRST_DAY = date(2001, 1, 1)
"""Rows of earlier days serialise a clinic's calendar."""
GONE_HOME = Queued.state == Stage.LEFT
Entry = Row[Queued, Booking | None, Slot | None]


async def draw_number(session: AsyncSession, clinic_id: str, day: date) -> int:
    """The next number of a clinic's day, from 1; the day is held to the commit."""
    row = _insert(session)(ClinicDay).values(clinic_id=clinic_id, day=day, last_number=1)
    more = {"last_number": ClinicDay.last_number + 1}
    drawn = row.on_conflict_do_update(index_elements=["clinic_id", "day"], set_=more).returning(ClinicDay.last_number)
    return int((await session.execute(drawn)).scalar_one())


async def hold_day(session: AsyncSession, clinic_id: str, day: date) -> ClinicDay:
    """Let what staff do in one clinic's queue happen one after the other, to the commit."""
    row = _insert(session)(ClinicDay).values(clinic_id=clinic_id, day=day)
    own = {"last_number": ClinicDay.last_number}  # an update of nothing: it takes the row's lock, new or not
    await session.execute(row.on_conflict_do_update(index_elements=["clinic_id", "day"], set_=own))
    return await session.get_one(ClinicDay, (clinic_id, day), populate_existing=True)


async def day_of(session: AsyncSession, clinic_id: str, day: date) -> ClinicDay | None:
    """What is known of a clinic's day."""
    return await session.get(ClinicDay, (clinic_id, day), populate_existing=True)


async def let_stand(session: AsyncSession, booking_id: int, seen_as: Status) -> bool:
    """Whether somebody may be seen on this booking: it stands, or stands again although they seemed to be missing.

    It holds the booking to the commit, so that one visit comes in once.
    """
    seen = (Booking.id == booking_id, Booking.status == seen_as)
    return await changed(session, update(Booking).where(*seen).values(status=Status.STANDING)) == 1


async def set_status(
    session: AsyncSession,
    booking_id: int,
    seen: Collection[str],
    status: Status,
    now: datetime,
    *,
    since: datetime | None = None,
) -> bool:
    """What became of a visit, if it is as it was seen; with `since`, if it is so since that very moment."""
    as_seen = [Booking.id == booking_id, Booking.status.in_(seen)]
    if since:
        as_seen.append(Booking.changed_at == since)
    return await changed(session, update(Booking).where(*as_seen).values(status=status, changed_at=now)) == 1


async def entry_of(session: AsyncSession, booking_id: int) -> Queued | None:
    """The place in the queue that belongs to a booking, as the database has it now."""
    return await session.scalar(select(Queued).where(Queued.booking_id == booking_id), execution_options=FRESH)


async def entry(session: AsyncSession, entry_id: int) -> Entry | None:
    """One place in the queue with its visit."""
    return (await session.execute(_entries().where(Queued.id == entry_id), execution_options=FRESH)).first()


async def entries(session: AsyncSession, clinic_id: str, day: date) -> Sequence[Entry]:
    """Everybody who came to a clinic on a day, in the order of their numbers."""
    found = _entries().where(Queued.clinic_id == clinic_id, Queued.day == day).order_by(Queued.number)
    return (await session.execute(found, execution_options=FRESH)).all()


async def given_by(session: AsyncSession, clinic_id: str, day: date, update_id: int) -> Queued | None:
    """The number that an update gave; None for updates without a number of their own."""
    same = (Queued.clinic_id == clinic_id, Queued.day == day, Queued.came_by == update_id)
    return await session.scalar(select(Queued).where(*same)) if update_id else None


async def change_entry(session: AsyncSession, entry_id: int, seen: Collection[str], **values: Any) -> bool:
    """Change a place in the queue if it is in one of the states it was seen in."""
    as_seen = (Queued.id == entry_id, Queued.state.in_(seen))
    return await changed(session, update(Queued).where(*as_seen).values(**values)) == 1


async def not_here(
    session: AsyncSession, clinic_id: str, begin: datetime, end: datetime
) -> Sequence[Row[Booking, Slot, Person | None]]:
    """Standing visits of a span whose people have not come, in order of time."""
    came = exists().where(Queued.booking_id == Booking.id, ~GONE_HOME)
    found = (
        select(Booking, Slot, Person)
        .join(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Person, Person.id == Booking.person_id)
        .where(Slot.clinic_id == clinic_id, Slot.starts_at >= begin, Slot.starts_at < end)
        .where(Booking.status == Status.STANDING, ~came)
        .order_by(Slot.starts_at, Booking.code)
    )
    return (await session.execute(found, execution_options=FRESH)).all()


async def late_notices(session: AsyncSession, booking_ids: Collection[int]) -> list[tuple[int, str]]:
    """What the people of these visits were told of a late clinic: visit and key, in order; not what is still to go."""
    about = (Owed.kind == Kind.LATE, Owed.subject_id.in_(booking_ids), Owed.state != "pending")
    found = await session.execute(select(Owed.subject_id, Owed.key).where(*about).order_by(Owed.id))
    return [(row[0], row[1]) for row in found]


async def forget_days(session: AsyncSession, before: date) -> int:
    """Delete what is known of the queues of days before one; how many numbers. A clinic's own row is none of a day."""
    days = (ClinicDay.day < before, ClinicDay.day > FIRST_DAY)
    await session.execute(delete(ClinicDay).where(*days), execution_options={"synchronize_session": False})
    return await changed(session, delete(Queued).where(Queued.day < before))


def _entries() -> Any:
    return (
        select(Queued, Booking, Slot)
        .outerjoin(Booking, Booking.id == Queued.booking_id)
        .outerjoin(Slot, Slot.id == Booking.slot_id)
    )


def _insert(session: AsyncSession) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return sqlite.Insert if session.get_bind().dialect.name == "sqlite" else postgresql.Insert
