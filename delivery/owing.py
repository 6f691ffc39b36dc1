"""Owing something, and no longer owing it. The natural key makes owing twice owing once."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import POLICIES, Kind, Outcome
from storage.database import changed
from storage.tables import Owed

_OWE = {
    name: insert(Owed.metadata.tables["owed"]).on_conflict_do_nothing(index_elements=["key"])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
"""Put together once: a booking runs it three times."""


async def owe(
    session: AsyncSession,
    kind: Kind,
    key: str,
    person_id: int | None,
    subject_id: int,
    *,
    due_at: datetime,
    expires_at: datetime | None = None,
    group_id: int | None = None,
    message_id: int | None = None,
    language: str = "",
    state: str = "pending",
) -> None:
    """Put one message on the list. `key` says what exactly is owed; a second call with it changes nothing.

    Args:
        group_id: the staff group it goes to, instead of a person.
        message_id: the message it changes, for `delivery.rules.EDITS`.
        language: the audience an alert counts it in.
        state: `waiting` is not claimed until somebody makes it `pending`.
    """
    policy = POLICIES[kind]
    values = {
        "key": f"{kind}:{key}",
        "kind": kind,
        "lane": policy.lane,
        "person_id": person_id,
        "group_id": group_id,
        "subject_id": subject_id,
        "message_id": message_id,
        "language": language,
        "state": state,
        "due_at": due_at,
        "expires_at": expires_at or due_at + policy.life,
    }
    await session.execute(_OWE[session.get_bind().dialect.name], values)


async def expire_before(session: AsyncSession, moment: datetime) -> int:
    """Send nothing any more that was due before `moment`: after a restore it may have gone out already; how many."""
    old = (Owed.state.in_(("pending", "claimed")), Owed.due_at < moment)
    values = {"state": Outcome.EXPIRED, "settled_at": moment, "lease_until": None, "reason": "restored"}
    return await changed(session, update(Owed).where(*old).values(values | {"claim": Owed.claim + 1}))


async def withdraw(session: AsyncSession, subject_id: int, *kinds: Kind) -> None:
    """Stop owing what nobody has claimed yet; what is on its way is checked again where it is worded."""
    await session.execute(
        delete(Owed).where(Owed.subject_id == subject_id, Owed.kind.in_(kinds), Owed.state == "pending"),
        execution_options={"synchronize_session": False},
    )
