"""Messages in the chats of people we know, for as long as Telegram lets a bot delete them.

The rule: ids and times only, 48 hours at most. Of strangers nothing is written.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Shown

KEEP = timedelta(hours=48)
"""An older message cannot be deleted by a bot any more: its id is worth nothing."""
BATCH = 500
"""Rows of one statement."""


async def remember(session: AsyncSession, messages: Sequence[tuple[int, int, datetime]]) -> None:
    """Note messages as (person's row, message id, when it was sent); noting one twice changes nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [{"person_id": person, "message_id": message, "at": at} for person, message, at in messages]
    if rows:
        await session.execute(insert(Shown).on_conflict_do_nothing(), rows)


async def deletable(session: AsyncSession, person_id: int, now: datetime) -> list[int]:
    """The messages in a person's chat that can still be deleted, oldest first."""
    young = (Shown.person_id == person_id, Shown.at > now - KEEP)
    return list(await session.scalars(select(Shown.message_id).where(*young).order_by(Shown.message_id)))


async def strike(session: AsyncSession, person_id: int, message_ids: Iterable[int]) -> None:
    """Forget messages that somebody has taken charge of deleting."""
    listed = sorted(message_ids)
    for start in range(0, len(listed), BATCH):
        gone = (Shown.person_id == person_id, Shown.message_id.in_(listed[start : start + BATCH]))
        await changed(session, delete(Shown).where(*gone))
