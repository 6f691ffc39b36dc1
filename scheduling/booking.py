"""Taking, moving and giving up a place. Whoever loses a race is told so; nobody is ever booked twice.

The rule: slots change last in a transaction, in the order of their numbers, so that no two transactions wait for each
other; only what is written down in the audit log comes after them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import message, owe_all, withdraw
from delivery.rules import Kind
from scheduling import finding, hindrances, reminders, rules, store
from scheduling.clinics import Clinics
from scheduling.hindrances import Standing
from scheduling.refusals import BookingGone, Clash, SlotFull, SlotGone
from scheduling.rules import Status, Whom, Why
from storage.audit import record
from storage.tables import Booking, Hold, Person, Slot


@dataclass(frozen=True)
class Visit:
    """A booking together with its slot."""

    booking: Booking
    slot: Slot


@dataclass(frozen=True)
class Details:
    """What a person says about a visit: for whom, in which language (empty: no interpreter), what to call out."""

    whom: Whom = Whom.SELF
    interpreter: str = ""
    name: str | None = None


PLAIN = Details()


async def book(
    session: AsyncSession,
    person: Person,
    slot_id: int,
    details: Details = PLAIN,
    *,
    clinics: Clinics,
    now: datetime,
    new_code: Callable[[], str],
) -> Visit:
    """Give `person` one place at a slot and owe them its ticket and its reminders.

    A place that is held for them becomes theirs; when the hold has lapsed, any place that is left does. Asking twice
    for the same slot returns the same booking: a double tap, or an update Telegram delivers again, must not take a
    second place.

    Args:
        slot_id: from a button, so possibly old or forged; never trusted.
        now: aware instant of the request.
        new_code: draws a new human-readable reference such as "K7M4QX".

    Raises:
        SlotGone: no such slot, its time was closed, or it lies beyond the clinic's horizon.
        TooLate: less than the clinic's notice remains, and no place was held in time.
        TooManyBookings: the person holds `rules.MOST_STANDING` visits already; a series counts once.
        Clash: the person has another visit at that time.
        OfferStands: a place is offered to the person that this visit would come in the way of.
        SlotFull: the last place went, perhaps between the list and the tap.
    """
    await store.hold_person(session, person.id)
    seen = await store.look(session, slot_id, person.id, Why.CONFIRM)
    if seen is None:
        raise SlotGone
    held = await store.standing_visits(session, person.id, now) if seen.has_visits else ()
    if found := standing_at(held, slot_id, details.whom):
        return found
    slot, hold = seen.slot, seen.hold
    finding.mind_time(slot, clinics, now, held=hold is not None)
    await hindrances.refuse(session, person, slot, details.whom, held, has_offers=seen.has_offers)
    if hold is None and not rules.places_left(slot.capacity, slot.walkin, slot.taken + slot.held):
        raise SlotFull(slot.clinic_id, slot.service, slot.starts_at)  # spares what `take` would undo
    return await book_held(session, person, slot, hold, details, clinics=clinics, now=now, new_code=new_code)


async def book_held(
    session: AsyncSession,
    person: Person,
    slot: Slot,
    hold: Hold | None,
    details: Details,
    *,
    clinics: Clinics,
    now: datetime,
    new_code: Callable[[], str],
) -> Visit:
    """Turn a place that is held for `person` into a visit. The caller has held the person and looked at the rules.

    Raises:
        SlotGone: the clinic closed the time.
        SlotFull: the hold has gone, and nothing else is left.
    """
    booking = await enter(session, person.id, slot, details, clinics=clinics, now=now, new_code=new_code)
    await take(session, slot, hold)
    await note_act(session, "visit-booked", person, booking, slot, now)
    return Visit(booking, slot)


async def move(
    session: AsyncSession, person: Person, booking_id: int, slot_id: int, *, clinics: Clinics, now: datetime
) -> Visit:
    """Move a visit to another time. The old place is kept until the new one is taken, in one transaction.

    Moving to the time it already has changes nothing, so that a repeated tap is harmless.

    Raises:
        BookingGone: not this person's, or not standing any more.
        SlotGone: as for `book`; or the time is one of another clinic or service.
        TooLate, Clash, OfferStands, SlotFull: as for `book`.
    """
    await store.hold_person(session, person.id)
    booking, old = await _own_visit(session, person, booking_id)
    if booking.slot_id == slot_id:
        return Visit(booking, old)
    slot = await hindrances.open_slot(session, slot_id, clinics, now)
    if (slot.clinic_id, slot.service) != (old.clinic_id, old.service):
        raise SlotGone
    held = await store.standing_visits(session, person.id, now)
    if standing_at(held, slot_id, booking.whom):
        raise Clash(slot.starts_at)
    await hindrances.refuse(session, person, slot, booking.whom, held, moving=booking)
    return await move_held(session, person, booking, slot, None, clinics=clinics, now=now)


async def move_held(
    session: AsyncSession,
    person: Person,
    booking: Booking,
    slot: Slot,
    hold: Hold | None,
    *,
    clinics: Clinics,
    now: datetime,
) -> Visit:
    """Move a visit to a place that is held (or, without a hold, to any that is left); no rule is looked at.

    Raises:
        BookingGone: it has changed meanwhile.
        SlotGone, SlotFull: as for `book_held`.
    """
    old_id = booking.slot_id
    if not await store.change_slot(session, booking, slot.id, now):
        raise BookingGone
    await session.refresh(booking)
    await withdraw(session, booking.id, Kind.REMINDER, Kind.RECEIPT)
    await owe_messages(session, booking, slot, clinics, now)
    if old_id < slot.id:
        await store.give_place(session, old_id)
    await take(session, slot, hold)
    if old_id > slot.id:
        await store.give_place(session, old_id)
    await note_act(session, "visit-moved", person, booking, slot, now)
    return Visit(booking, slot)


async def cancel(session: AsyncSession, person: Person, booking_id: int, *, now: datetime) -> Visit:
    """Give a place up. Cancelling what is cancelled already changes nothing.

    Raises:
        BookingGone: no such visit of this person.
    """
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id:
        raise BookingGone
    [visit] = await cancel_all(session, person, [Visit(found[0], found[1])], now)
    return visit


async def cancel_all(session: AsyncSession, person: Person, visits: Iterable[Visit], now: datetime) -> list[Visit]:
    """Give up several places of one person; what is cancelled already stays as it is."""
    given = sorted(visits, key=lambda visit: visit.slot.id)
    ended = [v for v in given if await store.change_status(session, v.booking.id, Status.CANCELLED, now)]
    for visit in ended:
        await withdraw(session, visit.booking.id, Kind.REMINDER, Kind.RECEIPT)
        await session.refresh(visit.booking)
    for visit in ended:
        await store.give_place(session, visit.slot.id)
    for visit in ended:
        await note_act(session, "visit-cancelled", person, visit.booking, visit.slot, now)
    return given


async def give_everything_up(session: AsyncSession, person: Person) -> int:
    """Give back every place a person has or holds, because they are leaving; how many. The rows go with them."""
    await store.hold_person(session, person.id)  # asked twice at the same time, they are given back once
    places: list[tuple[int, Hold | None]] = [(slot_id, None) for slot_id in await store.places_held(session, person.id)]
    places += [(hold.slot_id, hold) for hold in await store.holds_of(session, person.id)]
    for slot_id, hold in sorted(places, key=lambda place: place[0]):
        if hold:
            await store.release(session, hold)
        else:
            await store.give_place(session, slot_id)
    return len(places)


async def own_visit(session: AsyncSession, person: Person, booking_id: int) -> Visit:
    """One standing visit of this person.

    Raises:
        BookingGone: not this person's, or not standing any more.
    """
    return Visit(*await _own_visit(session, person, booking_id))


async def visits_to_come(session: AsyncSession, person: Person, now: datetime) -> list[Visit]:
    """What `/mine` shows."""
    return [Visit(booking, slot) for booking, slot in await store.standing_visits(session, person.id, now)]


def standing_at(held: Standing, slot_id: int, whom: str) -> Visit | None:
    """The visit that somebody has at a slot, for themselves or for their family."""
    for booking, slot in held:
        if booking.slot_id == slot_id and booking.whom == whom:
            return Visit(booking, slot)
    return None


async def enter(
    session: AsyncSession,
    person_id: int | None,
    slot: Slot,
    details: Details,
    *,
    clinics: Clinics,
    now: datetime,
    new_code: Callable[[], str],
    series: int | None = None,
) -> Booking:
    """Write a booking down and owe its messages; `take` comes last, `note_act` after it."""
    booking = await store.add_visit(
        session,
        person_id=person_id,
        slot_id=slot.id,
        code=new_code(),
        status=Status.STANDING,
        whom=details.whom,
        interpreter=details.interpreter,
        name=details.name,
        series=series,
        changed_at=now,
    )
    await owe_messages(session, booking, slot, clinics, now)
    return booking


async def take(session: AsyncSession, slot: Slot, hold: Hold | None = None) -> None:
    """Take a place: the held one, else one that is left.

    Raises:
        SlotGone: the time was closed meanwhile.
        SlotFull: there is none.
    """
    if hold and await store.take_held(session, hold):
        return
    if not await store.take_place(session, slot.id):
        await session.refresh(slot)
        raise SlotGone if slot.closed else SlotFull(slot.clinic_id, slot.service, slot.starts_at)


async def owe_messages(session: AsyncSession, booking: Booking, slot: Slot, clinics: Clinics, now: datetime) -> None:
    """Owe the ticket and the reminders of a visit at its present time."""
    if booking.person_id is None:
        return  # booked by the desk for somebody without Telegram
    clinic, service = clinics.clinics[slot.clinic_id], clinics.services[slot.service]
    ticket = message(Kind.RECEIPT, reminders.version(booking), booking.person_id, booking.id, due_at=now)
    await owe_all(session, [ticket, *reminders.of_visit(booking, slot, clinic, service, now)])


async def note_act(
    session: AsyncSession, action: str, person: Person, booking: Booking, slot: Slot, now: datetime
) -> None:
    """Write into the audit log who did what. Each clinic has a chain, so that clinics do not wait for each other."""
    clinic = slot.clinic_id
    await record(
        session, action, now=now, actor=person.id, subject=f"booking:{booking.id}", clinic_id=clinic, chain=clinic
    )


async def _own_visit(session: AsyncSession, person: Person, booking_id: int) -> tuple[Booking, Slot]:
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id or found[0].status != Status.STANDING:
        raise BookingGone
    return found[0], found[1]
