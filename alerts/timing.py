"""When an alert goes out and how long it holds, chosen by its author.

The rule: what was typed is checked against `now`; the night and the cancel window are reckoned with at the approval.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import rules
from alerts.drafting import change
from alerts.refusals import AlertGone, EndsBeforeStart, TimePast, TimeTooFar
from storage.tables import Alert


async def choose_start(session: AsyncSession, alert: Alert, at: datetime | None, now: datetime) -> None:
    """Not before then; None: as soon as it is approved.

    Raises:
        TimePast, TimeTooFar, EndsBeforeStart: as they say.
        AlertGone: no draft any more.
    """
    _check(at, now)
    if at and alert.valid_until and alert.valid_until <= at:
        raise EndsBeforeStart
    await change(session, alert, starts_at=at)


async def choose_window(session: AsyncSession, alert: Alert, hours: int) -> None:
    """What has not gone out so many hours after its start is not sent.

    Raises:
        AlertGone: not one of `rules.WINDOWS`, or no draft any more.
    """
    if hours not in rules.WINDOWS:
        raise AlertGone
    await change(session, alert, window_minutes=hours * 60)


async def choose_end(session: AsyncSession, alert: Alert, at: datetime | None, now: datetime) -> None:
    """From then on delivered messages say that they are no longer valid; None: never by itself.

    Raises:
        TimePast, TimeTooFar, EndsBeforeStart: as they say.
        AlertGone: no draft any more.
    """
    _check(at, now)
    if at and at <= (alert.starts_at or now) + rules.CANCEL_WINDOW:
        raise EndsBeforeStart
    await change(session, alert, valid_until=at)


def _check(at: datetime | None, now: datetime) -> None:
    if at and at <= now:
        raise TimePast
    if at and at > now + rules.FURTHEST:
        raise TimeTooFar(rules.FURTHEST.days)
