"""How sending gets on, in numbers: what went out last, and which messages still wait to be deleted."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Outcome
from storage.tables import Owed, Wipe


async def last_sent(session: AsyncSession) -> dict[int, datetime]:
    """By lane, when the newest message went out that is still listed."""
    sent = select(Owed.lane, func.max(Owed.settled_at)).where(Owed.state == Outcome.SENT).group_by(Owed.lane)
    return {lane: at for lane, at in await session.execute(sent) if at}


async def waiting_wipes(session: AsyncSession, now: datetime) -> tuple[int, datetime | None]:
    """How many chats have messages that should be deleted by now, and since when the oldest."""
    due = select(func.count(), func.min(Wipe.due_at)).where(Wipe.due_at <= now)
    count, oldest = (await session.execute(due)).one()
    return count, oldest
