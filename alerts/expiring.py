"""The end of an alert's validity: what has not gone out will not, and what was delivered says so.

The rule: the alert is ended by one conditional change; its delivered messages are walked after it (`walking.py`).
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import store
from alerts.refusals import AlertGone
from alerts.rules import LIVE, State, name_of
from alerts.store import going
from storage import audit
from storage.tables import Alert, Person


async def end(session: AsyncSession, person: Person, alert_id: int, *, now: datetime) -> bool:
    """It is no longer valid from now on. False: it was not before.

    Raises:
        AlertGone: it was never approved.
    """
    alert = await store.alert_by_id(session, alert_id)
    if alert is None or alert.state in (State.DRAFT, State.PROPOSED):
        raise AlertGone
    if not await expire(session, alert, now):
        return False
    await audit.record(session, "end-alert", now=now, actor=person.id, subject=name_of(alert_id))
    return True


async def expire(session: AsyncSession, alert: Alert, since: datetime) -> bool:
    """Mark it as no longer valid `since` then; once."""
    values = {"state": State.EXPIRED, "ended_at": since, "edits": "out", "done_at": None}
    done = await going.change(session, alert.id, (*LIVE, State.STOPPED), **values)
    await session.refresh(alert)
    return done
