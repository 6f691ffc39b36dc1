"""Groups, their codes, and who works at a clinic."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import keys
from storage.database import changed
from storage.tables import Conversation, Grant, GroupCode, Line, StaffGroup


def chat_key(chat_id: int) -> bytes:
    """The blind index under which a group's chat is found."""
    return keys.in_use().blind(str(chat_id), "staff_groups.chat_id")


async def group_of(session: AsyncSession, clinic_id: str) -> StaffGroup | None:
    """The group of a clinic, as it is in the database now."""
    found = select(StaffGroup).where(StaffGroup.clinic_id == clinic_id)
    return await session.scalar(found.execution_options(populate_existing=True))


async def group_in(session: AsyncSession, chat_id: int) -> StaffGroup | None:
    """The group of a chat."""
    return await session.scalar(select(StaffGroup).where(StaffGroup.chat_key == chat_key(chat_id)))


async def group_by_id(session: AsyncSession, group_id: int) -> StaffGroup | None:
    """The group of a row."""
    return await session.get(StaffGroup, group_id)


async def drop_group(session: AsyncSession, group_id: int) -> bool:
    """Unlink a group; what was owed to it goes with it. Of two who try at once, one does."""
    return await changed(session, delete(StaffGroup).where(StaffGroup.id == group_id)) == 1


async def lose_threads(session: AsyncSession, clinic_id: str) -> None:
    """Whatever was known of threads and messages in a clinic's group holds no more."""
    here = Conversation.clinic_id == clinic_id
    values = {"thread_id": None, "thread_open": True, "lease_until": None}
    await changed(session, update(Conversation).where(here).values(values))
    lines = Line.conversation_id.in_(select(Conversation.id).where(here))
    await changed(session, update(Line).where(lines).values(group_message_id=None))


async def set_forum(session: AsyncSession, group_id: int, forum: bool) -> bool:
    """Note whether topics can be opened in a group; False when that was known."""
    differs = (StaffGroup.id == group_id, StaffGroup.forum != forum)
    return await changed(session, update(StaffGroup).where(*differs).values(forum=forum)) == 1


async def take_code(session: AsyncSession, code_hash: bytes, now: datetime) -> str:
    """Use a linking code up; the clinic it is for, or "" when it is no good."""
    fresh = (GroupCode.code_hash == code_hash, GroupCode.used_at.is_(None), GroupCode.expires_at > now)
    taken = update(GroupCode).where(*fresh).values(used_at=now).returning(GroupCode.clinic_id)
    return await session.scalar(taken) or ""


async def code_clinic(session: AsyncSession, code_hash: bytes) -> str:
    """The clinic a code was made for, used or not; "" for an unknown one."""
    return await session.scalar(select(GroupCode.clinic_id).where(GroupCode.code_hash == code_hash)) or ""


async def drop_codes(session: AsyncSession, now: datetime) -> int:
    """Forget codes nobody can use; how many."""
    return await changed(session, delete(GroupCode).where(GroupCode.expires_at < now))


async def holders(session: AsyncSession, clinic_id: str, roles: Sequence[str]) -> list[int]:
    """The people holding one of `roles` at a clinic, by number."""
    held = select(Grant.person_id).where(Grant.clinic_id == clinic_id, Grant.role.in_(roles))
    return sorted(set(await session.scalars(held)))


async def answering(session: AsyncSession, roles: Sequence[str]) -> set[str]:
    """The clinics that have a group or anybody holding one of `roles`."""
    linked = set(await session.scalars(select(StaffGroup.clinic_id)))
    return linked | set(await session.scalars(select(Grant.clinic_id).where(Grant.role.in_(roles))))


async def anybody_answers(session: AsyncSession, clinic_id: str, roles: Sequence[str]) -> bool:
    """Whether a question at this clinic would reach anybody."""
    group = exists().where(StaffGroup.clinic_id == clinic_id)
    person = exists().where(Grant.clinic_id == clinic_id, Grant.role.in_(roles))
    return bool(await session.scalar(select(or_(group, person))))
