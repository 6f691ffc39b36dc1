"""What people say about their visits, as rows: each change names the time (the count of moves) it was said for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.rules import Status
from storage.database import changed
from storage.tables import Booking, Queued, Slot


async def set_confirmed(session: AsyncSession, booking_id: int, moves: int, now: datetime) -> bool:
    """Note that somebody is coming; False if that was known or the visit has changed."""
    open_ = (*_as_seen(booking_id, moves), Booking.confirmed_at.is_(None))
    return await changed(session, update(Booking).where(*open_).values(confirmed_at=now)) == 1


async def set_late(session: AsyncSession, booking_id: int, moves: int, minutes: int, now: datetime) -> bool:
    """Note by how much somebody is late; False if that was known or the visit has changed."""
    open_ = (*_as_seen(booking_id, moves), Booking.late_minutes != minutes)
    values = {"late_minutes": minutes, "confirmed_at": func.coalesce(Booking.confirmed_at, now)}
    return await changed(session, update(Booking).where(*open_).values(values)) == 1


async def before(session: AsyncSession, entry: Queued) -> int:
    """How many people who are there have a lower number."""
    waiting = (Queued.clinic_id == entry.clinic_id, Queued.day == entry.day, Queued.state == "here")
    lower = select(func.count()).select_from(Queued).where(*waiting, Queued.number < entry.number)
    return int(await session.scalar(lower) or 0)


async def past_visits(
    session: AsyncSession, person_id: int, since: datetime, now: datetime
) -> Sequence[Row[Booking, Slot]]:
    """A person's visits that began in a span, the last one first, whatever became of them."""
    found = await session.execute(
        select(Booking, Slot)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.person_id == person_id, Slot.starts_at > since, Slot.starts_at <= now)
        .order_by(Slot.starts_at.desc(), Booking.id)
    )
    return found.all()


async def erase_names(session: AsyncSession, before_: datetime) -> int:
    """Erase what was to be called out for visits that began before a moment; how many names."""
    over = select(Slot.id).where(Slot.starts_at < before_)
    named = update(Booking).where(Booking.name.is_not(None), Booking.slot_id.in_(over))
    return await changed(session, named.values(name=None))


def _as_seen(booking_id: int, moves: int) -> tuple[ColumnElement[bool], ...]:
    return Booking.id == booking_id, Booking.moves == moves, Booking.status == Status.STANDING
