"""Somebody erases everything: their words go from the staff group too, as far as Telegram lets us."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind
from delivery.shown import KEEP
from delivery.wiping import owe_wipe
from handoff import telling
from handoff.store import groups, lines, talks


async def leave(session: AsyncSession, person_id: int, now: datetime) -> int:
    """Owe the deletion of a person's words from staff groups, and a remark there; of how many conversations.

    The rows themselves go with the person. Called before `people.leaving.erase`.
    """
    told = 0
    for talk in await talks.of_person(session, person_id):
        group = await groups.group_of(session, talk.clinic_id)
        if group is None:
            continue
        if messages := await lines.in_group(session, talk.id, now - KEEP):
            await owe_wipe(session, int(group.chat_id), messages, now)
        key = f"{telling.LEFT}:{talk.id}:{talk.thread_id if group.forum and talk.thread_id else 0}"
        await owe(session, Kind.GROUP, key, None, talk.id, group_id=group.id, due_at=now)
        told += 1
    return told
