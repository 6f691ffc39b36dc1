"""How much there is in the house: counts for whoever runs it. The rule: nothing but numbers leaves this module."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Person, Quarantined


async def count_people(session: AsyncSession) -> int:
    """Everybody with a row: whoever chose a language."""
    return int(await session.scalar(select(func.count()).select_from(Person)) or 0)


async def count_set_aside(session: AsyncSession, now: datetime, tries: int) -> int:
    """Updates of the last day that failed so often that they were set aside."""
    lately = (Quarantined.tries >= tries, Quarantined.last_tried_at > now - timedelta(days=1))
    return int(await session.scalar(select(func.count()).select_from(Quarantined).where(*lately)) or 0)
