"""What staff did lately, so that it can be taken back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Deed


async def last_deed(session: AsyncSession, person_id: int, since: datetime, clinic_ids: Collection[str]) -> Deed | None:
    """The newest change of one nurse at these clinics after an instant that nobody has taken back."""
    mine = (Deed.person_id == person_id, Deed.clinic_id.in_(clinic_ids))
    lately = (Deed.done_at > since, Deed.undone_at.is_(None))
    return await session.scalar(select(Deed).where(*mine, *lately).order_by(Deed.id.desc()).limit(1))


async def deed_by_id(session: AsyncSession, deed_id: int) -> Deed | None:
    """One change."""
    return await session.get(Deed, deed_id, populate_existing=True)


async def mark_undone(session: AsyncSession, deed_id: int, now: datetime) -> bool:
    """Note that a change is being taken back; False if somebody has done so already."""
    done = (Deed.id == deed_id, Deed.undone_at.is_(None))
    return await changed(session, update(Deed).where(*done).values(undone_at=now)) == 1


async def forget_deeds(session: AsyncSession, instant: datetime) -> int:
    """Delete what was done before an instant: it cannot be taken back any more; how many."""
    return await changed(session, delete(Deed).where(Deed.done_at < instant))
