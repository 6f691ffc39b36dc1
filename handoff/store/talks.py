"""Conversations: opening and ending them, who waits, and the thread each has in the group."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import Kind
from handoff.rules import THREAD_LEASE, LineState, Source, State
from storage import leases
from storage.database import changed
from storage.tables import Conversation, Line, Owed, Person, StaffGroup
from storage.types import Instant, draw_reference

_HAS_WORDS = exists().where(
    Line.conversation_id == Conversation.id, Line.source == Source.PERSON, Line.state == LineState.READY
)
_NONE_YET = and_(Conversation.thread_id.is_(None), Conversation.state == State.OPEN, _HAS_WORDS)
_SHUT = and_(Conversation.thread_id.is_not(None), Conversation.thread_open.is_(False), _HAS_WORDS)
_OVER = and_(
    Conversation.thread_id.is_not(None),
    Conversation.thread_open.is_(True),
    Conversation.state == State.CLOSED,
    ~_HAS_WORDS,
)


async def by_id(session: AsyncSession, conversation_id: int) -> Conversation | None:
    """A conversation as it is in the database now."""
    return await session.get(Conversation, conversation_id, populate_existing=True)


async def open_one(session: AsyncSession, person_id: int, clinic_id: str, now: datetime) -> Conversation:
    """The open conversation of a person with a clinic: the one there is, opened again, or a new one."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(Conversation).values(
        id=draw_reference(),
        person_id=person_id,
        clinic_id=clinic_id,
        state=State.OPEN,
        opened_at=now,
        last_at=now,
        waiting_since=now,
        thread_open=True,
        threads=0,
    )
    again = {"state": State.OPEN, "last_at": now}
    await session.execute(made.on_conflict_do_update(index_elements=["person_id", "clinic_id"], set_=again))
    mine = (Conversation.person_id == person_id, Conversation.clinic_id == clinic_id)
    await changed(
        session, update(Conversation).where(*mine, Conversation.waiting_since.is_(None)).values(waiting_since=now)
    )
    found = await session.scalars(select(Conversation).where(*mine).execution_options(populate_existing=True))
    return found.one()


async def answered(session: AsyncSession, conversation_id: int, now: datetime) -> bool:
    """Staff have answered: nobody waits any more. An ended conversation is open again by it."""
    values = {"state": State.OPEN, "last_at": now, "waiting_since": None, "reminded_at": None}
    this = Conversation.id == conversation_id
    return await changed(session, update(Conversation).where(this).values(values)) == 1


async def end(session: AsyncSession, conversation_id: int, now: datetime) -> bool:
    """End a conversation; of two who try at once, one does."""
    this = (Conversation.id == conversation_id, Conversation.state == State.OPEN)
    values = {"state": State.CLOSED, "last_at": now, "waiting_since": None, "reminded_at": None}
    return await changed(session, update(Conversation).where(*this).values(values)) == 1


async def of_person(session: AsyncSession, person_id: int, *, only_open: bool = False) -> list[Conversation]:
    """The conversations of a person, the latest first."""
    mine = select(Conversation).where(Conversation.person_id == person_id)
    if only_open:
        mine = mine.where(Conversation.state == State.OPEN)
    return list(await session.scalars(mine.order_by(Conversation.last_at.desc())))


async def open_at(session: AsyncSession, clinics: list[str]) -> list[tuple[Conversation, Person]]:
    """The open conversations of clinics; whoever waits longest comes first."""
    found = (
        select(Conversation, Person)
        .join(Person, Person.id == Conversation.person_id)
        .where(Conversation.state == State.OPEN, Conversation.clinic_id.in_(clinics))
        .order_by(Conversation.waiting_since.is_(None), Conversation.waiting_since, Conversation.last_at)
    )
    return [(talk, person) for talk, person in await session.execute(found)]


async def in_thread(session: AsyncSession, clinic_id: str, thread_id: int) -> Conversation | None:
    """The conversation of a thread in a clinic's group."""
    here = select(Conversation).where(Conversation.clinic_id == clinic_id, Conversation.thread_id == thread_id)
    return await session.scalar(here.limit(1).execution_options(populate_existing=True))


async def of_message(session: AsyncSession, clinic_id: str, message_id: int) -> Conversation | None:
    """The conversation that a message in a clinic's group belongs to."""
    found = (
        select(Conversation)
        .join(Line, Line.conversation_id == Conversation.id)
        .where(Conversation.clinic_id == clinic_id, Line.group_message_id == message_id)
    )
    return await session.scalar(found.limit(1).execution_options(populate_existing=True))


async def begin_thread(session: AsyncSession, conversation_id: int, thread_id: int) -> bool:
    """Note the thread of a conversation that has none."""
    without = (Conversation.id == conversation_id, Conversation.thread_id.is_(None))
    values = {"thread_id": thread_id, "thread_open": True, "threads": Conversation.threads + 1, "lease_until": None}
    return await changed(session, update(Conversation).where(*without).values(values)) == 1


async def lose_thread(session: AsyncSession, conversation_id: int, thread_id: int | None) -> None:
    """The thread is gone, if it is still this one."""
    this = (Conversation.id == conversation_id, Conversation.thread_id == thread_id)
    await changed(session, update(Conversation).where(*this).values(thread_id=None, thread_open=True))


async def mark_thread(session: AsyncSession, conversation_id: int, *, is_open: bool) -> None:
    """The thread is open, or closed."""
    this = update(Conversation).where(Conversation.id == conversation_id)
    await changed(session, this.values(thread_open=is_open, lease_until=None))


async def take_lease(session: AsyncSession, talk: Conversation, wall: datetime) -> bool:
    """Take the work on a thread that is as it was seen; of any number of processes one gets it."""
    real = leases.clock(session, wall)
    free = or_(Conversation.lease_until.is_(None), Conversation.lease_until < real)
    seen = (Conversation.thread_id == talk.thread_id, Conversation.thread_open == talk.thread_open)
    this = update(Conversation).where(Conversation.id == talk.id, free, *seen)
    return await changed(session, this.values(lease_until=real + THREAD_LEASE)) == 1


async def end_lease(session: AsyncSession, conversation_id: int) -> None:
    """Let go of a thread."""
    await changed(session, update(Conversation).where(Conversation.id == conversation_id).values(lease_until=None))


async def lease(session: AsyncSession, conversation_id: int, wall: datetime, length: timedelta) -> None:
    """Leave a thread alone for so long."""
    until = leases.clock(session, wall) + length
    await changed(session, update(Conversation).where(Conversation.id == conversation_id).values(lease_until=until))


async def threads_to_do(session: AsyncSession, wall: datetime) -> list[tuple[Conversation, StaffGroup, Person]]:
    """Conversations whose forum topic must be made, opened again or closed, and nobody is at it."""
    shared = leases.is_shared(session)
    found = await session.execute(_threads_to_do(shared), {} if shared else {"wall": wall})
    return [(talk, group, person) for talk, group, person in found]


@cache
def _threads_to_do(by_shared_clock: bool) -> Select[Conversation, StaffGroup, Person]:
    """Put together once: asked after every commit and every second."""
    wall = leases.DATABASE_CLOCK if by_shared_clock else bindparam("wall", type_=Instant())
    return (
        select(Conversation, StaffGroup, Person)
        .join(StaffGroup, StaffGroup.clinic_id == Conversation.clinic_id)
        .join(Person, Person.id == Conversation.person_id)
        .where(StaffGroup.forum, or_(_NONE_YET, _SHUT, _OVER))
        .where(or_(Conversation.lease_until.is_(None), Conversation.lease_until < wall))
        .order_by(Conversation.last_at)
        .limit(10)
    )


async def unreminded(session: AsyncSession, before: datetime) -> list[Conversation]:
    """Open conversations in which somebody has waited since before a moment, and no lead was told."""
    waits = (
        Conversation.state == State.OPEN,
        Conversation.waiting_since.is_not(None),
        Conversation.waiting_since <= before,
        Conversation.reminded_at.is_(None),
    )
    return list(await session.scalars(select(Conversation).where(*waits).order_by(Conversation.waiting_since)))


async def remind(session: AsyncSession, conversation_id: int, now: datetime) -> bool:
    """Note that the leads are told; of any number of processes one does it."""
    this = (
        Conversation.id == conversation_id,
        Conversation.reminded_at.is_(None),
        Conversation.waiting_since.is_not(None),
    )
    return await changed(session, update(Conversation).where(*this).values(reminded_at=now)) == 1


async def asleep(session: AsyncSession, before: datetime, most: int) -> list[Conversation]:
    """Open conversations in which nobody has said anything since a moment."""
    quiet = (Conversation.state == State.OPEN, Conversation.last_at < before)
    return list(await session.scalars(select(Conversation).where(*quiet).order_by(Conversation.last_at).limit(most)))


async def drop_closed(session: AsyncSession, before: datetime) -> int:
    """Forget conversations that ended long ago; how many."""
    old = (Conversation.state == State.CLOSED, Conversation.last_at < before)
    return await changed(session, delete(Conversation).where(*old))


async def why(session: AsyncSession, owed_id: int) -> str:
    """Why a message was not delivered, as its row says it."""
    return await session.scalar(select(Owed.reason).where(Owed.id == owed_id)) or ""


async def hurry(session: AsyncSession, conversation_id: int, now: datetime) -> None:
    """What waited for the thread of a conversation is due at once."""
    words = select(Line.id).where(Line.conversation_id == conversation_id, Line.state == LineState.READY)
    waits = (Owed.kind == Kind.GROUP, Owed.state == "pending", Owed.due_at > now, Owed.subject_id.in_(words))
    await changed(session, update(Owed).where(*waits).values(due_at=now))
