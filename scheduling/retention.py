"""What is forgotten, and when. Safe to run at any time and twice: it only ever removes what is old enough."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import store

KEEP_VISITS = timedelta(days=30)
"""A visit is erased this long after its day; people are told so when they agree."""


async def forget_old_visits(session: AsyncSession, now: datetime) -> int:
    """Erase visits, times and closures that are `KEEP_VISITS` old; how many visits."""
    return await store.erase_before(session, now - KEEP_VISITS)
