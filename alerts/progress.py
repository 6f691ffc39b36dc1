"""The message in an operator's chat that shows how an alert gets on, and changes itself.

The rule: at most every `EVERY`, and only when there is something new to show. What it shows is worded when it is sent.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alerts.report import Report
from alerts.store import progress
from alerts.store.going import FINAL
from storage.tables import AlertProgress

EVERY = timedelta(seconds=3)
"""Telegram's patience with a message that changes itself, and an operator's."""


async def follow(session: AsyncSession, alert_id: int, people: Iterable[int | None], now: datetime) -> None:
    """Show these operators how an alert gets on, from now on."""
    for person_id in people:
        if person_id is not None:
            await progress.follow(session, alert_id, person_id)
            await progress.owe_progress(session, alert_id, person_id, now)


async def anyone_waits(session: AsyncSession, alert_id: int, wall: datetime, every: timedelta = EVERY) -> bool:
    """Whether an operator may be shown a change by now: only then is it worth counting."""
    return any(_is_time(one, wall, every) for one in await progress.followers(session, alert_id))


async def tell(session: AsyncSession, report: Report, now: datetime, wall: datetime, every: timedelta = EVERY) -> int:
    """Owe the change to every follower who has not seen the newest figures; to how many.

    `wall` is real time: the pace is Telegram's, and no clock of ours moves it.
    """
    told, shown = 0, figures(report)
    for one in await progress.followers(session, report.alert.id):
        if one.shown == shown or not _is_time(one, wall, every):
            continue
        if not await progress.owe_progress(session, one.alert_id, one.person_id, now):
            continue
        rate = rate_of(one, report.ended, wall)
        told += await progress.note(session, one, shown=shown, edited_at=wall, settled=report.ended, rate=rate)
    return told


def _is_time(one: AlertProgress, wall: datetime, every: timedelta) -> bool:
    return one.edited_at is None or not timedelta() <= wall - one.edited_at < every


def figures(report: Report) -> str:
    """What is shown, as a hash; marked when nothing of it will change any more."""
    alert = report.alert
    facts: list[object] = [alert.state, alert.canary, alert.edits, report.by_language, report.again]
    facts.append(report.changed.total if report.changed else None)
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]
    return (FINAL if alert.done_at else "") + digest


def rate_of(one: AlertProgress, ended: int, wall: datetime) -> int:
    """How many messages end in a minute, since the last look."""
    seconds = (wall - one.edited_at).total_seconds() if one.edited_at else 0.0
    return round((ended - one.settled) / seconds * 60) if seconds > 0 and ended > one.settled else 0


async def rate(session: AsyncSession, alert_id: int) -> int:
    """How many messages ended in a minute when somebody last looked; 0: nobody knows."""
    return max((one.rate for one in await progress.followers(session, alert_id)), default=0)


def left(report: Report, per_minute: int) -> timedelta | None:
    """How long the rest takes at this rate; None: nobody knows."""
    waiting = report.alert.audience_size - report.ended
    return timedelta(minutes=waiting / per_minute) if per_minute and waiting > 0 else None
