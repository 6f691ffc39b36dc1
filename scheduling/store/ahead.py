"""How many visits are still to come."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.rules import Status
from storage.tables import Booking, Slot


async def count_ahead(session: AsyncSession, now: datetime) -> int:
    """Standing visits from now on, at all clinics."""
    ahead = (Booking.status == Status.STANDING, Slot.starts_at >= now)
    count = select(func.count()).select_from(Booking).join(Slot, Slot.id == Booking.slot_id).where(*ahead)
    return int(await session.scalar(count) or 0)
