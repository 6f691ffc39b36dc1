"""The forum topic of each conversation: what must be done to it, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handoff import linking
from handoff.store import groups, talks
from storage.tables import Conversation, Person, StaffGroup


async def due(session: AsyncSession, wall: datetime) -> list[tuple[Conversation, StaffGroup, Person]]:
    """Conversations whose topic must be opened or closed; `wall` is real time."""
    return await talks.threads_to_do(session, wall)


async def take(session: AsyncSession, talk: Conversation, wall: datetime) -> bool:
    """Take the work on one, unless somebody has done it since; of any number of processes one gets it."""
    return await talks.take_lease(session, talk, wall)


async def let_go(session: AsyncSession, conversation_id: int, wall: datetime, wait: timedelta) -> None:
    """It did not work; leave it alone for so long."""
    await talks.lease(session, conversation_id, wall, wait)


async def note(session: AsyncSession, talk: Conversation, thread_id: int | None, now: datetime) -> None:
    """Telegram has done it: a new topic, or (None) the known one is as it was wanted."""
    if thread_id is not None:
        await talks.begin_thread(session, talk.id, thread_id)
    else:
        await talks.mark_thread(session, talk.id, is_open=not talk.thread_open)
    await talks.hurry(session, talk.id, now)


async def lose(session: AsyncSession, talk: Conversation) -> None:
    """The topic was deleted."""
    await talks.lose_thread(session, talk.id, talk.thread_id)
    await talks.end_lease(session, talk.id)


async def without_topics(session: AsyncSession, group_id: int, clinic_id: str) -> None:
    """We may not manage topics here: conversations go on as threads of replies."""
    if await groups.set_forum(session, group_id, False):
        await groups.lose_threads(session, clinic_id)


async def lose_group(session: AsyncSession, group_id: int, now: datetime) -> None:
    """We are not in the group any more."""
    group = await groups.group_by_id(session, group_id)
    if group:
        await linking.unlink(session, group, now)
