"""How a visit of the day ends: seen, or missed. By a booking, by a number, or both; each can be taken back.

The rule: a visit and its number in the queue end together, each from the state in which it was seen.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import withdraw
from scheduling import restoring, undoing
from scheduling import store as slots
from scheduling.clinics import Clinics
from scheduling.queue import COMING, HERE
from scheduling.refusals import EntryOver, NotToday, NotYet, VisitOver
from scheduling.rules import Stage, Status
from scheduling.store import queue as store
from scheduling.undoing import CLINICS, CannotComeBack, Undone
from storage.audit import record
from storage.tables import Booking, Queued, Slot


async def finish(
    session: AsyncSession,
    nurse_id: int,
    entry: Queued | None,
    booking: Booking | None,
    slot: Slot | None,
    clinic_id: str,
    now: datetime,
    *,
    zone: ZoneInfo,
) -> None:
    """Somebody was seen. Noting it twice changes nothing; a visit need not have been in the queue.

    Args:
        zone: the clinic's.

    Raises:
        NotToday: the visit is on a later day, and its person has not come today.
        VisitOver: the visit was cancelled or closed.
        EntryOver: a walk-in who had gone.
    """
    today = now.astimezone(zone).date()
    came = entry is not None and entry.state in HERE and entry.day == today
    if slot and not came and (day := slot.starts_at.astimezone(zone).date()) > today:
        raise NotToday(day)
    if booking:
        seen = (Status.STANDING, Status.NO_SHOW)
        await _end(session, nurse_id, entry, booking, clinic_id, "done", seen, Status.DONE, Stage.DONE, now)
    elif entry:
        await _end(session, nurse_id, entry, None, clinic_id, "done", (), Status.DONE, Stage.DONE, now)


async def miss(
    session: AsyncSession,
    nurse_id: int,
    entry: Queued | None,
    booking: Booking | None,
    slot: Slot | None,
    clinic_id: str,
    now: datetime,
) -> None:
    """Somebody did not come, or has left unseen. Noting it twice changes nothing.

    The place stays taken: its time has begun, and nobody is offered it.

    Raises:
        NotYet: the visit has not begun, and its person has not come.
        VisitOver, EntryOver: as for `finish`.
    """
    here = entry is not None and entry.state in HERE
    if slot and slot.starts_at > now and not here:
        raise NotYet(slot.starts_at)
    seen = (Status.STANDING,) if booking else ()
    await _end(session, nurse_id, entry, booking, clinic_id, "no-show", seen, Status.NO_SHOW, Stage.LEFT, now)


async def _end(
    session: AsyncSession,
    nurse_id: int,
    entry: Queued | None,
    booking: Booking | None,
    clinic_id: str,
    kind: str,
    seen: tuple[str, ...],
    status: Status,
    stage: Stage,
    now: datetime,
) -> None:
    """Change a visit and its place in the queue together, once."""
    undo: dict[str, Any] = {}
    if booking:
        was = booking.status
        if not await store.set_status(session, booking.id, seen, status, now):
            await session.refresh(booking)
            if booking.status == status:
                return
            raise VisitOver(booking.code)
        await session.refresh(booking)
        await withdraw(session, booking.id, *COMING)
        undo |= {"booking": booking.id, "status": was, "ended": status, "at": now.isoformat()}
    if entry:
        came, done_at = entry.state, now if stage == Stage.DONE else None
        if await store.change_entry(session, entry.id, HERE, state=stage, done_at=done_at):
            undo |= {"entry": entry.id, "stage": came, "left": stage}
        elif booking is None:
            await session.refresh(entry)
            if entry.state == stage:
                return
            raise EntryOver(entry.number)
        await session.refresh(entry)
    await undoing.note(session, nurse_id, clinic_id, kind, undo, now)
    subject = f"booking:{booking.id}" if booking else f"queue:{entry.id if entry else 0}"
    action = "visit-done" if kind == "done" else kind
    await record(session, action, now=now, actor=nurse_id, subject=subject, clinic_id=clinic_id, chain=clinic_id)


@undoing.undoes("done")
@undoing.undoes("no-show")
async def _undo_end(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone:
    """As it was before: the visit stands, its person is in the queue again if they were.

    Not if a colleague has noted something else since, nor if its person has made other plans.
    """
    if "booking" in data:
        await _undo_visit(session, data, now)
    if "entry" in data:
        left = (data["left"],)
        back = await store.change_entry(session, data["entry"], left, state=data["stage"], done_at=None)
        if not back and "booking" not in data:
            raise CannotComeBack
    if "booking" in data:
        await _remind(session, data["booking"], data[CLINICS], now)
    return Undone(1)


async def _undo_visit(session: AsyncSession, data: dict[str, Any], now: datetime) -> None:
    found, before = await slots.visit(session, data["booking"]), Status(data["status"])
    if found is None:
        raise CannotComeBack
    booking, slot = found
    if before == Status.STANDING:
        await restoring.refuse(session, booking, slot, now)
    since = datetime.fromisoformat(data["at"])
    if not await store.set_status(session, booking.id, (data["ended"],), before, now, since=since):
        raise CannotComeBack
    await session.refresh(booking)


async def _remind(session: AsyncSession, booking_id: int, clinics: Clinics, now: datetime) -> None:
    """Who has not come is reminded again."""
    found, entry = await slots.visit(session, booking_id), await store.entry_of(session, booking_id)
    if found and found[0].status == Status.STANDING and (entry is None or entry.state not in HERE):
        await restoring.remind_again(session, *found, clinics, now)
