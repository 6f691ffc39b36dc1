"""What became of the reminders of visits, and who was called instead."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Row, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Kind, Outcome
from scheduling.rules import Status
from storage.database import changed
from storage.tables import Booking, ClinicDay, Owed, Slot

OPEN = ("pending", "claimed")
"""States of a message that has not gone out."""
SOON = timedelta(minutes=10)
"""A message that a try has put off is due again within this."""
planned_at = func.coalesce(Owed.late_since, Owed.due_at)
FRESH = {"populate_existing": True}
AT_ONCE = 400
"""Numbers in one statement."""


async def reminders_of(session: AsyncSession, bookings: Sequence[Booking]) -> dict[int, list[Owed]]:
    """The reminders of visits at the time these have now, by booking; the one that is due last comes last."""
    found: dict[int, list[Owed]] = {booking.id: [] for booking in bookings}
    versions = {booking.id: f":{booking.id}.{booking.moves}:" for booking in bookings}
    numbers = list(found)
    for start in range(0, len(numbers), AT_ONCE):
        about = (Owed.kind == Kind.REMINDER, Owed.subject_id.in_(numbers[start : start + AT_ONCE]))
        rows = await session.scalars(select(Owed).where(*about).order_by(planned_at, Owed.id), execution_options=FRESH)
        for row in rows:
            if versions[row.subject_id] in row.key:
                found[row.subject_id].append(row)
    return found


async def overdue(session: AsyncSession, before: datetime) -> Sequence[Row[Booking, Slot, datetime]]:
    """Standing visits with a reminder that should have gone out before a moment and still waits, with that time.

    The hours by which what waits is found cheaply are those of `due_at`: a try that was put off is due again soon.
    """
    waits = (Owed.kind == Kind.REMINDER, Owed.state.in_(OPEN), Owed.due_at <= before + 2 * SOON, planned_at <= before)
    found = await session.execute(
        select(Booking, Slot, planned_at.label("planned"))
        .join(Owed, Owed.subject_id == Booking.id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(*waits, Booking.status == Status.STANDING)
    )
    return found.all()


async def oldest_waiting(session: AsyncSession, now: datetime) -> datetime | None:
    """When the oldest reminder that still waits should have gone out."""
    waits = (Owed.kind == Kind.REMINDER, Owed.state.in_(OPEN), Owed.due_at <= now + SOON, planned_at <= now)
    return await session.scalar(select(func.min(planned_at)).where(*waits))


async def is_superseded(session: AsyncSession, row: Owed, now: datetime) -> bool:
    """Whether a later reminder of the same visit at the same time is due by now too, or has gone out already."""
    version = row.key.rpartition(":")[0] + ":"
    same = (Owed.kind == row.kind, Owed.subject_id == row.subject_id, Owed.key.startswith(version))
    later = (planned_at > (row.late_since or row.due_at), planned_at <= now, Owed.state.in_((*OPEN, Outcome.SENT)))
    return bool(await session.scalar(select(exists().where(*same, *later))))


async def on_their_way(session: AsyncSession) -> bool:
    """Whether any reminder is being sent at this moment."""
    going = exists().where(Owed.kind == Kind.REMINDER, Owed.state == "claimed")
    return bool(await session.scalar(select(going)))


async def set_called(session: AsyncSession, booking_id: int, now: datetime | None) -> bool:
    """Note that somebody was called, or (None) that they were not; False if it is so already."""
    wanted = Booking.called_at.is_(None) if now else Booking.called_at.is_not(None)
    return await changed(session, update(Booking).where(Booking.id == booking_id, wanted).values(called_at=now)) == 1


async def note_silence(session: AsyncSession, clinic_id: str, day: date, now: datetime) -> bool:
    """Note that a clinic's staff are told that reminders fell silent; False if they were on that day."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(ClinicDay).values(clinic_id=clinic_id, day=day)
    await session.execute(row.on_conflict_do_nothing(index_elements=["clinic_id", "day"]))
    quiet = (ClinicDay.clinic_id == clinic_id, ClinicDay.day == day, ClinicDay.called_silence_at.is_(None))
    return await changed(session, update(ClinicDay).where(*quiet).values(called_silence_at=now)) == 1


async def has_visits(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> bool:
    """Whether any visit stands in a span."""
    here = (Slot.clinic_id == clinic_id, Slot.starts_at >= begin, Slot.starts_at < end)
    standing = select(Booking.id).join(Slot, Slot.id == Booking.slot_id).where(*here, Booking.status == Status.STANDING)
    return bool(await session.scalar(select(standing.exists())))
