"""What staff do for one person: find their visit, book, move or call it off.

The rule: only staff may go beyond the places of a time, and only by as many as the preview said. Whoever has Telegram
is told what was done to their visit, by the message that is owed here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import withdraw
from delivery.rules import Kind
from scheduling import restoring, rules, store, undoing
from scheduling.booking import Visit
from scheduling.clinics import Clinics
from scheduling.refusals import (
    ChangedMeanwhile,
    Clash,
    CodeUnknown,
    NoSuchTime,
    PlanPast,
    TheirClash,
    TheirLimit,
    TooManyBookings,
    VisitOver,
)
from scheduling.rules import Status
from scheduling.store import closures as rows
from scheduling.undoing import CLINICS, CannotComeBack, Undone
from storage.audit import record
from storage.tables import Booking, Person, Slot

REASONS = ("ill", "equipment", "weather", "other")
"""Why a clinic calls a visit off; each has a reviewed sentence in every language."""
LONGEST_NAME = 40
"""Letters of a name to call out."""


@dataclass(frozen=True)
class Found:
    """A visit as the desk sees it; no person where the desk booked somebody without Telegram."""

    visit: Visit
    person: Person | None


async def find(session: AsyncSession, code: str, clinic_ids: list[str]) -> Found:
    """The visit with this code.

    Raises:
        CodeUnknown: none at these clinics; one of another clinic looks just the same.
    """
    found = await store.visit_by_code(session, code)
    if found is None or found[1].clinic_id not in clinic_ids:
        raise CodeUnknown(code)
    booking, slot = found
    person = await session.get(Person, booking.person_id) if booking.person_id else None
    return Found(Visit(booking, slot), person)


async def found_by_id(session: AsyncSession, booking_id: int) -> Found | None:
    """The visit of a row, whatever became of it."""
    found = await store.visit(session, booking_id)
    if found is None:
        return None
    person = await session.get(Person, found[0].person_id) if found[0].person_id else None
    return Found(Visit(found[0], found[1]), person)


def refuse_over(found: Found, *statuses: Status) -> None:
    """Whether a visit is in one of these states, before its change is previewed.

    Raises:
        VisitOver: it is not.
    """
    if found.visit.booking.status not in statuses:
        raise VisitOver(found.visit.booking.code)


async def time_for(
    session: AsyncSession, clinic_id: str, service: str, at: datetime, now: datetime
) -> tuple[Slot, int]:
    """The open time that staff named, and by how many people it would be overbooked with one more.

    Raises:
        PlanPast: it has begun.
        NoSuchTime: nothing is open then.
    """
    if at <= now:
        raise PlanPast
    slots = await store.slots_of_service(session, clinic_id, service, at, at + timedelta(minutes=1))
    slot = next((slot for slot in slots.values() if not slot.closed), None)
    if slot is None:
        raise NoSuchTime(clinic_id, service, at)
    return slot, rules.overbooked(slot.capacity, slot.walkin, slot.taken + slot.held + 1)


async def book_for(
    session: AsyncSession, nurse_id: int, slot_id: int, over: int, *, now: datetime, new_code: Callable[[], str]
) -> Visit:
    """Book somebody without Telegram who stands at the desk; not idempotent: the preview's draft is.

    Raises:
        ChangedMeanwhile: it is fuller than the preview said, closed, or begun.
    """
    slot = await _open(session, slot_id, now)
    booking = Booking(person_id=None, slot_id=slot.id, code=new_code(), status=Status.STANDING, moves=0, changed_at=now)
    session.add(booking)
    await session.flush()
    await undoing.note(session, nurse_id, slot.clinic_id, "desk-book", {"booking": booking.id}, now)
    await _take(session, slot, over)
    await _record(session, "visit-booked", nurse_id, booking, slot, now)
    return Visit(booking, slot)


async def name_visit(session: AsyncSession, booking_id: int, name: str) -> None:
    """Keep what to call out for a visit; it is erased 24 hours after it."""
    found = await store.visit(session, booking_id)
    if found:
        found[0].name = " ".join(name.split())[:LONGEST_NAME] or None
        await session.flush()


async def reveal_name(session: AsyncSession, nurse_id: int, booking: Booking, slot: Slot, now: datetime) -> str:
    """What to call out for one visit; every look is in the audit log."""
    await _record(session, "reveal-name", nurse_id, booking, slot, now)
    return booking.name or ""


async def move_for(
    session: AsyncSession, nurse_id: int, booking_id: int, slot_id: int, over: int, *, clinics: Clinics, now: datetime
) -> Visit:
    """Give a visit another time, also one that the clinic had ended, and owe its person the news.

    Raises:
        VisitOver: it took place, was missed or was cancelled.
        ChangedMeanwhile: the time is fuller than the preview said, closed, or begun.
        TheirClash, TheirLimit: as for `refuse_move`.
    """
    booking, old = await _changeable(session, booking_id)
    slot = await _open(session, slot_id, now)
    if old.id == slot.id and booking.status == Status.STANDING:
        return Visit(booking, old)
    await refuse_move(session, booking, slot, now)
    stood = booking.status == Status.STANDING
    undo = {"booking": booking.id, "from": old.id, "to": slot.id, "stood": stood, "taken": old.taken}
    await _set_slot(session, booking, slot.id, now)
    await restoring.owe_reminders(session, booking, slot, clinics, now)
    await restoring.tell(session, Kind.MOVED, booking, now)
    await undoing.note(session, nurse_id, slot.clinic_id, "desk-move", undo, now)
    await restoring.release_kept(session, booking.id)
    if stood:
        await store.give_place(session, old.id)
    await _take(session, slot, over)
    await _record(session, "visit-moved", nurse_id, booking, slot, now)
    return Visit(booking, slot)


async def refuse_move(session: AsyncSession, booking: Booking, slot: Slot, now: datetime) -> None:
    """Whether the person of a visit can be at another time, also one that the clinic had ended.

    What is offered to them meanwhile does not bind the desk.

    Raises:
        TheirClash: they have another visit then.
        TheirLimit: the visit had ended, and they have as many others as one person may.
    """
    try:
        await restoring.refuse(session, booking, slot, now, offers=False)
    except Clash as clash:
        raise TheirClash from clash
    except TooManyBookings as many:
        raise TheirLimit(many.limit) from many


async def call_off(session: AsyncSession, nurse_id: int, booking_id: int, reason: str, *, now: datetime) -> Visit:
    """The clinic cancels one visit; its person is told, with the reason of `REASONS` in their language.

    Raises:
        VisitOver: it is not standing.
    """
    found = await store.visit(session, booking_id)
    if found is None or not await rows.end_by(session, booking_id, None, now):
        raise VisitOver(found[0].code if found else "")
    booking, slot = found
    await session.refresh(booking)
    await withdraw(session, booking.id, Kind.REMINDER, Kind.RECEIPT)
    await restoring.tell(session, Kind.CALLED_OFF, booking, now, reason)
    undo = {"booking": booking.id, "slot": slot.id, "taken": slot.taken}
    await undoing.note(session, nurse_id, slot.clinic_id, "desk-cancel", undo, now)
    await store.give_place(session, slot.id)
    await _record(session, "visit-called-off", nurse_id, booking, slot, now, reason)
    return Visit(booking, slot)


@undoing.undoes("desk-book")
async def _undo_book(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    found = await store.visit(session, data["booking"])
    if found is None or not await store.change_status(session, data["booking"], Status.CANCELLED, now):
        raise CannotComeBack
    await store.give_place(session, found[1].id)
    return Undone(1)


@undoing.undoes("desk-move")
async def _undo_move(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    """Back to the old time, if there is room and nothing else is in the way; otherwise the visit stays where it is."""
    found, old = await store.visit(session, data["booking"]), await store.slot_by_id(session, data["from"])
    if found is None or old is None or found[0].status != Status.STANDING or found[1].id != data["to"]:
        raise CannotComeBack
    booking = found[0]
    if not data["stood"]:
        if not await rows.end_by(session, booking.id, booking.closure_id, now):
            raise CannotComeBack
        booking.slot_id, booking.moves = old.id, booking.moves + 1
        await session.flush()
        await session.refresh(booking)
        await withdraw(session, booking.id, Kind.REMINDER, Kind.RECEIPT)
        await restoring.tell(session, Kind.CLOSED, booking, now, "again")
    else:
        if old.starts_at <= now:
            raise CannotComeBack
        await restoring.refuse(session, booking, old, now)
        if not await rows.take_back(session, old.id, data["taken"]):
            raise CannotComeBack
        await _set_slot(session, booking, old.id, now)
        await restoring.owe_reminders(session, booking, old, data[CLINICS], now)
        await restoring.tell(session, Kind.MOVED, booking, now)
    await store.give_place(session, data["to"])
    return Undone(1)


@undoing.undoes("desk-cancel")
async def _undo_cancel(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    found = await store.visit(session, data["booking"])
    if found is None or found[0].status != Status.CLOSED or found[0].answer or found[1].id != data["slot"]:
        raise CannotComeBack
    booking, slot = found
    if slot.starts_at <= now:
        raise CannotComeBack
    await restoring.refuse(session, booking, slot, now)
    if not await rows.stand_again(session, booking, slot.id, "", now):
        raise CannotComeBack
    if not await rows.take_back(session, slot.id, data["taken"]):
        raise CannotComeBack
    await session.refresh(booking)
    await restoring.owe_reminders(session, booking, slot, data[CLINICS], now)
    await restoring.tell(session, Kind.REOPENED, booking, now)
    return Undone(1)


async def _set_slot(session: AsyncSession, booking: Booking, slot_id: int, now: datetime) -> None:
    """Bring a standing or closed visit to a slot."""
    if booking.status == Status.CLOSED:
        done = await rows.stand_again(session, booking, slot_id, "other", now)
    else:
        done = await store.change_slot(session, booking, slot_id, now)
    if not done:
        raise ChangedMeanwhile
    await session.refresh(booking)


async def _changeable(session: AsyncSession, booking_id: int) -> tuple[Booking, Slot]:
    found = await store.visit(session, booking_id)
    if found is None or found[0].status not in (Status.STANDING, Status.CLOSED):
        raise VisitOver(found[0].code if found else "")
    return found[0], found[1]


async def _open(session: AsyncSession, slot_id: int, now: datetime) -> Slot:
    slot = await store.slot_by_id(session, slot_id)
    if slot is None or slot.closed or slot.starts_at <= now:
        raise ChangedMeanwhile
    return slot


async def _take(session: AsyncSession, slot: Slot, over: int) -> None:
    if not await rows.take_place_over(session, slot.id, over):
        raise ChangedMeanwhile


async def _record(
    session: AsyncSession, action: str, nurse_id: int, booking: Booking, slot: Slot, now: datetime, detail: str = ""
) -> None:
    subject, chain = f"booking:{booking.id}", slot.clinic_id
    await record(session, action, now=now, actor=nurse_id, subject=subject, clinic_id=chain, detail=detail, chain=chain)
