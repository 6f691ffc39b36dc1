"""The queue of a clinic's day: who has come, who is called, who was seen. Booked people and walk-ins stand in one.

The rule: everybody who comes gets the next number of the clinic's day, once. Whom a number belongs to is decided by the
database; calling names the state it starts from, so that two nurses never call the same person.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import withdraw
from delivery.rules import Kind
from scheduling import line, restoring, undoing
from scheduling import store as slots
from scheduling.refusals import BookingGone, NotToday, OtherPlans, VisitOver
from scheduling.rules import Stage, Status
from scheduling.store import closures
from scheduling.store import queue as store
from scheduling.undoing import CLINICS, CannotComeBack, Undone
from storage.audit import record
from storage.tables import Booking, Person, Queued, Slot

COMING = (Kind.REMINDER, Kind.LATE)
"""What nobody needs to hear who has come."""
HERE = (Stage.HERE, Stage.CALLED)


async def arrive(
    session: AsyncSession,
    booking: Booking,
    slot: Slot,
    person: Person | None,
    *,
    zone: ZoneInfo,
    now: datetime,
    nurse_id: int | None = None,
) -> Queued:
    """Somebody has come to their visit: their number in today's queue. Coming twice gives the same number.

    A visit that was marked as missed stands again: its place was never given to anybody else.

    Args:
        person: whose visit it is; None for somebody without Telegram.
        zone: the clinic's.
        nurse_id: who notes it and can take it back; None: the person says so.

    Raises:
        NotToday: the visit is on another day.
        BookingGone: it was cancelled, or closed by the clinic.
        OtherPlans: it was marked as missed, and its person has booked or is offered something else since.
    """
    day, clinic_id = now.astimezone(zone).date(), slot.clinic_id
    if (visit_day := slot.starts_at.astimezone(zone).date()) != day:
        raise NotToday(visit_day)
    was, stands = Status.STANDING, await store.let_stand(session, booking.id, Status.STANDING)
    await session.refresh(booking)
    if not stands and booking.status == Status.NO_SHOW:
        await _refuse(session, booking, slot, now)
        was, stands = Status.NO_SHOW, await store.let_stand(session, booking.id, Status.NO_SHOW)
        await session.refresh(booking)
    entry = await store.entry_of(session, booking.id)
    if not stands:
        if entry and booking.status == Status.DONE:
            return entry
        raise BookingGone
    if entry and entry.day == day and entry.state != Stage.LEFT:
        return entry
    number = await store.draw_number(session, clinic_id, day)
    if entry is None:
        entry = Queued(booking_id=booking.id, person_id=person.id if person else None)
        session.add(entry)
    entry.clinic_id, entry.day, entry.number, entry.service = clinic_id, day, number, slot.service
    entry.language = booking.interpreter or (person.language if person else "")
    entry.state, entry.came_at, entry.called_at, entry.done_at = Stage.HERE, now, None, None
    await session.flush()
    await withdraw(session, booking.id, *COMING)
    if nurse_id is not None:
        await _note(session, nurse_id, clinic_id, "here", now, entry=entry.id, booking=booking.id, status=was)
    await _record(session, "arrived", nurse_id or (person.id if person else None), entry, now)
    return entry


async def walk_in(
    session: AsyncSession,
    nurse_id: int,
    clinic_id: str,
    service: str = "",
    language: str = "",
    *,
    zone: ZoneInfo,
    now: datetime,
    update_id: int = 0,
) -> Queued:
    """A number for somebody without a visit. The same update again gives the same number.

    Args:
        service, language: empty: not said.
    """
    day = now.astimezone(zone).date()
    await store.hold_day(session, clinic_id, day)
    if given := await store.given_by(session, clinic_id, day, update_id):
        return given
    entry = await _enter(session, clinic_id, day, now, service=service, language=language, came_by=update_id)
    await _note(session, nurse_id, clinic_id, "walkin", now, entry=entry.id)
    await _record(session, "walked-in", nurse_id, entry, now)
    return entry


async def come_early(
    session: AsyncSession,
    nurse_id: int,
    booking: Booking,
    slot: Slot,
    person: Person | None,
    *,
    zone: ZoneInfo,
    now: datetime,
    update_id: int = 0,
) -> Queued:
    """Somebody with a visit later today wants to be seen now: they get a number and give the later place back.

    When the time of the visit has come, nothing is given back: that is an arrival.

    Raises:
        NotToday: the visit is on another day.
        VisitOver: it was cancelled, closed, missed or has taken place.
    """
    day, clinic_id = now.astimezone(zone).date(), slot.clinic_id
    if slot.starts_at <= now or slot.starts_at.astimezone(zone).date() != day:
        return await arrive(session, booking, slot, person, zone=zone, now=now, nurse_id=nurse_id)
    await store.hold_day(session, clinic_id, day)
    if given := await store.given_by(session, clinic_id, day, update_id):
        return given
    taken = slot.taken
    if not await slots.change_status(session, booking.id, Status.CANCELLED, now):
        raise VisitOver(booking.code)
    await session.refresh(booking)
    await withdraw(session, booking.id, *COMING, Kind.RECEIPT)
    entry = await store.entry_of(session, booking.id)
    here = entry is not None and entry.state in HERE
    if entry and here:
        entry.booking_id = None  # here already: the number stays, as a walk-in's
        await session.flush()
    else:
        who = {"person_id": person.id if person else None, "language": booking.interpreter or _language(person)}
        entry = await _enter(session, clinic_id, day, now, service=slot.service, came_by=update_id, **who)
    undo = {"entry": entry.id, "booking": booking.id, "slot": slot.id, "taken": taken}
    await _note(session, nurse_id, clinic_id, "walkin-early", now, **undo, here=here, stage=entry.state)
    await slots.give_place(session, slot.id)
    await _record(session, "came-early", nurse_id, entry, now)
    return entry


async def call_next(
    session: AsyncSession,
    nurse_id: int,
    clinic_id: str,
    service: str = "",
    *,
    zone: ZoneInfo,
    now: datetime,
    update_id: int = 0,
) -> Queued | None:
    """Call whoever's turn it is (`pace.turn` says whose), for one service or any; None: nobody is waiting.

    The same update again calls nobody else.
    """
    day = now.astimezone(zone).date()
    await store.hold_day(session, clinic_id, day)
    places = await line.places(session, clinic_id, day)
    for place in places:
        if update_id and place.entry.called_by == update_id:
            return place.entry
    for place in line.in_turn(places, now):
        if service and place.entry.service not in ("", service):
            continue
        values = {"state": Stage.CALLED, "called_at": now, "called_by": update_id}
        if await store.change_entry(session, place.entry.id, (Stage.HERE,), **values):
            await session.refresh(place.entry)
            await _note(session, nurse_id, clinic_id, "called", now, entry=place.entry.id)
            await _record(session, "called", nurse_id, place.entry, now)
            return place.entry
    return None


async def _refuse(session: AsyncSession, booking: Booking, slot: Slot, now: datetime) -> None:
    try:
        await restoring.refuse(session, booking, slot, now)
    except restoring.IN_THE_WAY as plans:
        raise OtherPlans(booking.code) from plans


async def _enter(session: AsyncSession, clinic_id: str, day: date, now: datetime, **values: Any) -> Queued:
    number = await store.draw_number(session, clinic_id, day)
    entry = Queued(clinic_id=clinic_id, day=day, number=number, state=Stage.HERE, came_at=now, **values)
    session.add(entry)
    await session.flush()
    return entry


def _language(person: Person | None) -> str:
    return person.language if person else ""


async def _note(session: AsyncSession, nurse_id: int, clinic_id: str, kind: str, now: datetime, **undo: Any) -> None:
    await undoing.note(session, nurse_id, clinic_id, kind, undo, now)


async def _record(session: AsyncSession, action: str, actor: int | None, entry: Queued, now: datetime) -> None:
    subject = f"booking:{entry.booking_id}" if entry.booking_id else f"queue:{entry.id}"
    chain = entry.clinic_id
    await record(session, action, now=now, actor=actor, subject=subject, clinic_id=chain, chain=chain)


@undoing.undoes("called")
async def _undo_call(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    values = {"state": Stage.HERE, "called_at": None}
    return _one(await store.change_entry(session, data["entry"], (Stage.CALLED,), **values))


@undoing.undoes("walkin")
async def _undo_walk_in(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    return _one(await store.change_entry(session, data["entry"], (Stage.HERE,), state=Stage.LEFT))


@undoing.undoes("here")
async def _undo_here(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    """Not here after all: missed again, or still to come and reminded of it."""
    found, was = await slots.visit(session, data["booking"]), Status(data["status"])
    if not await store.change_entry(session, data["entry"], (Stage.HERE,), state=Stage.LEFT):
        raise CannotComeBack
    if found and await store.set_status(session, data["booking"], (Status.STANDING,), was, now):
        await session.refresh(found[0])
        if was == Status.STANDING:
            await restoring.remind_again(session, *found, data[CLINICS], now)
    return Undone(1)


@undoing.undoes("walkin-early")
async def _undo_early(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    """The visit stands again, if its place is still there and nothing else in the way; the number goes, or is its own.

    Whoever is called or was seen by now under that number came for this visit: it does not stand again.
    """
    found = await slots.visit(session, data["booking"])
    if found is None or found[1].starts_at <= now:
        raise CannotComeBack
    booking, slot = found
    await restoring.refuse(session, booking, slot, now)
    if not await store.set_status(session, booking.id, (Status.CANCELLED,), Status.STANDING, now):
        raise CannotComeBack
    await session.refresh(booking)
    before = {"booking_id": booking.id} if data["here"] else {"state": Stage.LEFT}
    if not await store.change_entry(session, data["entry"], (data["stage"],), **before):
        raise CannotComeBack
    if not data["here"]:
        await restoring.remind_again(session, booking, slot, data[CLINICS], now)
    if not await closures.take_back(session, slot.id, data["taken"]):
        raise CannotComeBack
    return Undone(1)


def _one(done: bool) -> Undone:
    if not done:
        raise CannotComeBack
    return Undone(1)
