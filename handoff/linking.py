"""The staff group of a clinic: linked with a one-time code, moved, migrated by Telegram, and unlinked.

The rule: a group gives nobody a right. Whoever writes in it is asked for their role at each act.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handoff import telling
from handoff.refusals import CodeUseless, GroupTaken
from handoff.rules import CODE_LIFE
from handoff.store import groups, lines, talks
from storage import audit
from storage.tables import GroupCode, Person, StaffGroup


def _hashed(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


async def make_code(
    session: AsyncSession, lead: Person, clinic_id: str, *, now: datetime, new_secret: Callable[[], str]
) -> str:
    """Make a linking code for a clinic and return it; it exists nowhere else from now on."""
    code = new_secret()
    session.add(GroupCode(code_hash=_hashed(code), clinic_id=clinic_id, expires_at=now + CODE_LIFE))
    await session.flush()
    await audit.record(session, "group-code", now=now, actor=lead.id, clinic_id=clinic_id)
    return code


async def clinic_of(session: AsyncSession, code: str) -> str:
    """The clinic a code was made for; whoever uses it must be asked for their role there.

    Raises:
        CodeUseless: there is no such code.
    """
    clinic_id = await groups.code_clinic(session, _hashed(code))
    if not clinic_id:
        raise CodeUseless
    return clinic_id


async def link(
    session: AsyncSession, lead: Person, chat_id: int, *, forum: bool, code: str, language: str, now: datetime
) -> StaffGroup:
    """Make a chat the staff group of the code's clinic, instead of any group before it.

    The same message delivered again finds the group linked.

    Raises:
        CodeUseless: unknown, used or expired.
        GroupTaken: the chat is the group of another clinic.
    """
    there = await groups.group_in(session, chat_id)
    clinic_id = await groups.take_code(session, _hashed(code), now)
    if not clinic_id:
        if there and there.clinic_id == await groups.code_clinic(session, _hashed(code)):
            return there
        raise CodeUseless
    if there and there.clinic_id != clinic_id:
        raise GroupTaken
    group = await groups.group_of(session, clinic_id) or StaffGroup(clinic_id=clinic_id)
    if group.chat_key != groups.chat_key(chat_id):
        group.chat_id, group.chat_key = str(chat_id), groups.chat_key(chat_id)
    group.forum, group.language, group.linked_at = forum, language, now
    session.add(group)
    if there is None:
        await groups.lose_threads(session, clinic_id)
    await session.flush()
    await audit.record(session, "group-linked", now=now, actor=lead.id, clinic_id=clinic_id)
    return group


async def unlink(session: AsyncSession, group: StaffGroup, now: datetime, *, by: Person | None = None) -> bool:
    """The group is a group of ours no more: the leads are told, and what waits goes to the staff in private.

    Args:
        by: the lead who unlinked it; None: Telegram says that we are out of it.
    """
    clinic_id, group_id = group.clinic_id, group.id
    waiting = await lines.undelivered(session, clinic_id)
    session.expunge(group)
    if not await groups.drop_group(session, group_id):
        return False
    await groups.lose_threads(session, clinic_id)
    for line in waiting:
        talk = await talks.by_id(session, line.conversation_id)
        if talk:
            await telling.to_staff(session, talk, line, now)
    about = f"{clinic_id}:{group_id}"
    if by is None:
        await telling.tell_leads(session, clinic_id, telling.UNLINKED, about, group_id, now)
    actor = by.id if by else None
    await audit.record(session, "group-unlinked", now=now, actor=actor, clinic_id=clinic_id)
    return True


async def migrate(session: AsyncSession, old_chat: int, new_chat: int) -> bool:
    """Telegram gave a group another chat id; its messages are counted anew there. Saying it twice does it once."""
    group = await groups.group_in(session, old_chat)
    if group is None:
        return False
    group.chat_id, group.chat_key = str(new_chat), groups.chat_key(new_chat)
    await session.flush()
    await groups.lose_threads(session, group.clinic_id)
    return True


async def group_in(session: AsyncSession, chat_id: int) -> StaffGroup | None:
    """The staff group that a chat is, if it is one."""
    return await groups.group_in(session, chat_id)


async def set_forum(session: AsyncSession, group: StaffGroup, *, forum: bool) -> None:
    """Topics were turned on or off, or the right to open them was given or taken: threads begin anew."""
    if await groups.set_forum(session, group.id, forum):
        await groups.lose_threads(session, group.clinic_id)
