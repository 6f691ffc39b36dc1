"""Finding a free time: which days have places, and which times a day has."""

from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import rules, store
from storage.tables import Slot


async def free_days(
    session: AsyncSession, clinic_id: str, service: str, zone: ZoneInfo, now: datetime
) -> dict[date, int]:
    """Places left by day of the clinic, for days that have any, earliest first."""
    places: Counter[date] = Counter()
    for slot in await store.free_slots(session, clinic_id, service, now + rules.NOTICE, now + rules.HORIZON):
        places[slot.starts_at.astimezone(zone).date()] += rules.places_left(
            slot.capacity, slot.walkin, slot.taken + slot.held
        )
    return dict(places)


async def free_times(
    session: AsyncSession, clinic_id: str, service: str, day: date, zone: ZoneInfo, now: datetime
) -> list[Slot]:
    """Slots of one day that can still be booked, earliest first."""
    begin, end = rules.day_bounds(day, zone)
    return await store.free_slots(session, clinic_id, service, max(begin, now + rules.NOTICE), end)
