"""What one person proposed and another may approve.

The rule: whatever ends a proposal is one conditional change, so that of many who try at once one does it.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Approval


async def newest_approval(session: AsyncSession, action: str, subject: str) -> Approval | None:
    """The last proposal about this, as it is in the database now."""
    about = select(Approval).where(Approval.action == action, Approval.subject == subject)
    newest = about.order_by(Approval.id.desc()).limit(1)
    return await session.scalar(newest.execution_options(populate_existing=True))


async def approval_by_id(session: AsyncSession, approval_id: int) -> Approval | None:
    """One proposal."""
    return await session.get(Approval, approval_id, populate_existing=True)


async def open_approval(session: AsyncSession, **values: object) -> int | None:
    """Open a proposal and return its number; None when one about the same was opened in this moment."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(Approval).values(state="open", **values).on_conflict_do_nothing().returning(Approval.id)
    return await session.scalar(made)


async def void_approval(session: AsyncSession, approval_id: int) -> bool:
    """End a proposal that is still open."""
    still = (Approval.id == approval_id, Approval.state == "open")
    return await changed(session, update(Approval).where(*still).values(state="void")) == 1


async def take_approval(
    session: AsyncSession, approval_id: int, approver_id: int, content_hash: bytes, now: datetime
) -> bool:
    """Approve what is open and unchanged; of many who try at once, one does."""
    same = (
        Approval.id == approval_id,
        Approval.state == "open",
        Approval.content_hash == content_hash,
        Approval.expires_at > now,
    )
    return await changed(session, update(Approval).where(*same).values(state="approved", approver_id=approver_id)) == 1
