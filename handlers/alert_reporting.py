"""An alert's page: made for whoever asks, and for the messages that change themselves."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import progress, rules
from alerts.report import report_on
from alerts.rules import Quiet
from alerts.writing import content_of
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alert_report as screens
from handlers.screens.alert_report import Page
from locales.catalogue import NOTHING, Html


async def read(session: AsyncSession, alert_id: int, quiet: Quiet, now: datetime) -> Page:
    """What an alert's page shows.

    Raises:
        AlertGone: no such alert.
    """
    report = await report_on(session, alert_id)
    plan = rules.plan(content_of(report.alert, {}), quiet, report.alert.approved_at or now)
    per_minute = await progress.rate(session, alert_id)
    return Page(report, plan.starts, per_minute, progress.left(report, per_minute))


async def page(request: Request, alert_id: int, note: Html = NOTHING) -> Screen:
    """An alert's page for whoever asked; that they may see it was asked before."""
    one = await read(request.session, alert_id, request.house.quiet, request.now)
    return screens.page(request.say, one, request.now, note)


async def approved(request: Request, alert_id: int) -> Screen:
    """Right after the approval: the page; and author and approver are shown from now on how it gets on."""
    one = await read(request.session, alert_id, request.house.quiet, request.now)
    await progress.follow(request.session, alert_id, {one.alert.author_id, request.known.id}, request.now)
    return screens.page(request.say, one, request.now, request.say("✅ <b>Approved.</b>"))
