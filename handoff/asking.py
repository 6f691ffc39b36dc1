"""What a person does in a conversation: ask, write more, read an answer, end it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handoff import telling
from handoff.refusals import LineGone, NobodyAnswers, NothingToSend, TalkGone, TooManyLines
from handoff.rules import LONGEST, MOST_WAITING, STAFF, LineState, Source
from handoff.store import groups, lines, talks
from locales.graphemes import cut
from storage.tables import Conversation, Line, Person


@dataclass(frozen=True)
class Asked:
    """What was passed on."""

    talk: Conversation
    line: Line
    was_cut: bool
    """Whether the message was too long to be passed on whole."""


async def clinics_answering(session: AsyncSession) -> set[str]:
    """The clinics at which a question reaches anybody."""
    return await groups.answering(session, STAFF)


async def ask(
    session: AsyncSession,
    person: Person,
    clinic_id: str,
    text: str,
    update_id: int,
    *,
    now: datetime,
    danger: bool = False,
) -> Asked:
    """Pass a message on to the staff of a clinic; a conversation that was ended is open again.

    Args:
        danger: whether the emergency card was shown for it.

    Raises:
        NothingToSend: no words.
        NobodyAnswers: neither a group nor anybody of the staff.
        TooManyLines: so many wait already.
    """
    words = cut(text.strip(), LONGEST)
    if not words:
        raise NothingToSend
    known = await lines.of_update(session, update_id)
    if known and known.person_id == person.id and (talk := await talks.by_id(session, known.conversation_id)):
        return Asked(talk, known, words != text.strip())
    if not await groups.anybody_answers(session, clinic_id, STAFF):
        raise NobodyAnswers
    talk = await talks.open_one(session, person.id, clinic_id, now)
    if await lines.waiting(session, talk.id) >= MOST_WAITING:
        raise TooManyLines(MOST_WAITING)
    line, is_new = await lines.add(session, talk, Source.PERSON, words, update_id, now, danger=danger)
    if is_new:
        await telling.pass_on(session, talk, line, now)
    return Asked(talk, line, words != text.strip())


async def own(session: AsyncSession, person: Person, conversation_id: int) -> Conversation:
    """A conversation of this person.

    Raises:
        TalkGone: none of theirs.
    """
    talk = await talks.by_id(session, conversation_id)
    if talk is None or talk.person_id != person.id:
        raise TalkGone
    return talk


async def own_open(session: AsyncSession, person: Person) -> list[Conversation]:
    """The conversations this person is in now."""
    return await talks.of_person(session, person.id, only_open=True)


async def end(session: AsyncSession, person: Person, conversation_id: int, *, now: datetime) -> Conversation:
    """The person needs no answer any more. Ending it twice ends it once.

    Raises:
        TalkGone: none of theirs.
    """
    talk = await own(session, person, conversation_id)
    if await talks.end(session, talk.id, now):
        await lines.forget_words(session, talk.id)
        await telling.note(session, talk, telling.ENDED, talk.id, f"{now:%Y%m%d%H%M%S}", now)
    return talk


async def read(session: AsyncSession, person: Person, line_id: int, *, now: datetime) -> tuple[Conversation, Line]:
    """An answer that was announced without its words; it is kept for a day from now on.

    Raises:
        LineGone: none of theirs, not sent to them, or not kept any more.
    """
    line = await lines.by_id(session, line_id)
    if line is None or line.person_id != person.id or line.source != Source.STAFF:
        raise LineGone
    if line.state == LineState.DRAFT or line.text is None:
        raise LineGone
    await lines.mark_read(session, line.id, now)
    return await own(session, person, line.conversation_id), line


async def tell_danger(session: AsyncSession, person: Person, update_id: int, *, now: datetime) -> int:
    """The emergency card was shown to somebody who is in a conversation: the staff are told so, not the words."""
    told = 0
    for talk in await own_open(session, person):
        told += await telling.note(session, talk, telling.DANGER, talk.id, str(update_id), now)
    return told
