"""Openings, edited holidays, and the slots that are made from them.

The rule: a slot that anybody has or holds is never deleted and never gets fewer places than are given; both are
conditions of the statements, so that a booking in the same moment is seen.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.store.places import service_key
from storage.database import changed
from storage.tables import Booking, ClinicDay, Closure, Holiday, Opening, Slot

CHUNK = 500
"""Rows in one statement: both databases limit how many values one may carry."""
_LOCK_DAY = date(2000, 1, 1)
"""The row of a clinic that serialises its calendar: no day of anybody."""
_EMPTY = (Slot.taken == 0, Slot.held == 0)


def _insert(session: AsyncSession) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return sqlite.Insert if session.get_bind().dialect.name == "sqlite" else postgresql.Insert


async def hold_clinic(session: AsyncSession, clinic_id: str) -> None:
    """Let changes of one clinic's calendar (opening, closing, holidays) happen one after the other, to the commit."""
    row = _insert(session)(ClinicDay).values(clinic_id=clinic_id, day=_LOCK_DAY)
    own = {"late_minutes": ClinicDay.late_minutes}  # an update of nothing: it takes the row's lock, new or not
    await session.execute(row.on_conflict_do_update(index_elements=["clinic_id", "day"], set_=own))


async def opening_by_id(session: AsyncSession, opening_id: int) -> Opening | None:
    """One opening as the database has it now."""
    return await session.get(Opening, opening_id, populate_existing=True)


async def openings_of(session: AsyncSession, clinic_id: str, today: date) -> list[Opening]:
    """A clinic's openings that are not over, oldest first."""
    lasting = (
        or_(Opening.valid_until.is_(None), Opening.valid_until >= today),
        or_(Opening.ended_on.is_(None), Opening.ended_on > today),
    )
    found = await session.scalars(select(Opening).where(Opening.clinic_id == clinic_id, *lasting).order_by(Opening.id))
    return list(found)


async def openings_to_make(session: AsyncSession, clinic_id: str, horizon: date) -> list[int]:
    """Openings of a clinic of which some days up to the horizon were not looked at yet."""
    behind = or_(Opening.made_until.is_(None), Opening.made_until < horizon)
    return list(await session.scalars(select(Opening.id).where(Opening.clinic_id == clinic_id, behind)))


async def drop_openings(session: AsyncSession, before: date) -> int:
    """Delete openings that were over before a day; how many. Slots that were made from them stay, without them."""
    over = or_(Opening.valid_until < before, Opening.ended_on <= before)
    return await changed(session, delete(Opening).where(over))


async def slots_of(session: AsyncSession, opening_id: int, begin: datetime) -> list[Slot]:
    """The slots of an opening from an instant on."""
    own = (Slot.opening_id == opening_id, Slot.starts_at >= begin)
    found = select(Slot).where(*own).order_by(Slot.starts_at).execution_options(populate_existing=True)
    return list(await session.scalars(found))


async def slots_of_service(
    session: AsyncSession, clinic_id: str, service: str, begin: datetime, end: datetime
) -> dict[datetime, Slot]:
    """All slots of a service in a span, closed ones too, by their start."""
    own = (Slot.clinic_id == clinic_id, Slot.service_key == service_key(service))
    inside = select(Slot).where(*own, Slot.starts_at >= begin, Slot.starts_at < end)
    return {slot.starts_at: slot for slot in await session.scalars(inside.execution_options(populate_existing=True))}


async def closures_between(
    session: AsyncSession, clinic_id: str, begin: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Beginnings and ends of a clinic's closures that touch a span."""
    touching = (Closure.clinic_id == clinic_id, Closure.starts_at < end, Closure.ends_at > begin)
    found = await session.execute(select(Closure.starts_at, Closure.ends_at).where(*touching))
    return [(row[0], row[1]) for row in found]


async def reopen(session: AsyncSession, slot_ids: Iterable[int], opening_id: int, **values: object) -> int:
    """Bring back times that were taken away while nobody has or holds them; how many."""
    closed = (Slot.closed.is_(True), *_EMPTY)
    again = {"closed": False, "opening_id": opening_id, **values}
    return await _each_chunk(session, list(slot_ids), lambda ids: update(Slot).where(ids, *closed).values(**again))


async def take_away(session: AsyncSession, slot_ids: Sequence[int]) -> int:
    """Take away times that nobody has or holds; how many. One that people gave up is closed, for its visits' sake."""
    booked = exists().where(Booking.slot_id == Slot.id)
    gone = await _each_chunk(session, slot_ids, lambda ids: delete(Slot).where(ids, *_EMPTY, ~booked))
    shut = (*_EMPTY, Slot.closed.is_(False))
    return gone + await _each_chunk(session, slot_ids, lambda ids: update(Slot).where(ids, *shut).values(closed=True))


async def give_capacity(
    session: AsyncSession, slot_id: int, seen: int, capacity: int, walkin: int, over: int, **values: object
) -> bool:
    """Change how many places a time has; False if it has changed since it was `seen`, or more than `over` would be
    left without a place."""  # fmt: skip
    as_seen = (Slot.id == slot_id, Slot.capacity == seen, Slot.taken + Slot.held <= capacity - walkin + over)
    new = {"capacity": capacity, "walkin": walkin, **values}
    return await changed(session, update(Slot).where(*as_seen).values(**new)) == 1


async def holiday_edits(session: AsyncSession, clinic_id: str, first: date, last: date) -> dict[date, Holiday]:
    """What a clinic changed in the list of holidays, by day."""
    inside = (Holiday.clinic_id == clinic_id, Holiday.day >= first, Holiday.day <= last)
    found = select(Holiday).where(*inside).execution_options(populate_existing=True)
    return {each.day: each for each in await session.scalars(found)}


async def edit_holiday(session: AsyncSession, clinic_id: str, day: date, closed: bool, name: str) -> None:
    """Note that a clinic is closed on a day, or works on it after all."""
    row = _insert(session)(Holiday).values(clinic_id=clinic_id, day=day, closed=closed, name=name)
    values = {"closed": closed, "name": name}
    await session.execute(row.on_conflict_do_update(index_elements=["clinic_id", "day"], set_=values))


async def drop_holiday_edit(session: AsyncSession, clinic_id: str, day: date) -> None:
    """Go back to the public list for a day."""
    await changed(session, delete(Holiday).where(Holiday.clinic_id == clinic_id, Holiday.day == day))


async def _each_chunk(session: AsyncSession, slot_ids: Sequence[int], statement: object) -> int:
    count = 0
    for first in range(0, len(slot_ids), CHUNK):
        part = Slot.id.in_(slot_ids[first : first + CHUNK])
        count += await changed(session, statement(part))  # type: ignore[operator]
    return count
