"""Owing the change of every delivered message, a chunk at a time: first of those that stand, then of latecomers.

The rule: nothing but the rows is remembered for longer than a process lives. Whoever begins anew owes nothing twice.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alerts.store import changes, going
from delivery.rules import Kind
from locales.languages import LANGUAGES
from storage.tables import Alert

GRACE = timedelta(seconds=30)
"""What was worded before the change has been sent, and noted, by so long after it."""


@dataclass(frozen=True)
class Change:
    """One change of delivered messages: a correction, or the mark of the end."""

    kind: Kind
    tag: str
    since: datetime
    languages: list[str] = field(default_factory=lambda: [*LANGUAGES])


@dataclass
class Walk:
    """How far a process has come with one change."""

    name: str
    begun: datetime
    after: int = 0
    """The last row that was looked at."""
    rests: bool = False
    """All were looked at, and latecomers may still come."""


async def change_of(session: AsyncSession, alert: Alert) -> Change | None:
    """The newest change of an alert's messages: its end before any correction, which the mark shows as well."""
    if alert.ended_at:
        return Change(Kind.EXPIRED_MARK, f"{alert.id}", alert.ended_at)
    if alert.corrected_at is None:
        return None
    texts = await changes.written(session, alert.id)
    languages = [row.language for row in texts if row.corrected_at == alert.corrected_at]
    return Change(Kind.CORRECTION, f"{alert.id}.{alert.version}", alert.corrected_at, languages)


async def walk(session: AsyncSession, alert_id: int, walks: dict[int, Walk], now: datetime) -> bool:
    """Owe up to a chunk of the changes that an alert's messages need; whether there are more to owe right now.

    What was worded before the change may be settled after it. So all messages are walked once more when `GRACE` is
    over, and only then is the change owed in full.
    """
    alert = await going.take(session, alert_id)
    change = await change_of(session, alert) if alert and alert.edits == "out" else None
    if alert is None or change is None:
        walks.pop(alert_id, None)
        return False
    name, mine = f"{change.kind}:{change.tag}", walks.get(alert_id)
    if mine is None or mine.name != name:
        mine = walks[alert_id] = Walk(name, now)
    marks = change.kind is Kind.EXPIRED_MARK  # of an alert that sends nothing more: every message gets it
    if mine.rests:
        if now < change.since + GRACE:
            return False
        mine = walks[alert_id] = Walk(name, now)
    _, last = await changes.owe_changes(
        session,
        change.kind,
        change.tag,
        alert_id,
        languages=change.languages,
        settled_before=now if marks else change.since + GRACE,
        after=mine.after,
        now=now,
    )
    if last:
        mine.after = last
        return True
    if mine.begun >= change.since + GRACE and not (marks and await going.anything_claimed(session, alert_id)):
        walks.pop(alert_id, None)
        await going.change(session, alert_id, (alert.state,), edits="done")
    mine.rests = True
    return False
