"""What staff do in a conversation: answer, look before they send, end it. Their names are kept in the audit log alone.

The rule: whoever calls this has been asked for their role at the conversation's clinic.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind
from handoff import telling
from handoff.refusals import LineGone, NothingToSend
from handoff.rules import LONGEST, LineState, Source
from handoff.store import groups, lines, talks
from locales.graphemes import cut
from storage import audit
from storage.tables import Conversation, Line, Person, StaffGroup


async def find(session: AsyncSession, conversation_id: int) -> Conversation | None:
    """A conversation."""
    return await talks.by_id(session, conversation_id)


async def find_line(session: AsyncSession, line_id: int) -> tuple[Line, Conversation] | None:
    """A line and its conversation."""
    line = await lines.by_id(session, line_id)
    talk = await talks.by_id(session, line.conversation_id) if line else None
    return (line, talk) if line and talk else None


async def find_in(
    session: AsyncSession, group: StaffGroup, thread_id: int | None, replied_to: int | None
) -> Conversation | None:
    """The conversation that a message in a group belongs to: by its topic, or by what it replies to."""
    for number in (thread_id, replied_to):
        if number is not None and (talk := await talks.in_thread(session, group.clinic_id, number)):
            return talk
    return await talks.of_message(session, group.clinic_id, replied_to) if replied_to is not None else None


async def draft(
    session: AsyncSession,
    talk: Conversation,
    text: str,
    update_id: int,
    *,
    now: datetime,
    message_id: int | None = None,
    phrase: str = "",
) -> Line:
    """Keep an answer that staff must look at before it goes; the same update finds its own draft.

    Args:
        text: what was typed, or for a `phrase` what goes into its holes.
        message_id: the message of the staff in their group, to which a failure will reply.

    Raises:
        NothingToSend: no words.
    """
    words = text if phrase else cut(text.strip(), LONGEST)
    if not words:
        raise NothingToSend
    line, _ = await lines.add(
        session,
        talk,
        Source.STAFF,
        words,
        update_id,
        now,
        state=LineState.DRAFT,
        phrase=phrase,
        group_message_id=message_id,
    )
    return line


async def send(session: AsyncSession, staff: Person, talk: Conversation, line_id: int, *, now: datetime) -> bool:
    """Send a draft to the person. Sending twice, or by two, sends once; False when it was sent before.

    Raises:
        LineGone: dropped, or too old to be kept.
    """
    if await lines.move(session, line_id, LineState.DRAFT, LineState.READY):
        await owe(session, Kind.HANDOFF, f"{telling.ANSWER}:{line_id}", talk.person_id, line_id, due_at=now)
        await talks.answered(session, talk.id, now)
        await lines.forget_answered(session, talk.id)
        await _record(session, "handoff-answer", staff, talk, now)
        return True
    line = await lines.by_id(session, line_id)
    if line is None or line.state in (LineState.DRAFT, LineState.DROPPED):
        raise LineGone
    return False


async def drop(session: AsyncSession, line_id: int) -> bool:
    """Do not send a draft; its words are forgotten."""
    return await lines.move(session, line_id, LineState.DRAFT, LineState.DROPPED, text=None)


async def close(session: AsyncSession, staff: Person, talk: Conversation, *, now: datetime) -> bool:
    """End a conversation; the person is told, with the way back. Ending it twice ends it once."""
    if not await talks.end(session, talk.id, now):
        return False
    await lines.forget_words(session, talk.id)
    key = f"{telling.CLOSED}:{talk.id}:{now:%Y%m%d%H%M%S}"
    await owe(session, Kind.HANDOFF, key, talk.person_id, talk.id, due_at=now)
    await _record(session, "handoff-closed", staff, talk, now)
    return True


async def _record(session: AsyncSession, act: str, staff: Person, talk: Conversation, now: datetime) -> None:
    """Who did what to which conversation, in the clinic's own chain of the audit log."""
    about, clinic_id = f"conversation:{talk.id}", talk.clinic_id
    await audit.record(session, act, now=now, actor=staff.id, subject=about, clinic_id=clinic_id, chain=clinic_id)


async def open_talks(session: AsyncSession, clinics: list[str]) -> list[tuple[Conversation, Person]]:
    """The open conversations of clinics with their people; whoever waits longest comes first."""
    return await talks.open_at(session, clinics)


async def unanswered(session: AsyncSession, talk: Conversation) -> list[Line]:
    """The person's words that are kept, oldest first."""
    return await lines.unanswered(session, talk.id)


async def note_thread(session: AsyncSession, talk: Conversation, *, is_open: bool) -> None:
    """Staff closed or opened the forum topic by hand; words that come open it again."""
    await talks.mark_thread(session, talk.id, is_open=is_open)


async def group_of(session: AsyncSession, clinic_id: str) -> StaffGroup | None:
    """The group of a clinic."""
    return await groups.group_of(session, clinic_id)
