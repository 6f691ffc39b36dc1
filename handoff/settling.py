"""What becomes of a conversation once a message of it was sent, or was not. Runs in the transaction that settles it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Outcome
from handoff import linking, telling
from handoff.rules import LineState
from handoff.store import groups, lines, talks
from storage.tables import Conversation, Line, Owed, Person

CLOSED_TOPIC = "TOPIC_CLOSED"
"""Telegram's words for a forum topic that only those who manage topics may write in."""


async def group_settled(
    session: AsyncSession, row: Owed, outcome: Outcome, message_ids: Sequence[int], now: datetime
) -> None:
    """A message to a staff group has ended: its id is stored, or its words take another way."""
    group = await groups.group_by_id(session, row.group_id) if row.group_id else None
    if outcome == Outcome.UNREACHABLE and group:
        await linking.unlink(session, group, now)
        return
    what, subject, *_ = telling.parts(row)
    line = await lines.by_id(session, int(subject)) if what == telling.LINE else None
    talk = await talks.by_id(session, line.conversation_id) if line else None
    if line is None or talk is None:
        return
    if outcome == Outcome.SENT:
        await _passed_on(session, talk, line, message_ids, threaded=bool(group and group.forum))
    elif outcome == Outcome.FAILED and talk.thread_id is not None:
        if (await talks.why(session, row.id)).startswith(CLOSED_TOPIC):
            await talks.mark_thread(session, talk.id, is_open=False)
        else:
            await talks.lose_thread(session, talk.id, talk.thread_id)
        await telling.pass_on_anew(session, talk, line, now)
    elif outcome != Outcome.DROPPED:
        await telling.to_staff(session, talk, line, now)


async def _passed_on(
    session: AsyncSession, talk: Conversation, line: Line, message_ids: Sequence[int], *, threaded: bool
) -> None:
    first = message_ids[0] if message_ids else None
    await lines.move(session, line.id, LineState.READY, LineState.SENT, group_message_id=first)
    if first is not None and not threaded and talk.thread_id is None:
        await talks.begin_thread(session, talk.id, first)
    if talk.waiting_since is None:
        await lines.forget_answered(session, talk.id)


async def person_settled(
    session: AsyncSession, row: Owed, outcome: Outcome, message_ids: Sequence[int], now: datetime
) -> None:
    """A message to a person or to one of the staff has ended."""
    what, subject, *_ = telling.parts(row)
    if what not in (telling.ANSWER, telling.ASK):
        return
    line = await lines.by_id(session, int(subject))
    talk = await talks.by_id(session, line.conversation_id) if line else None
    if line is None or talk is None:
        return
    if what == telling.ASK:
        if outcome == Outcome.SENT:
            await _passed_on(session, talk, line, (), threaded=True)
        return
    if outcome == Outcome.SENT:
        await lines.move(session, line.id, LineState.READY, LineState.SENT)
        person = await session.get(Person, talk.person_id)
        if person and not person.discreet:
            await lines.forget_text(session, line.id)
        return
    if await lines.move(session, line.id, LineState.READY, LineState.FAILED, text=None):
        mark = f"{line.id}:{outcome}"
        if not await telling.note(session, talk, telling.UNDELIVERED, line.id, outcome, now):
            await telling.tell_leads(session, talk.clinic_id, telling.UNDELIVERED, mark, line.id, now)
