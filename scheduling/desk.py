"""What clinic staff do: see the day, open times, close times, mark who did not come."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import rules, store
from scheduling.refusals import CodeUnknown, NotYet, PlanEmpty, PlanPast, PlanTooLarge
from scheduling.rules import Plan, Status
from storage.audit import record
from storage.tables import Booking, Closure, Person, Slot


@dataclass(frozen=True)
class Line:
    """One booking as staff see it: nothing but time, code, status, service, language and whether we can reach them."""

    slot: Slot
    booking: Booking
    language: str
    reachable: bool


@dataclass(frozen=True)
class Span:
    """A time range of one clinic."""

    clinic_id: str
    begin: datetime
    end: datetime


async def day_of(session: AsyncSession, clinic_id: str, day: date, zone: ZoneInfo) -> tuple[list[Slot], list[Line]]:
    """A clinic's day: its slots, and its bookings in order of time."""
    begin, end = rules.day_bounds(day, zone)
    slots = await store.slots_between(session, clinic_id, begin, end)
    rows = await store.visits_between(session, clinic_id, begin, end, Status.STANDING, Status.NO_SHOW)
    return slots, [
        Line(slot, booking, person.language if person else "", bool(person and person.reachable))
        for booking, slot, person in rows
    ]


def planned(plan: Plan, zone: ZoneInfo, now: datetime) -> list[datetime]:
    """The start times a plan would open.

    Raises:
        PlanTooLarge: more times or places than anyone means.
        PlanEmpty: no visit fits.
        PlanPast: it begins in the past, or beyond the horizon.
    """
    if not 1 <= plan.capacity <= rules.LARGEST_CAPACITY:
        raise PlanTooLarge(rules.LARGEST_CAPACITY)
    times = rules.starts(plan, zone)
    if not times:
        raise PlanEmpty
    if len(times) > rules.MOST_SLOTS:
        raise PlanTooLarge(rules.MOST_SLOTS)
    if times[0] <= now or times[0] > now + rules.HORIZON:
        raise PlanPast
    return times


async def open_times(
    session: AsyncSession, plan: Plan, minutes: int, zone: ZoneInfo, now: datetime, actor: int | None = None
) -> int:
    """Open the times of a plan; how many are new. Times that exist, or that a closure covers, are left alone.

    Args:
        actor: the person who opens them, for the audit log.

    Raises:
        PlanTooLarge, PlanEmpty, PlanPast: as for `planned`.
    """
    rows: list[dict[str, object]] = []
    for starts_at in planned(plan, zone, now):
        if await store.is_closed(session, plan.clinic_id, starts_at, starts_at + rules.NOTICE / 60):
            continue
        rows.append(
            {
                "clinic_id": plan.clinic_id,
                "service_key": store.service_key(plan.service),
                "service": plan.service,
                "starts_at": starts_at,
                "minutes": minutes,
                "capacity": plan.capacity,
                "taken": 0,
                "closed": False,
            }
        )
    added = await store.add_slots(session, rows)
    if added:
        await _record(session, "times-opened", plan.clinic_id, actor, now, detail=f"{added} times")
    return added


async def affected(session: AsyncSession, span: Span) -> list[tuple[Booking, Slot, Person | None]]:
    """Who would have to be told if this span were closed."""
    rows = await store.visits_between(session, span.clinic_id, span.begin, span.end, Status.STANDING)
    return [(booking, slot, person) for booking, slot, person in rows]


async def close_times(session: AsyncSession, span: Span, now: datetime, actor: int | None = None) -> int:
    """Close a span: no slot in it stays open, no booking in it stands, and everyone affected is owed a message.

    The slots are closed first: a booking that was racing us either stands by then and is found below,
    or finds its slot closed. Closing a closed span again tells nobody twice.

    Returns:
        How many bookings ended.

    Raises:
        PlanEmpty: the span ends before it begins.
        PlanPast: the span is over already.
    """
    if span.end <= span.begin:
        raise PlanEmpty
    if span.end <= now:
        raise PlanPast
    session.add(Closure(clinic_id=span.clinic_id, starts_at=span.begin, ends_at=span.end))
    await session.flush()
    await store.close_slots(session, span.clinic_id, span.begin, span.end)
    ended = 0
    for booking, slot, person in await affected(session, span):
        if slot.starts_at <= now or not await store.change_status(session, booking.id, Status.CLOSED, now):
            continue
        await store.give_place(session, slot.id)
        await withdraw(session, booking.id, Kind.REMINDER, Kind.RECEIPT)
        if person:
            await owe(session, Kind.CLOSED, str(booking.id), person.id, booking.id, due_at=now)
        ended += 1
    await _record(session, "times-closed", span.clinic_id, actor, now, detail=f"{ended} visits ended")
    return ended


async def mark_no_show(
    session: AsyncSession, code: str, clinic_ids: list[str], now: datetime, actor: int | None = None
) -> tuple[Booking, Slot]:
    """Note that somebody did not come. Noting it twice changes nothing.

    Raises:
        CodeUnknown: no visit with this code at a clinic of this nurse.
        NotYet: the visit has not begun.
    """
    found = await store.visit_by_code(session, code)
    if (
        found is None
        or found[1].clinic_id not in clinic_ids
        or found[0].status not in (Status.STANDING, Status.NO_SHOW)
    ):
        raise CodeUnknown(code)
    booking, slot = found
    if slot.starts_at > now:
        raise NotYet(slot.starts_at)
    if await store.change_status(session, booking.id, Status.NO_SHOW, now):
        await session.refresh(booking)
        await _record(session, "no-show", slot.clinic_id, actor, now, subject=f"booking:{booking.id}")
    return booking, slot


async def _record(
    session: AsyncSession,
    action: str,
    clinic_id: str,
    actor: int | None,
    now: datetime,
    *,
    subject: str = "",
    detail: str = "",
) -> None:
    await record(
        session, action, now=now, actor=actor, subject=subject, clinic_id=clinic_id, detail=detail, chain=clinic_id
    )
