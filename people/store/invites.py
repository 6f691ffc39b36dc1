"""Links that give a role, each once."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Invite


async def take_invite(session: AsyncSession, code_hash: bytes, now: datetime) -> bool:
    """Use an invite up, if it is still good; of many who try at once, one gets it."""
    fresh = (Invite.code_hash == code_hash, Invite.used_at.is_(None), Invite.expires_at > now)
    return await changed(session, update(Invite).where(*fresh).values(used_at=now)) == 1


async def find_invite(session: AsyncSession, code_hash: bytes) -> Invite | None:
    """The invite with this code, good or not."""
    return await session.scalar(select(Invite).where(Invite.code_hash == code_hash))


async def drop_open_invites(session: AsyncSession) -> int:
    """End every link that nobody has opened yet; how many."""
    return await changed(session, delete(Invite).where(Invite.used_at.is_(None)))
