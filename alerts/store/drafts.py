"""Alerts and their texts."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alerts.rules import State
from storage.database import changed
from storage.tables import Alert, AlertText

FRESH = {"populate_existing": True}
"""Read what is in the database now, not what this session remembers."""


async def alert_by_id(session: AsyncSession, alert_id: int) -> Alert | None:
    """One alert."""
    return await session.get(Alert, alert_id)


async def hold(session: AsyncSession, alert_id: int) -> Alert | None:
    """An alert as it stands now, held until the transaction ends: nobody else proposes, approves or corrects it."""
    return await session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update(), execution_options=FRESH)


async def open_draft(session: AsyncSession, author_id: int) -> Alert | None:
    """The draft an operator is writing."""
    mine = (Alert.author_id == author_id, Alert.state == State.DRAFT)
    return await session.scalar(select(Alert).where(*mine).order_by(Alert.id.desc()).limit(1))


async def begin(session: AsyncSession, author_id: int, topic: str, now: datetime) -> Alert:
    """A new, empty draft."""
    alert = Alert(state=State.DRAFT, author_id=author_id, audience_size=0, topic=topic, created_at=now)
    session.add(alert)
    await session.flush()
    return alert


async def drop_draft(session: AsyncSession, alert_id: int) -> bool:
    """Throw a draft away, unless it was proposed meanwhile."""
    standing = (Alert.id == alert_id, Alert.state == State.DRAFT)
    return await changed(session, delete(Alert).where(*standing)) == 1


async def change_draft(session: AsyncSession, alert: Alert, values: Mapping[str, object]) -> bool:
    """Change what a draft says of itself, unless it was proposed meanwhile."""
    standing = (Alert.id == alert.id, Alert.state == State.DRAFT)
    done = await changed(session, update(Alert).where(*standing).values(**values)) == 1
    await session.refresh(alert)
    return done


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


async def drop_text(session: AsyncSession, alert_id: int, language: str) -> None:
    """Take the text of one language away."""
    row = await session.get(AlertText, (alert_id, language))
    if row is not None:
        await session.delete(row)
        await session.flush()


async def change_state(session: AsyncSession, alert_id: int, before: State, after: State) -> bool:
    """Move an alert on, unless somebody else was faster."""
    standing = (Alert.id == alert_id, Alert.state == before)
    return await changed(session, update(Alert).where(*standing).values(state=after)) == 1


async def latest(session: AsyncSession, most: int, *, before: int = 0) -> list[Alert]:
    """The last alerts that left the draft state, newest first; with `before`, only older ones than that."""
    sent = select(Alert).where(Alert.state != State.DRAFT).order_by(Alert.id.desc()).limit(most)
    return list(await session.scalars(sent.where(Alert.id < before) if before else sent))
