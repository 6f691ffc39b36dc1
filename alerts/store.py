"""All SQL about alerts."""

from datetime import datetime

from sqlalchemy import String, case, cast, delete, func, insert, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alerts.rules import State
from delivery.rules import Kind, Lane, Outcome
from storage.database import changed
from storage.tables import Alert, AlertText, Owed, Person
from storage.types import Instant


async def alert_by_id(session: AsyncSession, alert_id: int) -> Alert | None:
    """One alert."""
    return await session.get(Alert, alert_id)


async def open_draft(session: AsyncSession, author_id: int) -> Alert | None:
    """The draft an operator is writing."""
    mine = (Alert.author_id == author_id, Alert.state == State.DRAFT)
    return await session.scalar(select(Alert).where(*mine).order_by(Alert.id.desc()).limit(1))


async def texts_of(session: AsyncSession, alert_id: int) -> dict[str, str]:
    """An alert's text by language."""
    rows = await session.scalars(select(AlertText).where(AlertText.alert_id == alert_id))
    return {row.language: row.text for row in rows}


async def put_text(session: AsyncSession, alert_id: int, language: str, text: str) -> None:
    """Set the text in one language."""
    row = await session.get(AlertText, (alert_id, language))
    if row is None:
        session.add(AlertText(alert_id=alert_id, language=language, text=text))
    else:
        row.text = text
    await session.flush()


async def drop_texts(session: AsyncSession, alert_id: int) -> None:
    """Begin a draft anew."""
    await session.execute(delete(AlertText).where(AlertText.alert_id == alert_id))


async def audience(session: AsyncSession) -> dict[str, int]:
    """How many people want alerts, by language."""
    rows = await session.execute(
        select(Person.language, func.count()).where(Person.wants_alerts.is_(True)).group_by(Person.language)
    )
    return {language: count for language, count in rows}  # noqa: C416 - mypy takes no Result for dict()


async def change_state(session: AsyncSession, alert_id: int, before: State, after: State) -> bool:
    """Move an alert on, unless somebody else was faster."""
    standing = (Alert.id == alert_id, Alert.state == before)
    return await changed(session, update(Alert).where(*standing).values(state=after)) == 1


async def owe_to_audience(session: AsyncSession, alert_id: int, *, due_at: datetime, expires_at: datetime) -> int:
    """Owe the alert to everyone who wants alerts, in one statement; how many. Blocked people count as unreachable."""
    reachable = Person.reachable.is_(True)
    rows = select(
        literal(f"{Kind.ALERT}:{alert_id}:") + cast(Person.id, String),
        literal(str(Kind.ALERT)),
        literal(int(Lane.ALERTS)),
        Person.id,
        literal(alert_id),
        Person.language,
        literal(due_at, Instant),
        literal(expires_at, Instant),
        case((reachable, "pending"), else_=Outcome.UNREACHABLE),
        case((reachable, null()), else_=literal(due_at, Instant)),
        literal(0),
        literal(0),
        literal(""),
    ).where(Person.wants_alerts.is_(True))
    names = [
        "key",
        "kind",
        "lane",
        "person_id",
        "subject_id",
        "language",
        "due_at",
        "expires_at",
        "state",
        "settled_at",
        "claim",
        "tries",
        "reason",
    ]
    return await changed(session, insert(Owed).from_select(names, rows))


async def drop_pending(session: AsyncSession, alert_id: int, now: datetime, reason: str) -> int:
    """Drop what has not been claimed yet; how many."""
    pending = (Owed.kind == Kind.ALERT, Owed.subject_id == alert_id, Owed.state == "pending")
    values = {"state": Outcome.DROPPED, "settled_at": now, "reason": reason}
    return await changed(session, update(Owed).where(*pending).values(**values))


async def outcomes(session: AsyncSession, alert_id: int) -> dict[tuple[str, str], int]:
    """How many rows of an alert stand where, by language and state."""
    rows = await session.execute(
        select(Owed.language, Owed.state, func.count())
        .where(Owed.kind == Kind.ALERT, Owed.subject_id == alert_id)
        .group_by(Owed.language, Owed.state)
    )
    return {(language, state): count for language, state, count in rows}


async def latest(session: AsyncSession, most: int) -> list[Alert]:
    """The last alerts that left the draft state."""
    sent = select(Alert).where(Alert.state != State.DRAFT).order_by(Alert.id.desc()).limit(most)
    return list(await session.scalars(sent))
