"""Sending an alert once more to those of whom nobody knows whether it arrived: by decision, never by itself.

The rule: once. These rows have names of their own, and the report counts them beside the audience.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import store
from alerts.refusals import AlertGone
from alerts.rules import LIFE, State, name_of
from alerts.store import changes, going
from storage import audit
from storage.tables import Person


async def resend(session: AsyncSession, person: Person, alert_id: int, *, now: datetime) -> int:
    """Owe it again to every `unknown`; how many. Doing it twice does it once.

    Raises:
        AlertGone: it does not go out (any more).
    """
    if not await going.change(session, alert_id, (State.APPROVED,), done_at=None):
        raise AlertGone
    alert = await store.hold(session, alert_id)
    if alert is None or (alert.valid_until and alert.valid_until <= now):
        raise AlertGone
    ends = min(now + LIFE, alert.valid_until) if alert.valid_until else now + LIFE
    owed = await changes.owe_again(session, alert_id, now, ends)
    if owed:
        detail, about = f"messages={owed}", name_of(alert_id)
        await audit.record(session, "resend-alert", now=now, actor=person.id, subject=about, detail=detail)
    return owed
