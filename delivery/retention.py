"""What went out is forgotten too; only an alert's counts stay, without the people."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Kind
from storage.database import changed
from storage.tables import Owed

KEEP_SETTLED = timedelta(days=30)
"""How long it stays known what became of a message."""


async def forget_settled(session: AsyncSession, now: datetime) -> int:
    """Delete old settled messages about visits, and cut old alert rows off from their people; how many were deleted."""
    old = Owed.settled_at < now - KEEP_SETTLED
    nameless = {"person_id": None, "message_id": None}
    await changed(
        session, update(Owed).where(old, Owed.kind == Kind.ALERT, Owed.person_id.is_not(None)).values(nameless)
    )
    return await changed(session, delete(Owed).where(old, Owed.kind != Kind.ALERT))
