"""All SQL about slots, bookings and closures."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.rules import Status
from storage import keys
from storage.database import changed
from storage.tables import Booking, Closure, Person, Slot

UNSYNCED = {"synchronize_session": False}
STANDING = Booking.status == Status.STANDING


def service_key(service: str) -> bytes:
    """The blind index under which a service's slots are found."""
    return keys.in_use().blind(service, "slots.service")


async def add_slots(session: AsyncSession, rows: list[dict[str, object]]) -> int:
    """Add slots that are not there yet; how many were new. Asking twice adds nothing."""
    if not rows:
        return 0
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Slot).values(rows).on_conflict_do_nothing().returning(Slot.id)
    return len((await session.scalars(statement)).all())


async def slot_by_id(session: AsyncSession, slot_id: int) -> Slot | None:
    """One slot."""
    return await session.get(Slot, slot_id)


async def free_slots(session: AsyncSession, clinic_id: str, service: str, begin: datetime, end: datetime) -> list[Slot]:
    """Open slots with room that start in a span, earliest first."""
    found = await session.scalars(
        select(Slot)
        .where(
            Slot.clinic_id == clinic_id,
            Slot.service_key == service_key(service),
            Slot.starts_at >= begin,
            Slot.starts_at < end,
            Slot.closed.is_(False),
            Slot.taken < Slot.capacity,
        )
        .order_by(Slot.starts_at)
    )
    return list(found)


async def take_place(session: AsyncSession, slot_id: int) -> bool:
    """Take one place if one is left and the time is open; the database, not Python, decides."""
    free = (Slot.id == slot_id, Slot.taken < Slot.capacity, Slot.closed.is_(False))
    return await changed(session, update(Slot).where(*free).values(taken=Slot.taken + 1)) == 1


async def give_place(session: AsyncSession, slot_id: int) -> None:
    """Give one place back."""
    await session.execute(
        update(Slot).where(Slot.id == slot_id).values(taken=Slot.taken - 1),
        execution_options={"synchronize_session": False},
    )


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


async def places_held(session: AsyncSession, person_id: int) -> list[int]:
    """The slots in which a person counts as a taken place, past ones too: once for each booking."""
    taking = Booking.status.in_((Status.STANDING, Status.NO_SHOW))
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
    """Move a standing booking from the slot we saw it at; False if it has changed meanwhile."""
    as_seen = (Booking.id == booking.id, Booking.slot_id == booking.slot_id, STANDING)
    values = {"slot_id": slot_id, "moves": Booking.moves + 1, "changed_at": now}
    return await changed(session, update(Booking).where(*as_seen).values(**values)) == 1


async def close_slots(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> int:
    """Close every slot of a clinic that starts in the span; how many."""
    inside = (
        Slot.clinic_id == clinic_id,
        Slot.starts_at >= begin,
        Slot.starts_at < end,
        Slot.closed.is_(False),
    )
    return await changed(session, update(Slot).where(*inside).values(closed=True))


async def visits_between(
    session: AsyncSession, clinic_id: str, begin: datetime, end: datetime, *statuses: Status
) -> Sequence[Row[Booking, Slot, Person]]:
    """A clinic's bookings of a span with these statuses, with slot and person, in order of time."""
    found = await session.execute(
        select(Booking, Slot, Person)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            Slot.clinic_id == clinic_id,
            Slot.starts_at >= begin,
            Slot.starts_at < end,
            Booking.status.in_(statuses),
        )
        .order_by(Slot.starts_at, Booking.code)
    )
    return found.all()


async def slots_between(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> list[Slot]:
    """A clinic's slots of a span, closed ones too."""
    inside = (Slot.clinic_id == clinic_id, Slot.starts_at >= begin, Slot.starts_at < end)
    return list(await session.scalars(select(Slot).where(*inside).order_by(Slot.starts_at)))


async def is_closed(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> bool:
    """Whether a closure of the clinic touches the span."""
    touching = (Closure.clinic_id == clinic_id, Closure.starts_at < end, Closure.ends_at > begin)
    return bool(await session.scalar(select(func.count()).select_from(Closure).where(*touching)))


async def erase_before(session: AsyncSession, instant: datetime) -> int:
    """Erase bookings, slots and closures that lie before `instant`; how many bookings."""
    old = select(Slot.id).where(Slot.starts_at < instant)
    erased = await changed(session, delete(Booking).where(Booking.slot_id.in_(old)))
    await session.execute(delete(Slot).where(Slot.starts_at < instant), execution_options=UNSYNCED)
    await session.execute(delete(Closure).where(Closure.ends_at < instant), execution_options=UNSYNCED)
    return erased
