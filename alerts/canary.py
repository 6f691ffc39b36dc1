"""The first few of a large audience, before everybody else: an alert that does them harm stops by itself.

The rule: whatever is decided is decided once, by one conditional change of the alert, in any number of processes.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from alerts.rules import State, name_of
from alerts.store import going
from alerts.store.going import Tried
from alerts.store.owed import CHUNK
from delivery.owing import owe
from delivery.rules import Kind
from storage import audit
from storage.tables import Alert

MOST_BAD = 0.10
"""Of the first few, so many may fail or stay unknown."""
MOST_LOST = 0.30
"""So many may turn out to be unreachable: they have blocked the bot since, perhaps because of this alert."""
PATIENCE = timedelta(minutes=2)
"""After so long it is enough when most of them have ended."""
ENOUGH = 0.9

Verdict = Literal["wait", "passed", "held"]


def verdict(size: int, tried: Tried, now: datetime) -> Verdict:
    """What the first `size` people say about the rest. It is held as soon as too many have gone wrong."""
    if tried.bad > size * MOST_BAD or tried.lost > size * MOST_LOST:
        return "held"
    if tried.settled >= size:
        return "passed"
    waited = tried.begun is not None and now - tried.begun >= PATIENCE
    return "passed" if waited and tried.settled >= size * ENOUGH else "wait"


async def decide(session: AsyncSession, alert: Alert, now: datetime) -> None:
    """Let everybody have it, or hold it, or wait."""
    tried = await going.tried(session, alert.id)
    found = verdict(alert.canary_size, tried, now)
    if found == "passed":
        await going.set_canary(session, alert.id, "passed", State.APPROVED)
    if found == "held" and await going.set_canary(session, alert.id, "held", State.HELD):
        counts = f"tried={alert.canary_size} bad={tried.bad} unreachable={tried.lost}"
        await audit.record(session, "hold-alert", now=now, subject=name_of(alert.id), detail=counts)


async def tell(session: AsyncSession, alert: Alert, operators: list[int], now: datetime) -> None:
    """Every operator is told that it stopped by itself. Telling twice is telling once."""
    for person_id in operators:
        await owe(session, Kind.ALERT_HELD, f"{alert.id}:{person_id}", person_id, alert.id, due_at=now)


async def fill(session: AsyncSession, alert: Alert) -> int:
    """After a pause, as many go out again as were tried before it; how many."""
    tried = await going.tried(session, alert.id)
    missing = alert.canary_size - tried.size
    return await going.let_go(session, alert.id, min(missing, CHUNK - 1)) if missing > 0 else 0
