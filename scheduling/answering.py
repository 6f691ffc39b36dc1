"""What people answer when the clinic has ended their visit: the place kept for them, another one, or none.

The rule: the visit keeps its code. A place kept is theirs until the hold ends; answering twice changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import withdraw
from delivery.rules import Kind
from scheduling import hindrances, restoring, store
from scheduling.booking import Visit, note_act, owe_messages
from scheduling.clinics import Clinics
from scheduling.refusals import BookingGone, KeptGone, SlotGone, TooLate
from scheduling.rules import Status, Why
from scheduling.store import closures as rows
from storage.tables import Booking, Person, Slot

TAKEN, OTHER = "taken", "other"


@dataclass(frozen=True)
class Closed:
    """A visit that the clinic ended, and the place kept for it, if it still is."""

    visit: Visit
    kept: Slot | None
    until: datetime | None


async def closed_visit(session: AsyncSession, person: Person, booking_id: int) -> Closed:
    """One visit of this person that the clinic ended.

    Raises:
        BookingGone: not theirs, or it stands (again), or they gave it up.
    """
    booking, slot = await _closed(session, person, booking_id)
    return Closed(Visit(booking, slot), *await kept_for(session, booking.id))


async def kept_for(session: AsyncSession, booking_id: int) -> tuple[Slot | None, datetime | None]:
    """The place kept for a closed visit, and until when; nothing once it has gone."""
    hold = await rows.hold_for(session, booking_id, Why.CLOSURE, lock=False)
    return (await store.slot_by_id(session, hold.slot_id), hold.expires_at) if hold else (None, None)


async def take_instead(
    session: AsyncSession, person: Person, booking_id: int, slot_id: int, *, clinics: Clinics, now: datetime
) -> Visit:
    """Give a closed visit another time: the one kept for it, or any free one. Its code stays.

    Raises:
        BookingGone: not theirs, or changed meanwhile.
        KeptGone: the time is taken, closed or too near.
        Clash, TooManyBookings, OfferStands: as for `booking.book`.
    """
    await store.hold_person(session, person.id)
    found = await store.visit(session, booking_id)
    if found and found[0].person_id == person.id and found[0].status == Status.STANDING and found[1].id == slot_id:
        return Visit(found[0], found[1])
    booking, old = await _closed(session, person, booking_id)
    hold = await rows.hold_for(session, booking.id, Why.CLOSURE)
    kept = hold if hold and hold.slot_id == slot_id else None
    try:
        slot = await hindrances.open_slot(session, slot_id, clinics, now, held=kept is not None)
    except (SlotGone, TooLate) as gone:
        raise KeptGone(booking_id) from gone
    if (slot.clinic_id, slot.service) != (old.clinic_id, old.service):
        raise KeptGone(booking_id)
    await restoring.refuse(session, booking, slot, now)
    if not await rows.stand_again(session, booking, slot.id, TAKEN if kept else OTHER, now):
        raise BookingGone
    await session.refresh(booking)
    await withdraw(session, booking.id, Kind.CLOSED, Kind.CALLED_OFF)
    await owe_messages(session, booking, slot, clinics, now)
    if hold and not kept:
        await store.release(session, hold)
    if not (kept and await store.take_held(session, kept)) and not await store.take_place(session, slot.id):
        raise KeptGone(booking_id)
    await note_act(session, "visit-moved", person, booking, slot, now)
    return Visit(booking, slot)


async def want_none(session: AsyncSession, person: Person, booking_id: int, *, now: datetime) -> Visit:
    """The person wants no other time; the place kept for them goes back.

    Raises:
        BookingGone: not theirs, or it stands (again).
    """
    await store.hold_person(session, person.id)
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id or found[0].status != Status.CLOSED:
        raise BookingGone
    booking, slot = found
    if await rows.decline_all(session, booking.id, now):
        await restoring.release_kept(session, booking.id)
        await note_act(session, "visit-cancelled", person, booking, slot, now)
    return Visit(booking, slot)


async def _closed(session: AsyncSession, person: Person, booking_id: int) -> tuple[Booking, Slot]:
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id or found[0].status != Status.CLOSED or found[0].answer:
        raise BookingGone
    return found[0], found[1]
