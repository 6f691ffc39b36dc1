"""Bookings: a person's, a clinic's, and the changes of one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.rules import Status
from storage.database import changed
from storage.tables import Booking, Person, Slot

STANDING = Booking.status == Status.STANDING


async def hold_person(session: AsyncSession, person_id: int) -> None:
    """Let one person's own bookings happen one after the other, so that limits and clashes are seen."""
    await session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


async def standing_visits(session: AsyncSession, person_id: int, now: datetime) -> Sequence[Row[Booking, Slot]]:
    """A person's visits to come, earliest first."""
    found = await session.execute(
        select(Booking, Slot)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.person_id == person_id, STANDING, Slot.starts_at > now)
        .order_by(Slot.starts_at)
    )
    return found.all()


async def series_visits(
    session: AsyncSession, person_id: int, series: int, after: datetime
) -> Sequence[Row[Booking, Slot]]:
    """What stands of a person's series from a time on (included), earliest first."""
    found = await session.execute(
        select(Booking, Slot)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.person_id == person_id, Booking.series == series, STANDING, Slot.starts_at >= after)
        .order_by(Slot.starts_at)
    )
    return found.all()


async def places_held(session: AsyncSession, person_id: int) -> list[int]:
    """The slots in which a person counts as a taken place, past ones too: once for each booking."""
    taking = Booking.status.in_((Status.STANDING, Status.NO_SHOW, Status.DONE))
    return list(await session.scalars(select(Booking.slot_id).where(Booking.person_id == person_id, taking)))


async def visit(session: AsyncSession, booking_id: int) -> Row[Booking, Slot] | None:
    """One booking with its slot, whatever its status."""
    found = await session.execute(
        select(Booking, Slot).join(Slot, Slot.id == Booking.slot_id).where(Booking.id == booking_id)
    )
    return found.first()


async def visit_by_code(session: AsyncSession, code: str) -> Row[Booking, Slot] | None:
    """The booking with this code, with its slot."""
    found = await session.execute(
        select(Booking, Slot).join(Slot, Slot.id == Booking.slot_id).where(Booking.code == code)
    )
    return found.first()


async def change_status(session: AsyncSession, booking_id: int, status: Status, now: datetime) -> bool:
    """End a standing booking; False if somebody else has ended it already."""
    standing = (Booking.id == booking_id, STANDING)
    return await changed(session, update(Booking).where(*standing).values(status=status, changed_at=now)) == 1


async def change_slot(session: AsyncSession, booking: Booking, slot_id: int, now: datetime) -> bool:
    """Move a standing booking from the slot we saw it at; False if it has changed meanwhile.

    What its person said about the old time does not hold for the new one.
    """
    as_seen = (Booking.id == booking.id, Booking.slot_id == booking.slot_id, STANDING)
    said = {"confirmed_at": None, "late_minutes": 0, "called_at": None}
    values = {"slot_id": slot_id, "moves": Booking.moves + 1, "changed_at": now, **said}
    return await changed(session, update(Booking).where(*as_seen).values(**values)) == 1


async def visits_between(
    session: AsyncSession, clinic_id: str, begin: datetime, end: datetime, *statuses: Status
) -> Sequence[Row[Booking, Slot, Person | None]]:
    """A clinic's bookings of a span with these statuses, in order of time; no person where the desk booked somebody."""
    found = await session.execute(
        select(Booking, Slot, Person)
        .join(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Person, Person.id == Booking.person_id)
        .where(
            Slot.clinic_id == clinic_id,
            Slot.starts_at >= begin,
            Slot.starts_at < end,
            Booking.status.in_(statuses),
        )
        .order_by(Slot.starts_at, Booking.code)
    )
    return found.all()
