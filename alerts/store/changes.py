"""Changes of delivered messages: one row for each message, named after the row that brought it.

The rule: owing the change of a message twice is owing it once, so that any number of processes may walk the messages.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from alerts.store.going import SENT_AGAIN
from alerts.store.owed import CHUNK
from delivery.rules import POLICIES, Kind, Outcome
from storage.database import changed
from storage.tables import AlertText, Owed, Person
from storage.types import Instant


async def owe_changes(
    session: AsyncSession,
    kind: Kind,
    tag: str,
    alert_id: int,
    *,
    languages: list[str],
    settled_before: datetime,
    after: int,
    now: datetime,
) -> tuple[int, int]:
    """Owe the change of up to a chunk of delivered messages, in the order of their rows.

    Args:
        tag: which change it is, such as `12.1`: part of each row's name.
        languages: only of readers of these.
        after: the row up to which they are owed already.

    Returns:
        How many are owed now that were not before, and the last row that was looked at; 0 when none was left.
    """
    mine = (
        Owed.kind.in_(SENT_AGAIN),
        Owed.subject_id == alert_id,
        Owed.state == Outcome.SENT,
        Owed.id > after,
        Owed.settled_at <= settled_before,
        Owed.message_id.is_not(None),
        Owed.person_id.is_not(None),
    )
    some = select(Owed.id).where(*mine).order_by(Owed.id).limit(CHUNK).subquery()
    last = await session.scalar(select(func.max(some.c.id)))
    if last is None:
        return 0, 0
    policy = POLICIES[kind]
    values: dict[str, Any] = {
        "key": literal(f"{kind}:{tag}:") + cast(Owed.id, String),
        "kind": literal(str(kind)),
        "lane": literal(int(policy.lane)),
        "person_id": Owed.person_id,
        "subject_id": Owed.subject_id,
        "message_id": Owed.message_id,
        "language": Owed.language,
        "due_at": literal(now, Instant),
        "expires_at": literal(now + policy.life, Instant),
        "state": literal("pending"),
        "claim": literal(0),
        "tries": literal(0),
        "reason": literal(""),
    }
    wanted = (
        select(*values.values())
        .join(Person, Person.id == Owed.person_id)
        .where(*mine, Owed.id <= last, or_(Owed.language.in_(languages), Person.language.in_(languages)))
    )
    into = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = into(Owed).from_select([*values], wanted).on_conflict_do_nothing(index_elements=["key"])
    return await changed(session, statement), last


async def changes(session: AsyncSession, kind: Kind, tag: str, alert_id: int) -> dict[tuple[str, str], int]:
    """How many changes of one tag stand where, by language and state."""
    mine = (Owed.kind == kind, Owed.subject_id == alert_id, Owed.key.startswith(f"{kind}:{tag}:", autoescape=True))
    counted = select(Owed.language, Owed.state, func.count()).where(*mine).group_by(Owed.language, Owed.state)
    return {(language, state): count for language, state, count in await session.execute(counted)}


async def owe_again(session: AsyncSession, alert_id: int, now: datetime, expires_at: datetime) -> int:
    """Owe the alert once more to everybody of whom nobody knows whether it arrived; how many."""
    kind = Kind.ALERT_AGAIN
    values: dict[str, Any] = {
        "key": literal(f"{kind}:{alert_id}:") + cast(Owed.person_id, String),
        "kind": literal(str(kind)),
        "lane": literal(int(POLICIES[kind].lane)),
        "person_id": Owed.person_id,
        "subject_id": Owed.subject_id,
        "language": Owed.language,
        "due_at": literal(now, Instant),
        "expires_at": literal(expires_at, Instant),
        "state": literal("pending"),
        "claim": literal(0),
        "tries": literal(0),
        "reason": literal(""),
    }
    unknown = (
        Owed.kind.in_((Kind.ALERT, Kind.LIFE_SAFETY)),
        Owed.subject_id == alert_id,
        Owed.state == Outcome.UNKNOWN,
        Owed.person_id.is_not(None),
    )
    into = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = into(Owed).from_select([*values], select(*values.values()).where(*unknown))
    return await changed(session, statement.on_conflict_do_nothing(index_elements=["key"]))


async def written(session: AsyncSession, alert_id: int) -> list[AlertText]:
    """An alert's texts with what would take their place, as they stand now."""
    rows = select(AlertText).where(AlertText.alert_id == alert_id).order_by(AlertText.language)
    return list(await session.scalars(rows, execution_options={"populate_existing": True}))


async def put_correction(session: AsyncSession, alert_id: int, language: str, text: str) -> None:
    """Set what would take the text's place in one language; empty: nothing."""
    own = (AlertText.alert_id == alert_id, AlertText.language == language)
    await changed(session, update(AlertText).where(*own).values(correction=text))


async def take_over(session: AsyncSession, alert_id: int, languages: list[str], now: datetime) -> None:
    """Corrections take the place of the texts."""
    own = (AlertText.alert_id == alert_id, AlertText.language.in_(languages), AlertText.correction != "")
    values = {"text": AlertText.correction, "correction": "", "corrected_at": now}
    await changed(session, update(AlertText).where(*own).values(**values))
