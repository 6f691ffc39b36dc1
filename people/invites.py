"""Invites: single-use links that give a role to whoever opens them first."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from people import rules
from people.authority import Role
from people.refusals import InviteUseless
from people.store import grants_of
from people.store import invites as store
from storage import audit
from storage.tables import Grant, Invite, Person


def _hashed(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


async def invite(
    session: AsyncSession,
    role: Role,
    clinic_id: str,
    *,
    now: datetime,
    new_secret: Callable[[], str],
    owner: Person | None = None,
) -> str:
    """Make an invite and return its code, which exists nowhere else from now on.

    Args:
        owner: who makes it; None for whoever sits at the terminal.
    """
    code = new_secret()
    session.add(Invite(code_hash=_hashed(code), role=role, clinic_id=clinic_id, expires_at=now + rules.INVITE_LIFE))
    await session.flush()
    actor = owner.id if owner else None
    await audit.record(session, "invite", now=now, actor=actor, clinic_id=clinic_id, detail=role)
    return code


async def redeem(session: AsyncSession, person: Person, code: str, *, now: datetime) -> Grant:
    """Give `person` the role of the invite and use it up.

    Opening the same link again shows whoever holds its role the same welcome: an update may be delivered twice.

    Raises:
        InviteUseless: unknown, used by somebody else, or expired.
    """
    taken = await store.take_invite(session, _hashed(code), now)
    invite = await store.find_invite(session, _hashed(code))
    if invite is None:
        raise InviteUseless
    held = await grants_of(session, person.id)
    for grant in held:
        if (grant.role, grant.clinic_id) == (invite.role, invite.clinic_id):
            return grant
    if not taken:
        raise InviteUseless
    grant = Grant(person_id=person.id, role=invite.role, clinic_id=invite.clinic_id, granted_on=now.date())
    session.add(grant)
    await session.flush()
    await audit.record(
        session, "redeem", now=now, actor=person.id, on=person.id, clinic_id=grant.clinic_id, detail=grant.role
    )
    return grant
