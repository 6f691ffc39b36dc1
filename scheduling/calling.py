"""The call list: standing visits whose people no reminder reaches, each with the reason, before the visit.

The rule: the list is never stored. It follows from the visits and from what became of their reminders; only that
somebody was called is kept, so that two nurses do not call the same person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind, Outcome
from scheduling import rules, store
from scheduling.clinics import Clinic
from scheduling.refusals import BookingGone
from scheduling.rules import Status
from scheduling.store import calling as rows
from storage.audit import record
from storage.tables import Booking, Owed, Person, Slot

EVENING_CALL = time(18)
"""Half an hour after the day-before reminders went out, staff are told whom these did not reach."""
EVENING_LASTS = timedelta(hours=1)
"""For so long it is made up for, when the bot was not running at that minute."""
SILENT_AFTER = timedelta(minutes=10)
"""A reminder that waits for longer than this has fallen silent."""
LONG_AGO = timedelta(hours=12)
"""Who chose a time so long before the visit should be reminded of it."""


class Reason(StrEnum):
    """Why somebody is on the list."""

    NO_TELEGRAM = "no-telegram"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    SILENT = "silent"
    NONE = "none"
    """No reminder fitted between the quiet hours and the visit."""


BY_OUTCOME = {
    Outcome.UNREACHABLE: Reason.BLOCKED,
    Outcome.FAILED: Reason.FAILED,
    Outcome.UNKNOWN: Reason.UNKNOWN,
    Outcome.EXPIRED: Reason.EXPIRED,
}


@dataclass(frozen=True)
class Call:
    """One line of the list."""

    slot: Slot
    booking: Booking
    language: str
    """Empty where no Telegram is known."""
    reason: Reason


def why(
    booking: Booking, person: Person | None, starts_at: datetime, found: list[Owed], now: datetime
) -> Reason | None:
    """Why a standing visit's person should be called; None when they know, or will be reminded yet.

    Args:
        found: the reminders of the time the visit has now, the one that is due last at the end.
    """
    if person is None:
        return Reason.NO_TELEGRAM
    if booking.confirmed_at or not person.wants_visits:
        return None  # they know, or wanted no reminder: that none reached them says nothing
    if not person.reachable:
        return Reason.BLOCKED
    waiting = [row for row in found if row.state in rows.OPEN]
    if any((row.late_since or row.due_at) <= now - SILENT_AFTER for row in waiting):
        return Reason.SILENT
    settled = [row for row in found if row.state not in rows.OPEN]
    if not settled:
        return None if waiting or starts_at - booking.changed_at < LONG_AGO else Reason.NONE
    last = settled[-1].state
    if last == Outcome.UNREACHABLE and waiting:
        return None  # they have written to us since, and the next one will reach them
    return BY_OUTCOME.get(Outcome(last))


async def list_calls(
    session: AsyncSession, clinic_id: str, begin: datetime, end: datetime, now: datetime
) -> list[Call]:
    """Whom to call among the visits that begin in a span and have not begun yet, in order of time."""
    visits = await store.visits_between(session, clinic_id, max(begin, now), end, Status.STANDING, fresh=True)
    found = await rows.reminders_of(session, [booking for booking, _, _ in visits])
    return [
        Call(slot, booking, booking.interpreter or (person.language if person else ""), reason)
        for booking, slot, person in visits
        if (reason := why(booking, person, slot.starts_at, found[booking.id], now))
    ]


async def calls_of_day(session: AsyncSession, clinic_id: str, day: date, clinic: Clinic, now: datetime) -> list[Call]:
    """Whom to call among the visits of one of the clinic's days."""
    return await list_calls(session, clinic_id, *rules.day_bounds(day, clinic.zone), now)


async def tick(
    session: AsyncSession, nurse_id: int, booking_id: int, clinic_id: str, called: bool, *, now: datetime
) -> tuple[Slot, bool]:
    """Note that somebody was called, or take that back; the slot, and whether it was news.

    Raises:
        BookingGone: no visit of this clinic.
    """
    found = await store.visit(session, booking_id)
    if found is None or found[1].clinic_id != clinic_id:
        raise BookingGone
    slot = found[1]
    news = await rows.set_called(session, booking_id, now if called else None)
    if news:
        action, subject, chain = "called" if called else "not-called", f"booking:{booking_id}", slot.clinic_id
        await record(session, action, now=now, actor=nurse_id, subject=subject, clinic_id=chain, chain=chain)
    return slot, news


def evening_before(clinic: Clinic, now: datetime) -> date | None:
    """The day whose call list is due to be told now: tomorrow, in the evening."""
    local = now.astimezone(clinic.zone)
    begin = datetime.combine(local.date(), EVENING_CALL, clinic.zone)
    return local.date() + timedelta(days=1) if begin <= local < begin + EVENING_LASTS else None


async def owe_calls(
    session: AsyncSession, clinic_id: str, day: date, clinic: Clinic, staff: Sequence[int], now: datetime
) -> int:
    """Owe each of the staff one notice of whom to call before `day`; how many people are on the list.

    The key names clinic, day and receiver, so asking again owes nothing more.
    """
    calls = [call for call in await calls_of_day(session, clinic_id, day, clinic, now) if not call.booking.called_at]
    for person_id in staff if calls else ():
        key = f"{clinic_id}:{day}:{person_id}"
        await owe(session, Kind.CALL_LIST, key, person_id, day.toordinal(), due_at=now)
    return len(calls)
