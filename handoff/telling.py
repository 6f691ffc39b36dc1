"""Owing the messages of conversations: to the staff group, to staff in private where there is none, to the person.

The rule: the key of a row says what it is, `what:subject:...`, and `handlers/handoff_wording.py` words it by that.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind
from handoff.rules import LEADS, MOST_TRIES, STAFF, LineState
from handoff.store import groups, lines
from storage.tables import Conversation, Line, Owed

ANSWER, CLOSED = "answer", "closed"
"""To the person: a line of the staff; the conversation was ended for them."""
UNANSWERED = "unanswered"
"""In the key of the latter: nobody ever answered."""
ASK, LATE, UNLINKED, UNDELIVERED, LEFT = "ask", "late", "unlinked", "undelivered", "left"
"""To staff in private; all but the first two and the last also in the group."""
LINE, ENDED, DANGER = "line", "ended", "danger"
"""To the group alone."""


def parts(row: Owed) -> list[str]:
    """What a row is about: `what`, and what its key says besides."""
    return row.key.split(":")[1:]


async def pass_on(session: AsyncSession, talk: Conversation, line: Line, now: datetime) -> None:
    """Owe the person's words to the clinic's staff: in their group, or to each of them where there is none."""
    group = await groups.group_of(session, talk.clinic_id)
    if group is None:
        await to_staff(session, talk, line, now)
        return
    key = f"{LINE}:{line.id}:{line.tries}"
    await owe(session, Kind.GROUP, key, None, line.id, group_id=group.id, due_at=now)


async def pass_on_anew(session: AsyncSession, talk: Conversation, line: Line, now: datetime) -> None:
    """Owe it once more because its thread was gone; after a few times to the staff in private."""
    if line.tries + 1 >= MOST_TRIES or not await lines.move(
        session, line.id, LineState.READY, LineState.READY, tries=line.tries + 1
    ):
        await to_staff(session, talk, line, now)
        return
    found = await lines.by_id(session, line.id)
    if found:
        await pass_on(session, talk, found, now)


async def to_staff(session: AsyncSession, talk: Conversation, line: Line, now: datetime) -> int:
    """Owe the person's words to each of the clinic's staff in private; how many."""
    staff = [each for each in await groups.holders(session, talk.clinic_id, STAFF) if each != talk.person_id]
    for person_id in staff:
        await owe(session, Kind.HANDOFF, f"{ASK}:{line.id}:{person_id}", person_id, line.id, due_at=now)
    return len(staff)


async def note(session: AsyncSession, talk: Conversation, what: str, subject: int, mark: str, now: datetime) -> bool:
    """Owe a remark to the group, in the conversation's thread; False when no group is linked."""
    group = await groups.group_of(session, talk.clinic_id)
    if group:
        await owe(session, Kind.GROUP, f"{what}:{subject}:{mark}", None, subject, group_id=group.id, due_at=now)
    return group is not None


async def tell_leads(
    session: AsyncSession, clinic_id: str, what: str, about: str, subject: int, now: datetime, *, but: int = 0
) -> int:
    """Owe a notice to the leads of a clinic, or to its staff where it has no lead; how many."""
    leads = await groups.holders(session, clinic_id, LEADS) or await groups.holders(session, clinic_id, STAFF)
    told = [each for each in leads if each != but]
    for person_id in told:
        await owe(session, Kind.HANDOFF, f"{what}:{about}:{person_id}", person_id, subject, due_at=now)
    return len(told)
