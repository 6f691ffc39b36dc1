"""Alerts on their way: see, stop, pause, resume, end, send again.

The rule: holding something back takes one person and no PIN; letting it go on takes the PIN, and so does what cannot
be undone.
"""

from alerts import expiring, resending, running, store, writing
from alerts.report import report_on
from alerts.rules import State
from handlers import alert_approval, alert_reporting, sheets
from handlers.presses.alert_running import (
    AlertReport,
    AlertSheet,
    AskEndAlert,
    AskResend,
    EndAlert,
    ListAlerts,
    PauseAlert,
    ResendAlert,
    ResumeAlert,
    StopAlert,
)
from handlers.presses.alerting import ApproveAlert
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alert_report as screens
from people.authority import Action
from people.recognise import require

LISTED = 6
"""Alerts on one page of /alerts."""


async def list_alerts(request: Request, pressed: ListAlerts | None = None) -> Screen:
    """`/alerts`: the last ones, then older ones."""
    await require(request.session, request.person, Action.SEE_ALERTS, now=request.now)
    found = await store.latest(request.session, LISTED + 1, before=pressed.before if pressed else 0)
    older = found[LISTED - 1].id if len(found) > LISTED else 0
    return screens.alerts(request.say, found[:LISTED], older)


async def see(request: Request, pressed: AlertReport) -> Screen:
    """What became of an alert; for one that waits for approval, the approval."""
    operator = await require(request.session, request.person, Action.SEE_ALERTS, now=request.now)
    report = await report_on(request.session, pressed.alert_id)
    if report.alert.state in (State.DRAFT, State.PROPOSED):
        draft = await writing.whole(request.session, report.alert, request.now)
        return await alert_approval.standing(request, operator, draft)
    return await alert_reporting.page(request, pressed.alert_id)


async def approve(request: Request, pressed: ApproveAlert) -> Screen:
    """The second person's word; from now on author and approver are shown how it gets on."""
    not_done = await alert_approval.approve(request, pressed)
    return not_done or await alert_reporting.approved(request, pressed.alert_id)


async def sheet(request: Request, pressed: AlertSheet) -> Screen:
    """The report as a file: counts, no person."""
    await require(request.session, request.person, Action.SEE_ALERTS, now=request.now)
    report = await report_on(request.session, pressed.alert_id)
    return screens.file(request.say, pressed.alert_id, sheets.written(screens.rows(request.say, report)))


async def stop(request: Request, pressed: StopAlert) -> Screen:
    """Stop what has not gone out. One person, no PIN: a wrong alert must stop at once."""
    operator = await require(request.session, request.person, Action.STOP_ALERT, now=request.now)
    await running.stop(request.session, operator, pressed.alert_id, now=request.now)
    return await alert_reporting.page(request, pressed.alert_id)


async def stop_all(request: Request) -> Screen:
    """`/stop_alerts`: everything that goes out, or will, and every correction; at once, without a question."""
    operator = await require(request.session, request.person, Action.STOP_ALERT, now=request.now)
    return screens.stopped_all(request.say, await running.stop_all(request.session, operator, now=request.now))


async def pause(request: Request, pressed: PauseAlert) -> Screen:
    """Let nothing more out for now."""
    operator = await require(request.session, request.person, Action.STOP_ALERT, now=request.now)
    await running.pause(request.session, operator, pressed.alert_id, now=request.now)
    return await alert_reporting.page(request, pressed.alert_id)


async def resume(request: Request, pressed: ResumeAlert) -> Screen:
    """Let it go on; also one that stopped by itself."""
    operator = await require(request.session, request.person, Action.RUN_ALERT, now=request.now)
    await running.resume(request.session, operator, pressed.alert_id, now=request.now)
    return await alert_reporting.page(request, pressed.alert_id)


async def ask_end(request: Request, pressed: AskEndAlert) -> Screen:
    """Ask before delivered messages are marked."""
    await require(request.session, request.person, Action.SEE_ALERTS, now=request.now)
    one = await alert_reporting.read(request.session, pressed.alert_id, request.house.quiet, request.now)
    return screens.ask_end(request.say, one)


async def end(request: Request, pressed: EndAlert) -> Screen:
    """It is no longer valid."""
    operator = await require(request.session, request.person, Action.RUN_ALERT, now=request.now)
    await expiring.end(request.session, operator, pressed.alert_id, now=request.now)
    return await alert_reporting.page(request, pressed.alert_id)


async def ask_resend(request: Request, pressed: AskResend) -> Screen:
    """Ask before some people get it twice."""
    await require(request.session, request.person, Action.SEE_ALERTS, now=request.now)
    one = await alert_reporting.read(request.session, pressed.alert_id, request.house.quiet, request.now)
    return screens.ask_resend(request.say, one)


async def resend(request: Request, pressed: ResendAlert) -> Screen:
    """Send it again to everybody of whom nobody knows."""
    operator = await require(request.session, request.person, Action.RUN_ALERT, now=request.now)
    await resending.resend(request.session, operator, pressed.alert_id, now=request.now)
    return await alert_reporting.page(request, pressed.alert_id)
