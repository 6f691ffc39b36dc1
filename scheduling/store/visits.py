"""Bookings: a person's, a clinic's, and the changes of one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnDefault, Row, Table, and_, bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from scheduling.rules import Status
from scheduling.waiting_rules import OfferState
from storage.database import changed
from storage.tables import Booking, Hold, Offer, Person, Slot, Waiting
from storage.types import draw_reference, fixed

STANDING = Booking.status == fixed(Status.STANDING)
BOOKINGS: Table = Booking.__table__  # type: ignore[assignment]
PEOPLE: Table = Person.__table__  # type: ignore[assignment]

_HOLD_PERSON = select(PEOPLE.c.id).where(PEOPLE.c.id == bindparam("person")).with_for_update()
_OWN_HOLD = and_(Hold.slot_id == Slot.id, Hold.person_id == bindparam("person"), Hold.why == bindparam("why"))
_WITH_SLOT = select(Booking, Slot).join(Slot, Slot.id == Booking.slot_id)
_STANDING_VISITS = _WITH_SLOT.where(
    Booking.person_id == bindparam("person"), STANDING, Slot.starts_at > bindparam("now")
).order_by(Slot.starts_at)
_VISIT = _WITH_SLOT.where(Booking.id == bindparam("booking"))
_VISITS = _WITH_SLOT.where(Booking.id.in_(bindparam("bookings", expanding=True)))
_LOOK = (
    select(
        Slot,
        Hold,
        exists().where(Booking.person_id == bindparam("person"), STANDING),
        exists().where(
            Waiting.person_id == bindparam("person"),
            Offer.waiting_id == Waiting.id,
            Offer.state == fixed(OfferState.OPEN),
        ),
    )
    .outerjoin(Hold, _OWN_HOLD)
    .where(Slot.id == bindparam("slot"))
)
_ADD = BOOKINGS.insert()
"""Of every booking: put together once, because that costs more than to run them."""
_NOTHING_SAID: dict[str, Any] = {
    column.name: column.default.arg if isinstance(column.default, ColumnDefault) and column.default.is_scalar else None
    for column in BOOKINGS.columns
}


class Look(NamedTuple):
    """What a booking depends on, all at one moment."""

    slot: Slot
    hold: Hold | None
    has_visits: bool
    """Whether the person has any that stand, past ones too."""
    has_offers: bool
    """Whether anything is offered to the person."""


async def hold_person(session: AsyncSession, person_id: int) -> None:
    """Let one person's own bookings happen one after the other, so that limits and clashes are seen."""
    if session.get_bind().dialect.name != "sqlite":  # there whoever writes is alone
        await session.execute(_HOLD_PERSON, {"person": person_id})


async def look(session: AsyncSession, slot_id: int, person_id: int, why: str) -> Look | None:
    """A slot, what one person holds of it, and whether they have visits or offers at all; None for no such slot."""
    found = (await session.execute(_LOOK, {"slot": slot_id, "person": person_id, "why": why})).first()
    return Look(found[0], found[1], bool(found[2]), bool(found[3])) if found else None


async def add_visit(session: AsyncSession, **values: Any) -> Booking:
    """Write a booking down at once, past the session's unit of work, which costs three times as much."""
    every = _NOTHING_SAID | {"id": draw_reference()} | values
    await session.execute(_ADD, every)
    booking = Booking(**every)
    make_transient_to_detached(booking)
    session.add(booking)
    return booking


async def standing_visits(session: AsyncSession, person_id: int, now: datetime) -> Sequence[Row[Booking, Slot]]:
    """A person's visits to come, earliest first."""
    return (await session.execute(_STANDING_VISITS, {"person": person_id, "now": now})).all()


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
    return (await session.execute(_VISIT, {"booking": booking_id})).first()


async def visits_by_id(session: AsyncSession, booking_ids: Collection[int]) -> Sequence[Row[Booking, Slot]]:
    """Those of these bookings that there are, with their slots, whatever their status."""
    return (await session.execute(_VISITS, {"bookings": list(booking_ids)})).all()


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
    session: AsyncSession, clinic_id: str, begin: datetime, end: datetime, *statuses: Status, fresh: bool = False
) -> Sequence[Row[Booking, Slot, Person | None]]:
    """A clinic's bookings of a span with these statuses, in order of time; no person where the desk booked somebody.

    Args:
        fresh: as the database has them now, also those this session has read before.
    """
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
        .order_by(Slot.starts_at, Booking.code),
        execution_options={"populate_existing": fresh},
    )
    return found.all()
