"""Who has waited too long: the leads are told once for each question that nobody answers."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handoff import telling
from handoff.rules import Hours
from handoff.store import talks
from storage import audit
from storage.tables import Conversation


async def waiting_since(session: AsyncSession, before: datetime) -> list[Conversation]:
    """Conversations in which somebody has waited since before a moment, and no lead was told."""
    return await talks.unreminded(session, before)


def is_late(talk: Conversation, hours: Hours, longest: timedelta, now: datetime) -> bool:
    """Whether somebody has waited for too long, counted within the clinic's hours."""
    return talk.waiting_since is not None and hours.open_time(talk.waiting_since, now) >= longest


async def escalate(session: AsyncSession, talk: Conversation, now: datetime) -> bool:
    """Tell the leads and the group that somebody waits; of any number of processes one does it."""
    if not await talks.remind(session, talk.id, now):
        return False
    mark = f"{now:%Y%m%d%H%M%S}"
    await telling.note(session, talk, telling.LATE, talk.id, mark, now)
    about = f"{talk.id}:{mark}"
    await telling.tell_leads(session, talk.clinic_id, telling.LATE, about, talk.id, now, but=talk.person_id)
    await audit.record(session, "handoff-late", now=now, clinic_id=talk.clinic_id, chain=talk.clinic_id)
    return True
