"""Messages of other agencies that were imported, and the alerts they became."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import CapMessage


async def find(session: AsyncSession, identity: str) -> CapMessage | None:
    """The imported message with this hash, as the database has it now."""
    return await session.get(CapMessage, identity, populate_existing=True)


async def newest_about(session: AsyncSession, alert_id: int) -> CapMessage | None:
    """The message about an alert that was imported last."""
    about = select(CapMessage).where(CapMessage.alert_id == alert_id)
    newest: CapMessage | None = await session.scalar(
        about.order_by(CapMessage.imported_at.desc(), CapMessage.identity).limit(1)
    )
    return newest


async def remember(
    session: AsyncSession, identity: str, alert_id: int, status: str, msg_type: str, now: datetime
) -> bool:
    """Note that a message was imported; False when it was already, also by another process just now."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(CapMessage).values(
        identity=identity, alert_id=alert_id, status=status, msg_type=msg_type, imported_at=now
    )
    return await changed(session, row.on_conflict_do_nothing(index_elements=["identity"])) == 1
