"""Slots and holds: how many places there are, and whose they are for minutes.

The rule: `taken` and `held` change by one conditional UPDATE each; the database, not Python, decides.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import keys
from storage.database import changed
from storage.tables import Hold, Slot

UNSYNCED = {"synchronize_session": False}
SLOTS: Table = Slot.__table__  # type: ignore[assignment]


def _room(slot: Any) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], slot.taken + slot.held < slot.capacity - slot.walkin)


ROOM = _room(Slot)
"""Whether one more place can be booked: what is kept for walk-ins is not."""
_FREE = (SLOTS.c.id == bindparam("slot"), _room(SLOTS.c), SLOTS.c.closed.is_(False))
_TAKE_PLACE = update(SLOTS).where(*_FREE).values(taken=SLOTS.c.taken + 1)
_FIND_HOLD = select(Hold).where(
    Hold.slot_id == bindparam("slot"), Hold.person_id == bindparam("person"), Hold.why == bindparam("why")
)
"""Of every booking: put together once, because that costs more than to run them."""


def service_key(service: str) -> bytes:
    """The blind index under which a service's slots are found."""
    return keys.in_use().blind(service, "slots.service")


async def add_slots(session: AsyncSession, rows: list[dict[str, object]]) -> int:
    """Add slots that are not there yet; how many were new. Asking twice adds nothing."""
    if not rows:
        return 0
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Slot).values(rows).on_conflict_do_nothing().returning(Slot.id)
    return len((await session.scalars(statement)).all())


async def slot_by_id(session: AsyncSession, slot_id: int) -> Slot | None:
    """One slot."""
    return await session.get(Slot, slot_id)


async def free_slots(session: AsyncSession, clinic_id: str, service: str, begin: datetime, end: datetime) -> list[Slot]:
    """Open slots with room that start in a span, earliest first."""
    found = await session.scalars(select(Slot).where(*_free(clinic_id, service, begin, end)).order_by(Slot.starts_at))
    return list(found)


async def free_places(
    session: AsyncSession, clinic_id: str, service: str, begin: datetime, end: datetime
) -> Sequence[Row[int, datetime, int]]:
    """Number, start and places left of open slots with room, earliest first: what a calendar of months needs."""
    left = Slot.capacity - Slot.walkin - Slot.taken - Slot.held
    found = await session.execute(
        select(Slot.id, Slot.starts_at, left).where(*_free(clinic_id, service, begin, end)).order_by(Slot.starts_at)
    )
    return found.all()


def _free(clinic_id: str, service: str, begin: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """What makes a slot of a service at a clinic bookable, within a span."""
    here = (Slot.clinic_id == clinic_id, Slot.service_key == service_key(service))
    return (*here, Slot.starts_at >= begin, Slot.starts_at < end, Slot.closed.is_(False), ROOM)


async def clinics_with_places(session: AsyncSession, service: str, begin: datetime, end: datetime) -> list[str]:
    """The clinics that have room for a service in a span, the one with the earliest place first."""
    found = await session.scalars(
        select(Slot.clinic_id)
        .where(
            Slot.service_key == service_key(service),
            Slot.starts_at >= begin,
            Slot.starts_at < end,
            Slot.closed.is_(False),
            ROOM,
        )
        .group_by(Slot.clinic_id)
        .order_by(func.min(Slot.starts_at))
    )
    return list(found)


async def take_place(session: AsyncSession, slot_id: int) -> bool:
    """Take one place if one is left and the time is open; the database, not Python, decides."""
    return await changed(session, _TAKE_PLACE, {"slot": slot_id}) == 1


async def give_place(session: AsyncSession, slot_id: int) -> None:
    """Give one place back."""
    await session.execute(
        update(Slot).where(Slot.id == slot_id).values(taken=Slot.taken - 1),
        execution_options={"synchronize_session": False},
    )
    note_freed(session, slot_id)


async def slots_between(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> list[Slot]:
    """A clinic's slots of a span, closed ones too."""
    inside = (Slot.clinic_id == clinic_id, Slot.starts_at >= begin, Slot.starts_at < end)
    return list(await session.scalars(select(Slot).where(*inside).order_by(Slot.starts_at)))


async def hold_place(
    session: AsyncSession, slot_id: int, person_id: int, why: str, expires_at: datetime, subject_id: int = 0
) -> Hold | None:
    """Keep one place for one person until `expires_at`; None when there is no room or the time is closed.

    Holding again what one holds already only moves its end.
    """
    held = await find_hold(session, slot_id, person_id, why)
    if held:
        held.expires_at, held.subject_id = expires_at, subject_id
        await session.flush()
        return held
    free = (Slot.id == slot_id, ROOM, Slot.closed.is_(False))
    if not await changed(session, update(Slot).where(*free).values(held=Slot.held + 1)):
        return None
    hold = Hold(slot_id=slot_id, person_id=person_id, why=why, expires_at=expires_at, subject_id=subject_id)
    session.add(hold)
    await session.flush()
    return hold


async def find_hold(session: AsyncSession, slot_id: int, person_id: int, why: str) -> Hold | None:
    """What one person holds of a slot."""
    return await session.scalar(_FIND_HOLD, {"slot": slot_id, "person": person_id, "why": why})


async def holds_of(session: AsyncSession, person_id: int, why: str | None = None) -> list[Hold]:
    """Everything one person holds."""
    mine = [Hold.person_id == person_id] + ([Hold.why == why] if why else [])
    return list(await session.scalars(select(Hold).where(*mine).order_by(Hold.id)))


async def take_held(session: AsyncSession, hold: Hold) -> bool:
    """A held place becomes a taken one, also where nothing else is left; False if hold or time are gone."""
    if not await release(session, hold):
        return False
    open_ = (Slot.id == hold.slot_id, Slot.closed.is_(False))
    return await changed(session, update(Slot).where(*open_).values(taken=Slot.taken + 1)) == 1


async def release(session: AsyncSession, hold: Hold) -> bool:
    """Give a held place back; False if it was given back already."""
    if not await changed(session, delete(Hold).where(Hold.id == hold.id)):
        return False
    await changed(session, update(Slot).where(Slot.id == hold.slot_id).values(held=Slot.held - 1))
    note_freed(session, hold.slot_id)
    return True


async def expired_holds(session: AsyncSession, now: datetime, most: int = 200) -> Sequence[Hold]:
    """Holds whose time is over, oldest first; on PostgreSQL those that no other process is looking at."""
    over = select(Hold).where(Hold.expires_at <= now).order_by(Hold.expires_at).limit(most)
    return (await session.scalars(over.with_for_update(skip_locked=True))).all()


def note_freed(session: AsyncSession, slot_id: int) -> None:
    """Remember that a place of this slot went back: `offers.pass_on` looks before the commit who waits for it."""
    session.info.setdefault("freed", set()).add(slot_id)


def take_freed(session: AsyncSession) -> list[int]:
    """The slots in which places went back in this transaction; asked again, there are none."""
    return sorted(session.info.pop("freed", ()))
