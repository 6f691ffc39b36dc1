"""What is owed to an alert's audience.

The rule: everybody of the audience has one row, whatever becomes of it, so that the report adds up.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, case, cast, func, insert, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alerts.store.audience import concerned
from delivery.rules import ALERTS, POLICIES, Kind, Outcome
from storage.database import changed
from storage.tables import Alert, Owed, Person
from storage.types import Instant

KINDS = ALERTS
"""What an alert is owed as."""
PENDING, WAITING = "pending", "waiting"
"""A row that may be claimed, and one that waits for the canary or for the end of a pause."""
SPREAD = 1_000_003
"""A prime: other people are told first each time, although their order stays the same."""
STEP = 618_035
"""The golden section of it: each alert begins far from where the ones before it began."""
CHUNK = 5_000
"""Rows that one transaction moves."""


async def owe_to_audience(
    session: AsyncSession, alert: Alert, now: datetime, *, due_at: datetime, expires_at: datetime, canary: int
) -> int:
    """Owe the alert to everyone it concerns, in one statement; how many.

    Whoever cannot be reached is counted so at once. With a `canary`, so many rows can be claimed and all others wait.
    """
    kind = Kind.LIFE_SAFETY if alert.life_safety else Kind.ALERT
    reachable = Person.reachable.is_(True)
    state = case((reachable, literal(PENDING)), else_=literal(str(Outcome.UNREACHABLE)))
    if canary:
        order = (Person.id + alert.id * STEP) % SPREAD
        place = func.row_number().over(partition_by=Person.reachable, order_by=(order, Person.id))
        state = case(
            (and_(reachable, place <= canary), literal(PENDING)),
            (reachable, literal(WAITING)),
            else_=literal(str(Outcome.UNREACHABLE)),
        )
    values: dict[str, Any] = {
        "key": literal(f"{Kind.ALERT}:{alert.id}:") + cast(Person.id, String),
        "kind": literal(str(kind)),
        "lane": literal(int(POLICIES[kind].lane)),
        "person_id": Person.id,
        "subject_id": literal(alert.id),
        "language": Person.language,
        "due_at": literal(due_at, Instant),
        "expires_at": literal(expires_at, Instant),
        "state": state,
        "settled_at": case((reachable, null()), else_=literal(now, Instant)),
        "claim": literal(0),
        "tries": literal(0),
        "reason": literal(""),
    }
    rows = select(*values.values()).where(*concerned(alert, now))
    return await changed(session, insert(Owed).from_select([*values], rows))


async def put_off(session: AsyncSession, alert_id: int, now: datetime, morning: datetime) -> int:
    """The night has begun: what has not gone out waits until `morning`, and ends where its window is over by then.

    A chunk at a time, so that nobody else waits for it; how many rows.
    """
    mine = (Owed.kind.in_(KINDS), Owed.subject_id == alert_id, Owed.state == PENDING, Owed.due_at < morning)
    some = Owed.id.in_(select(Owed.id).where(*mine).limit(CHUNK))
    over = {"state": Outcome.EXPIRED, "settled_at": now, "reason": "night"}
    ended = await changed(session, update(Owed).where(some, *mine, Owed.expires_at <= morning).values(**over))
    return ended + await changed(session, update(Owed).where(some, *mine).values(due_at=morning))
