"""What went out is forgotten too; only an alert's counts stay, without the people."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import COUNTED, Kind
from delivery.shown import KEEP
from storage.database import changed
from storage.personal import cut_off
from storage.tables import Owed, Shown, Wipe

KEEP_SETTLED = timedelta(days=30)
"""How long it stays known what became of a message."""


async def forget_settled(session: AsyncSession, now: datetime) -> int:
    """Delete old settled messages about visits, and cut old alert rows off from their people; how many were deleted."""
    old = Owed.settled_at < now - KEEP_SETTLED
    await cut_off(session, old, Owed.kind.in_(COUNTED), Owed.person_id.is_not(None))
    return await changed(session, delete(Owed).where(old, Owed.kind.not_in(COUNTED)))


async def forget_shown(session: AsyncSession, now: datetime) -> int:
    """Forget messages that cannot be deleted any more, and the covers that were laid over them; how many messages."""
    covers = (Owed.kind == Kind.COVER, Owed.settled_at < now - KEEP)
    await changed(session, delete(Owed).where(*covers))
    await changed(session, delete(Wipe).where(Wipe.expires_at < now))
    return await changed(session, delete(Shown).where(Shown.at < now - KEEP))
