"""What is forgotten, and when. Safe to run at any time and twice: it only ever removes what is old enough."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import store
from scheduling.store.keeping import erase_names
from scheduling.store.queue import forget_days
from scheduling.store.waiting import forget_lists

KEEP_VISITS = timedelta(days=30)
"""A visit is erased this long after its day; people are told so when they agree."""
KEEP_NAMES = timedelta(hours=24)
"""What was to be called out for a visit is erased this long after it; counted from its start."""
KEEP_QUEUES = timedelta(days=2)
"""Numbers of a day's queue, and how late the clinic ran, are erased this long after the day."""
KEEP_LISTS = timedelta(days=2)
"""A wish for a place is erased this long after its last day; by then its last message has gone out."""


async def forget_old_visits(session: AsyncSession, now: datetime) -> int:
    """Erase visits, times, openings and closures that are `KEEP_VISITS` old; how many visits."""
    await forget_lists(session, (now - KEEP_LISTS).date())
    await forget_days(session, (now - KEEP_QUEUES).date())
    await store.drop_openings(session, (now - KEEP_VISITS).date())
    return await store.erase_before(session, now - KEEP_VISITS)


async def forget_names(session: AsyncSession, now: datetime) -> int:
    """Erase what was to be called out for visits that are over; how many names."""
    return await erase_names(session, now - KEEP_NAMES)
