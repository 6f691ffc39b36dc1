"""What takes two people: one proposes, another who may do the same approves exactly that.

The rule: an approval binds a hash of everything it is about. Whatever changes the hash voids it, and of many who
approve at once one does. Who may propose or approve was asked before, by `people.recognise.require`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from people import rules
from people.authority import RULES, Action
from people.refusals import ApprovalGone, ChangedSince, SecondPersonNeeded
from people.store import approvals as store
from storage import audit
from storage.tables import Approval, Person

Effect = Callable[[], Awaitable[str]]
"""What an approval lets happen; returns counts for the audit log."""


async def propose(
    session: AsyncSession,
    person: Person,
    action: Action,
    subject: str,
    clinic_id: str,
    content_hash: bytes,
    now: datetime,
    *,
    note: str = "",
) -> Approval:
    """Ask another person to agree; asking for the same again changes nothing, for something else begins anew.

    Args:
        subject: what it is about, without a person in it, such as `alert:12`.
        content_hash: 32 bytes over everything that must not change until the approval.
        note: counts for the audit log.
    """
    if not RULES[action].second:
        raise ValueError(f"{action} takes one person")
    standing = await store.newest_approval(session, action, subject)
    if standing and standing.state == "open":
        same = standing.content_hash == content_hash and standing.proposer_id is not None
        if same and standing.expires_at > now:
            return standing
        await store.void_approval(session, standing.id)
    approval_id = await store.open_approval(
        session,
        action=action,
        subject=subject,
        clinic_id=clinic_id,
        content_hash=content_hash,
        proposer_id=person.id,
        expires_at=now + rules.APPROVAL_LIFE[action],
    )
    made = await store.newest_approval(session, action, subject)
    if made is None:
        raise ApprovalGone
    if approval_id is not None:  # else the same person has proposed it in another process, in this moment
        detail = f"{action} {note}".strip()
        await audit.record(
            session, "propose", now=now, actor=person.id, subject=subject, clinic_id=clinic_id, detail=detail
        )
    return made


async def approve(
    session: AsyncSession,
    person: Person,
    action: Action,
    subject: str,
    content_hash: bytes,
    now: datetime,
    *,
    seen: int,
    effect: Effect,
) -> Approval:
    """The second person's word, and with it `effect`. The same person's second word changes nothing.

    Args:
        seen: the number of the proposal this person has read; a newer one about the same must be read first.

    Raises:
        ApprovalGone: nothing waits for approval here (any more).
        SecondPersonNeeded: whoever proposed it cannot approve it.
        ChangedSince: it is not what was proposed. The proposal is void: catch this and commit.
    """
    standing = await store.newest_approval(session, action, subject)
    if standing is None or standing.id != seen:
        raise ApprovalGone
    if standing.state == "approved" and standing.approver_id == person.id and standing.content_hash == content_hash:
        return standing
    if standing.state != "open" or standing.expires_at <= now or standing.proposer_id is None:
        raise ApprovalGone
    if standing.proposer_id == person.id:
        raise SecondPersonNeeded
    if standing.content_hash != content_hash:
        await store.void_approval(session, standing.id)
        raise ChangedSince
    if not await store.take_approval(session, standing.id, person.id, content_hash, now):
        raise ApprovalGone
    detail = f"{action} {await effect()}".strip()
    await audit.record(
        session, "approve", now=now, actor=person.id, subject=subject, clinic_id=standing.clinic_id, detail=detail
    )
    return await store.newest_approval(session, action, subject) or standing


async def withdraw(session: AsyncSession, person: Person, action: Action, subject: str, now: datetime) -> None:
    """Take one's own proposal back. Taking it back twice changes nothing.

    Raises:
        ApprovalGone: it was approved meanwhile, or is somebody else's.
    """
    standing = await store.newest_approval(session, action, subject)
    if standing is None or standing.proposer_id != person.id:
        raise ApprovalGone
    if standing.state == "void":
        return
    if not await store.void_approval(session, standing.id):
        raise ApprovalGone
    await audit.record(
        session, "withdraw", now=now, actor=person.id, subject=subject, clinic_id=standing.clinic_id, detail=action
    )


async def waits(session: AsyncSession, action: Action, subject: str, now: datetime) -> Approval | None:
    """The proposal that waits for approval here, if one does."""
    standing = await store.newest_approval(session, action, subject)
    return standing if standing and standing.state == "open" and standing.expires_at > now else None
