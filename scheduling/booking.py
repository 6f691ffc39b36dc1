"""Taking, moving and giving up a place. Whoever loses a race is told so; nobody is ever booked twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import rules, store
from scheduling.refusals import BookingGone, Clash, SlotFull, SlotGone, TooLate, TooManyBookings
from scheduling.rules import Status
from storage.audit import record
from storage.tables import Booking, Person, Slot


@dataclass(frozen=True)
class Visit:
    """A booking together with its slot."""

    booking: Booking
    slot: Slot


async def book(
    session: AsyncSession,
    person: Person,
    slot_id: int,
    *,
    zone: Callable[[str], ZoneInfo],
    now: datetime,
    new_code: Callable[[], str],
) -> Visit:
    """Give `person` one place at a slot and owe them its ticket and its reminders.

    Asking twice for the same slot returns the same booking: a double tap, or an update
    Telegram delivers again, must not take a second place.

    Args:
        slot_id: from a button, so possibly old or forged; never trusted.
        zone: the time zone of a clinic, by id.
        now: aware instant of the request.
        new_code: draws a new human-readable reference such as "K7M4QX".

    Raises:
        SlotGone: no such slot, or its time was closed.
        TooLate: less than `rules.NOTICE` remains.
        TooManyBookings: the person holds `rules.MOST_STANDING` visits already.
        Clash: the person has another visit at that time.
        SlotFull: the last place went, perhaps between the list and the tap.
    """
    await store.hold_person(session, person.id)
    slot = await _open_slot(session, slot_id, now)
    held = await store.standing_visits(session, person.id, now)
    for booking, at in held:
        if booking.slot_id == slot_id:
            return Visit(booking, at)
    if len(held) >= rules.MOST_STANDING:
        raise TooManyBookings(rules.MOST_STANDING)
    _refuse_clash(slot, [at for _, at in held])
    booking = Booking(
        person_id=person.id, slot_id=slot.id, code=new_code(), status=Status.STANDING, moves=0, changed_at=now
    )
    session.add(booking)
    await session.flush()
    await _owe_messages(session, booking, slot, zone(slot.clinic_id), now)
    await _take(session, slot)  # late: PostgreSQL holds the slot's row from here to the commit
    await _record(session, "visit-booked", person, booking, slot, now)
    return Visit(booking, slot)


async def move(
    session: AsyncSession,
    person: Person,
    booking_id: int,
    slot_id: int,
    *,
    zone: Callable[[str], ZoneInfo],
    now: datetime,
) -> Visit:
    """Move a visit to another time. The old place is kept until the new one is taken, in one transaction.

    Moving to the time it already has changes nothing, so that a repeated tap is harmless.

    Raises:
        BookingGone: not this person's, or not standing any more.
        SlotGone, TooLate, Clash, SlotFull: as for `book`.
    """
    await store.hold_person(session, person.id)
    booking, old = await _own_visit(session, person, booking_id)
    if booking.slot_id == slot_id:
        return Visit(booking, old)
    slot = await _open_slot(session, slot_id, now)
    others = await store.standing_visits(session, person.id, now)
    _refuse_clash(slot, [at for held, at in others if held.id != booking.id])
    if not await store.change_slot(session, booking, slot.id, now):
        raise BookingGone
    await session.refresh(booking)
    await withdraw(session, booking.id, Kind.REMINDER, Kind.RECEIPT)
    await _owe_messages(session, booking, slot, zone(slot.clinic_id), now)
    await store.give_place(session, old.id)
    await _take(session, slot)
    await _record(session, "visit-moved", person, booking, slot, now)
    return Visit(booking, slot)


async def cancel(session: AsyncSession, person: Person, booking_id: int, *, now: datetime) -> Visit:
    """Give a place up. Cancelling what is cancelled already changes nothing.

    Raises:
        BookingGone: no such visit of this person.
    """
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id:
        raise BookingGone
    booking, slot = found
    if await store.change_status(session, booking.id, Status.CANCELLED, now):
        await withdraw(session, booking.id, Kind.REMINDER, Kind.RECEIPT)
        await store.give_place(session, slot.id)
        await session.refresh(booking)
        await _record(session, "visit-cancelled", person, booking, slot, now)
    return Visit(booking, slot)


async def give_everything_up(session: AsyncSession, person: Person) -> int:
    """Give back every place a person holds, because they are leaving; how many. The rows themselves go with them."""
    held = await store.places_held(session, person.id)
    for slot_id in held:
        await store.give_place(session, slot_id)
    return len(held)


async def own_visit(session: AsyncSession, person: Person, booking_id: int) -> Visit:
    """One standing visit of this person.

    Raises:
        BookingGone: not this person's, or not standing any more.
    """
    return Visit(*await _own_visit(session, person, booking_id))


async def visits_to_come(session: AsyncSession, person: Person, now: datetime) -> list[Visit]:
    """What `/mine` shows."""
    return [Visit(booking, slot) for booking, slot in await store.standing_visits(session, person.id, now)]


async def nearest_times(
    session: AsyncSession, clinic_id: str, service: str, wanted: datetime, now: datetime
) -> list[Slot]:
    """The free times closest to one that is full or closed."""
    begin = now + rules.NOTICE
    free = await store.free_slots(session, clinic_id, service, begin, wanted + timedelta(days=14))
    return sorted(
        sorted(free, key=lambda slot: abs(slot.starts_at - wanted))[: rules.NEAREST],
        key=lambda s: s.starts_at,
    )


async def _own_visit(session: AsyncSession, person: Person, booking_id: int) -> tuple[Booking, Slot]:
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id or found[0].status != Status.STANDING:
        raise BookingGone
    return found[0], found[1]


async def _open_slot(session: AsyncSession, slot_id: int, now: datetime) -> Slot:
    slot = await store.slot_by_id(session, slot_id)
    if slot is None or slot.closed:
        raise SlotGone
    if not rules.is_bookable(slot.starts_at, now):
        raise TooLate
    return slot


def _refuse_clash(slot: Slot, others: list[Slot]) -> None:
    for other in others:
        if rules.clash(slot.starts_at, slot.minutes, other.starts_at, other.minutes):
            raise Clash(other.starts_at)


async def _take(session: AsyncSession, slot: Slot) -> None:
    if not await store.take_place(session, slot.id):
        raise SlotFull(slot.clinic_id, slot.service, slot.starts_at)


async def _owe_messages(session: AsyncSession, booking: Booking, slot: Slot, zone: ZoneInfo, now: datetime) -> None:
    if booking.person_id is None:
        return  # booked by the desk for somebody without Telegram
    version = f"{booking.id}.{booking.moves}"
    await owe(session, Kind.RECEIPT, version, booking.person_id, booking.id, due_at=now)
    for offset, due in rules.reminder_times(slot.starts_at, zone, now).items():
        await owe(
            session,
            Kind.REMINDER,
            f"{version}:{offset}",
            booking.person_id,
            booking.id,
            due_at=due,
            expires_at=slot.starts_at - rules.REMINDER_STOPS,
        )


async def _record(
    session: AsyncSession, action: str, person: Person, booking: Booking, slot: Slot, now: datetime
) -> None:
    """Each clinic has a chain of its own, so that clinics do not wait for each other."""
    clinic = slot.clinic_id
    await record(
        session, action, now=now, actor=person.id, subject=f"booking:{booking.id}", clinic_id=clinic, chain=clinic
    )
