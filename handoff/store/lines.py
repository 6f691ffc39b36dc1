"""The messages of conversations."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.rules import LineState, Source
from storage.database import changed
from storage.tables import Conversation, Line
from storage.types import draw_reference


async def by_id(session: AsyncSession, line_id: int) -> Line | None:
    """A line as it is in the database now."""
    return await session.get(Line, line_id, populate_existing=True)


async def add(
    session: AsyncSession,
    talk: Conversation,
    source: Source,
    text: str,
    update_id: int,
    now: datetime,
    *,
    state: LineState = LineState.READY,
    phrase: str = "",
    danger: bool = False,
    group_message_id: int | None = None,
) -> tuple[Line, bool]:
    """Keep a message, and whether it is new: the same update delivered again finds its own line."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(Line).values(
        id=draw_reference(),
        conversation_id=talk.id,
        person_id=talk.person_id,
        update_id=update_id,
        source=source,
        phrase=phrase,
        text=text,
        danger=danger,
        at=now,
        state=state,
        tries=0,
        group_message_id=group_message_id,
    )
    is_new = await changed(session, made.on_conflict_do_nothing(index_elements=["update_id"])) == 1
    found = await session.scalars(select(Line).where(Line.update_id == update_id))
    return found.one(), is_new


async def of_update(session: AsyncSession, update_id: int) -> Line | None:
    """The line that an update brought."""
    return await session.scalar(select(Line).where(Line.update_id == update_id))


async def waiting(session: AsyncSession, conversation_id: int) -> int:
    """How many messages of the person wait for an answer."""
    unanswered = (Line.conversation_id == conversation_id, Line.source == Source.PERSON, Line.text.is_not(None))
    return await session.scalar(select(func.count()).select_from(Line).where(*unanswered)) or 0


async def unanswered(session: AsyncSession, conversation_id: int) -> list[Line]:
    """The person's words that are kept, oldest first."""
    kept = (Line.conversation_id == conversation_id, Line.source == Source.PERSON, Line.text.is_not(None))
    return list(await session.scalars(select(Line).where(*kept).order_by(Line.at, Line.id)))


async def undelivered(session: AsyncSession, clinic_id: str) -> list[Line]:
    """The person's words of a clinic's conversations that are not yet with its staff."""
    here = Line.conversation_id.in_(select(Conversation.id).where(Conversation.clinic_id == clinic_id))
    ready = (here, Line.source == Source.PERSON, Line.state == LineState.READY)
    return list(await session.scalars(select(Line).where(*ready).order_by(Line.at, Line.id)))


async def move(session: AsyncSession, line_id: int, old: LineState, new: LineState, **more: object) -> bool:
    """Change the state of a line that is still in the old one."""
    this = (Line.id == line_id, Line.state == old)
    return await changed(session, update(Line).where(*this).values(state=new, **more)) == 1


async def forget_answered(session: AsyncSession, conversation_id: int) -> None:
    """The person's words were answered and are with the staff: they are kept no longer."""
    this = (Line.conversation_id == conversation_id, Line.source == Source.PERSON, Line.state == LineState.SENT)
    await changed(session, update(Line).where(*this).values(text=None))


async def forget_words(session: AsyncSession, conversation_id: int) -> None:
    """Forget all words of a conversation that ended, but those that are still on their way to somebody."""
    this = (Line.conversation_id == conversation_id, Line.state != LineState.READY)
    away = or_(Line.source == Source.PERSON, Line.state != LineState.SENT)  # an answer may still be unread
    await changed(session, update(Line).where(*this, away).values(text=None))


async def forget_text(session: AsyncSession, line_id: int) -> None:
    """Keep a line's words no longer."""
    await changed(session, update(Line).where(Line.id == line_id).values(text=None))


async def mark_read(session: AsyncSession, line_id: int, now: datetime) -> None:
    """A hidden answer was opened."""
    await changed(session, update(Line).where(Line.id == line_id, Line.read_at.is_(None)).values(read_at=now))


async def forget_old(session: AsyncSession, now: datetime, used: timedelta, waiting: timedelta) -> int:
    """Forget words that were used some time ago, or that waited for too long; of how many lines.

    Used: an answer that was read, a draft nobody sent, a question whose conversation waits for nothing any more.
    """
    answered = Line.conversation_id.in_(select(Conversation.id).where(Conversation.waiting_since.is_(None)))
    over = or_(
        Line.at < now - waiting,
        Line.read_at < now - used,
        and_(Line.state.in_((LineState.DRAFT, LineState.DROPPED, LineState.FAILED)), Line.at < now - used),
        and_(Line.source == Source.PERSON, answered, Line.at < now - used),
    )
    return await changed(session, update(Line).where(Line.text.is_not(None), over).values(text=None))


async def in_group(session: AsyncSession, conversation_id: int, since: datetime) -> list[int]:
    """Our messages in the group with the person's words, younger than `since`."""
    ours = (Line.conversation_id == conversation_id, Line.source == Source.PERSON, Line.at > since)
    found = await session.scalars(select(Line.group_message_id).where(*ours, Line.group_message_id.is_not(None)))
    return sorted({number for number in found if number is not None})
