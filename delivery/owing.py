"""Owing something, and no longer owing it. The natural key makes owing twice owing once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

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
"""Put together once: every booking runs it."""
Message = dict[str, Any]
"""One row of what is owed, by column."""


class Details(TypedDict, total=False):
    """What else a message may say; what is left out is what most say."""

    due_at: Required[datetime]
    expires_at: datetime | None
    """None: its kind's life after it is due."""
    group_id: int | None
    """The staff group it goes to, instead of a person."""


def message(kind: Kind, key: str, person_id: int | None, subject_id: int, **details: Unpack[Details]) -> Message:
    """One message for the list. `key` says what exactly is owed."""
    policy = POLICIES[kind]
    return {
        "key": f"{kind}:{key}",
        "kind": kind,
        "lane": policy.lane,
        "person_id": person_id,
        "group_id": details.get("group_id"),
        "subject_id": subject_id,
        "due_at": details["due_at"],
        "expires_at": details.get("expires_at") or details["due_at"] + policy.life,
    }


async def owe(
    session: AsyncSession, kind: Kind, key: str, person_id: int | None, subject_id: int, **details: Unpack[Details]
) -> None:
    """Put one message on the list. `key` says what exactly is owed; a second call with it changes nothing."""
    await owe_all(session, [message(kind, key, person_id, subject_id, **details)])


async def owe_all(session: AsyncSession, messages: Sequence[Message]) -> None:
    """Put several messages on the list in one go; those that stand on it already stay as they are."""
    if messages:
        await session.execute(_OWE[session.get_bind().dialect.name], messages)


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
