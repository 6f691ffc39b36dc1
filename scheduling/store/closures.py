"""Closures, and forgetting what is over."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.store.places import UNSYNCED
from storage.database import changed
from storage.tables import Booking, Closure, Slot


async def is_closed(session: AsyncSession, clinic_id: str, begin: datetime, end: datetime) -> bool:
    """Whether a closure of the clinic touches the span."""
    touching = (Closure.clinic_id == clinic_id, Closure.starts_at < end, Closure.ends_at > begin)
    return bool(await session.scalar(select(func.count()).select_from(Closure).where(*touching)))


async def erase_before(session: AsyncSession, instant: datetime) -> int:
    """Erase bookings, slots and closures that lie before `instant`; how many bookings."""
    old = select(Slot.id).where(Slot.starts_at < instant)
    erased = await changed(session, delete(Booking).where(Booking.slot_id.in_(old)))
    await session.execute(delete(Slot).where(Slot.starts_at < instant), execution_options=UNSYNCED)
    await session.execute(delete(Closure).where(Closure.ends_at < instant), execution_options=UNSYNCED)
    return erased
