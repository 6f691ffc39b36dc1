"""Closures: what lies inside them, whom they ended, and forgetting what is over.

The rule: people, then visits, then holds, then slots are locked, each in the order of their numbers; whoever books,
cancels or takes a held place does the same, so that a closing clinic seldom waits in a circle with them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Kind
from scheduling.rules import Status
from scheduling.store.places import ROOM, UNSYNCED
from storage.database import changed
from storage.tables import Booking, Closure, Hold, Owed, Person, Slot

FRESH = {"populate_existing": True}


async def is_closed(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> bool:
    """Whether a closure of the clinic touches the span."""
    touching = (Closure.clinic_id == clinic_id, Closure.starts_at < end, Closure.ends_at > begin)
    return bool(await session.scalar(select(func.count()).select_from(Closure).where(*touching)))


async def lock_inside(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> list[Slot]:
    """The open slots that start in a span, locked together with all who have or hold a place in them."""
    inside = (Slot.clinic_id == clinic_id, Slot.starts_at >= begin, Slot.starts_at < end, Slot.closed.is_(False))
    slots = select(Slot.id).where(*inside)
    booked = select(Booking.person_id).where(Booking.slot_id.in_(slots), Booking.status == Status.STANDING)
    holding = select(Hold.person_id).where(Hold.slot_id.in_(slots))
    people = select(Person.id).where(or_(Person.id.in_(booked), Person.id.in_(holding))).order_by(Person.id)
    await session.execute(people.with_for_update())
    standing = (Booking.slot_id.in_(slots), Booking.status == Status.STANDING)
    await session.execute(select(Booking.id).where(*standing).order_by(Booking.id).with_for_update())
    await session.execute(select(Hold.id).where(Hold.slot_id.in_(slots)).order_by(Hold.id).with_for_update())
    found = select(Slot).where(*inside).order_by(Slot.id).with_for_update()
    return list(await session.scalars(found, execution_options=FRESH))


async def shut(session: AsyncSession, slot_ids: Collection[int]) -> int:
    """Close these slots; how many were open."""
    return await changed(session, update(Slot).where(Slot.id.in_(slot_ids), Slot.closed.is_(False)).values(closed=True))


async def reopen_closed(session: AsyncSession, slot_ids: Collection[int]) -> int:
    """Open these slots again, but for those that another closure covers; how many."""
    covered = exists().where(
        Closure.clinic_id == Slot.clinic_id, Closure.starts_at <= Slot.starts_at, Closure.ends_at > Slot.starts_at
    )
    again = (Slot.id.in_(slot_ids), Slot.closed.is_(True), ~covered)
    return await changed(session, update(Slot).where(*again).values(closed=False))


async def holds_on(session: AsyncSession, slot_ids: Collection[int]) -> list[Hold]:
    """Everything held in these slots."""
    found = select(Hold).where(Hold.slot_id.in_(slot_ids)).order_by(Hold.id)
    return list(await session.scalars(found, execution_options=FRESH))


async def hold_for(session: AsyncSession, booking_id: int, why: str, *, lock: bool = True) -> Hold | None:
    """The place kept for a visit; locked, so that nobody else can end the hold before this transaction does."""
    mine = select(Hold).where(Hold.subject_id == booking_id, Hold.why == why).order_by(Hold.id.desc()).limit(1)
    return await session.scalar(mine.with_for_update() if lock else mine, execution_options=FRESH)


async def standing_in(
    session: AsyncSession, slot_ids: Collection[int], now: datetime
) -> Sequence[Row[Booking, Slot, Person | None]]:
    """Visits to come that stand in these slots, in order of time."""
    found = (
        select(Booking, Slot, Person)
        .join(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Person, Person.id == Booking.person_id)
        .where(Booking.slot_id.in_(slot_ids), Booking.status == Status.STANDING, Slot.starts_at > now)
        .order_by(Slot.starts_at, Booking.id)
    )
    return (await session.execute(found, execution_options=FRESH)).all()


async def end_by(session: AsyncSession, booking_id: int, closure_id: int | None, now: datetime) -> bool:
    """End a standing visit because the clinic cannot see anybody; False if it has ended already."""
    standing = (Booking.id == booking_id, Booking.status == Status.STANDING)
    values = {"status": Status.CLOSED, "closure_id": closure_id, "answer": "", "changed_at": now}
    return await changed(session, update(Booking).where(*standing).values(**values)) == 1


async def stand_again(session: AsyncSession, booking: Booking, slot_id: int, answer: str, now: datetime) -> bool:
    """A visit that the clinic ended stands again, at this slot; False if it has changed since we saw it."""
    as_seen = (Booking.id == booking.id, Booking.status == Status.CLOSED, Booking.slot_id == booking.slot_id)
    values = {
        "status": Status.STANDING,
        "slot_id": slot_id,
        "moves": Booking.moves + 1,
        "confirmed_at": None,
        "late_minutes": 0,
        "called_at": None,
        "answer": answer,
        "changed_at": now,
    }
    return await changed(session, update(Booking).where(*as_seen).values(**values)) == 1


async def decline_all(session: AsyncSession, booking_id: int, now: datetime) -> bool:
    """The person of an ended visit wants no other time; False if they had answered."""
    silent = (Booking.id == booking_id, Booking.status == Status.CLOSED, Booking.answer == "")
    return await changed(session, update(Booking).where(*silent).values(answer="no", changed_at=now)) == 1


async def take_place_over(session: AsyncSession, slot_id: int, over: int) -> bool:
    """Take one place where at most `over` people would be too many then; only staff do."""
    open_ = (Slot.id == slot_id, Slot.closed.is_(False))
    fits = Slot.taken + Slot.held + 1 <= Slot.capacity - Slot.walkin + over
    return await changed(session, update(Slot).where(*open_, fits).values(taken=Slot.taken + 1)) == 1


async def take_back(session: AsyncSession, slot_id: int, before: int) -> bool:
    """Take a place that was given back for a moment: one of the `before` there were, or a free one."""
    open_ = (Slot.id == slot_id, Slot.closed.is_(False))
    fits = or_(ROOM, Slot.taken + Slot.held < before)
    return await changed(session, update(Slot).where(*open_, fits).values(taken=Slot.taken + 1)) == 1


async def commitments(
    session: AsyncSession, person_ids: Collection[int], now: datetime
) -> list[tuple[int, datetime, int]]:
    """Persons with the start and minutes of each of their standing visits to come."""
    found = select(Booking.person_id, Slot.starts_at, Slot.minutes).join(Slot, Slot.id == Booking.slot_id)
    mine = (Booking.person_id.in_(person_ids), Booking.status == Status.STANDING, Slot.starts_at > now)
    return [(row[0] or 0, row[1], row[2]) for row in await session.execute(found.where(*mine))]


async def held_by(session: AsyncSession, person_ids: Collection[int], why: str) -> list[tuple[int, int]]:
    """Persons with the slots of which they hold a place."""
    found = select(Hold.person_id, Hold.slot_id).where(Hold.person_id.in_(person_ids), Hold.why == why)
    return [(row[0], row[1]) for row in await session.execute(found)]


async def closure_by_id(session: AsyncSession, closure_id: int) -> Closure | None:
    """One closure."""
    return await session.get(Closure, closure_id)


async def closures_of(session: AsyncSession, clinic_id: str, after: datetime) -> list[Closure]:
    """A clinic's closures that end after an instant, the next first."""
    own = (Closure.clinic_id == clinic_id, Closure.ends_at > after)
    return list(await session.scalars(select(Closure).where(*own).order_by(Closure.starts_at)))


async def drop_closures(session: AsyncSession, closure_ids: Collection[int]) -> None:
    """Delete closures; visits they ended stay as they are."""
    await session.execute(delete(Closure).where(Closure.id.in_(closure_ids)), execution_options=UNSYNCED)


async def ended_by(
    session: AsyncSession, closure_ids: Collection[int]
) -> Sequence[Row[Booking, Slot, Person | None, str | None]]:
    """The visits that closures ended, with what became of the message about it, in order of time."""
    told = (
        select(Owed.state)
        .where(Owed.kind == Kind.CLOSED, Owed.subject_id == Booking.id)
        .order_by(Owed.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = (
        select(Booking, Slot, Person, told)
        .join(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Person, Person.id == Booking.person_id)
        .where(Booking.closure_id.in_(closure_ids))
        .order_by(Slot.starts_at, Booking.code)
    )
    return (await session.execute(found, execution_options=FRESH)).all()


async def erase_before(session: AsyncSession, instant: datetime) -> int:
    """Erase bookings, slots and closures that lie before `instant`; how many bookings."""
    old = select(Slot.id).where(Slot.starts_at < instant)
    erased = await changed(session, delete(Booking).where(Booking.slot_id.in_(old)))
    await session.execute(delete(Slot).where(Slot.starts_at < instant), execution_options=UNSYNCED)
    await session.execute(delete(Closure).where(Closure.ends_at < instant), execution_options=UNSYNCED)
    return erased
