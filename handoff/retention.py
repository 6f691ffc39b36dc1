"""Conversations nobody goes on with, and words that were used: forgotten by themselves."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind
from handoff import telling
from handoff.rules import KEEP_ANSWERED, KEEP_CLOSED, KEEP_WAITING
from handoff.store import groups, lines, talks

AT_ONCE = 200
"""Conversations ended in one transaction."""


async def forget_conversations(session: AsyncSession, now: datetime) -> int:
    """End what fell asleep, forget what is old; of how many things."""
    count = await lines.forget_old(session, now, KEEP_ANSWERED, KEEP_WAITING)
    for talk in await talks.asleep(session, now - KEEP_WAITING, AT_ONCE):
        waited = talk.waiting_since is not None
        if not await talks.end(session, talk.id, now):
            continue
        await lines.forget_words(session, talk.id)
        if waited:  # nobody ever answered: that is owed a word
            key = f"{telling.CLOSED}:{talk.id}:{telling.UNANSWERED}:{now:%Y%m%d}"
            await owe(session, Kind.HANDOFF, key, talk.person_id, talk.id, due_at=now)
        count += 1
    count += await groups.drop_codes(session, now)
    return count + await talks.drop_closed(session, now - KEEP_CLOSED)
