"""Alerts: write, propose, approve, stop, report."""

from alerts import report, store, writing
from alerts.rules import State
from delivery.owing import owe
from delivery.rules import Kind
from handlers.presses.alerting import (
    AlertReport,
    ApproveAlert,
    DiscardAlert,
    ProposeAlert,
    StopAlert,
    TakeBackAlert,
    WriteAlert,
)
from handlers.refusals import explain
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alerting as screens
from handlers.screens.start import outdated
from people import approvals, dialogue
from people.authority import Action, Role
from people.recognise import require
from people.refusals import ChangedSince
from people.store import holders
from storage import audit

TYPING = "alert-text"
"""The step in which an operator's next message is an alert's text."""
LATEST = 5
"""Alerts listed by /alerts."""


async def draft(request: Request) -> Screen:
    """`/alert`: the draft as it stands."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    return screens.draft(request.say, await writing.draft_of(request.session, author, request.now))


async def choose_language(request: Request, pressed: WriteAlert) -> Screen:
    """Wait for the text in one language."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    if pressed.language not in request.house.catalogues.speakers:
        return outdated(request.say)
    await dialogue.begin(request.session, author.id, TYPING, {"language": pressed.language}, request.now)
    return screens.ask_text(request.say, pressed.language)


async def take_text(request: Request) -> Screen:
    """The typed text."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    language = str(request.draft["language"])
    written = await writing.write_text(request.session, author, language, request.text, request.now)
    await dialogue.end(request.session, author.id)
    return screens.draft(request.say, written)


async def discard(request: Request, _pressed: DiscardAlert) -> Screen:
    """Begin anew."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    return screens.draft(request.say, await writing.discard(request.session, author, request.now))


async def propose(request: Request, pressed: ProposeAlert) -> Screen:
    """Fix the texts and ask every other operator."""
    author = await require(request.session, request.person, Action.PROPOSE_ALERT, now=request.now)
    draft = await writing.propose(request.session, author, pressed.alert_id)
    approval = await approvals.propose(
        request.session,
        author,
        Action.APPROVE_ALERT,
        subject(pressed.alert_id),
        "",
        draft.content_hash,
        request.now,
        note=f"languages={len(draft.texts)} people={sum(draft.audience.values())}",
    )
    others = [one for one in await holders(request.session, [Role.OPERATOR]) if one.id != author.id]
    for other in others:
        key = f"{pressed.alert_id}:{approval.id}:{other.id}"
        await owe(request.session, Kind.PROPOSED, key, other.id, pressed.alert_id, due_at=request.now)
    return screens.proposed(request.say, pressed.alert_id, len(others))


async def take_back(request: Request, pressed: TakeBackAlert) -> Screen:
    """The author's second thoughts: a draft again. No PIN, because it can only hold something back."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    await writing.take_back(request.session, pressed.alert_id)
    await approvals.withdraw(request.session, author, Action.APPROVE_ALERT, subject(pressed.alert_id), request.now)
    return screens.taken_back(request.say)


async def approve(request: Request, pressed: ApproveAlert) -> Screen:
    """The second person's word: from now on the alert is owed to its audience."""
    approver = await require(request.session, request.person, Action.APPROVE_ALERT, now=request.now)
    draft = await writing.read(request.session, pressed.alert_id)

    async def send() -> str:
        sent = await writing.send(request.session, pressed.alert_id, request.now)
        return f"people={sent.alert.audience_size}"

    about = subject(pressed.alert_id)
    try:
        await approvals.approve(
            request.session,
            approver,
            Action.APPROVE_ALERT,
            about,
            draft.content_hash,
            request.now,
            seen=pressed.approval_id,
            effect=send,
        )
    except ChangedSince as changed:  # not raised on: that the proposal is void must stay
        await writing.take_back(request.session, pressed.alert_id)
        return await explain(request, changed)
    return await _report(request, pressed.alert_id)


async def stop(request: Request, pressed: StopAlert) -> Screen:
    """Stop what has not gone out. One person, no PIN: a wrong alert must stop at once."""
    operator = await require(request.session, request.person, Action.STOP_ALERT, now=request.now)
    before = (await writing.read(request.session, pressed.alert_id)).alert.state
    spared = await writing.stop(request.session, pressed.alert_id, request.now)
    screen = await _report(request, pressed.alert_id)
    if before != State.STOPPED:
        about, counts = subject(pressed.alert_id), f"spared={spared}"
        await audit.record(
            request.session, "stop-alert", now=request.now, actor=operator.id, subject=about, detail=counts
        )
    return screen


async def show_report(request: Request, pressed: AlertReport) -> Screen:
    """What became of an alert; for one that waits for approval, the approval."""
    operator = await require(request.session, request.person, Action.SEE_ALERTS, now=request.now)
    draft = await writing.read(request.session, pressed.alert_id)
    if draft.alert.state not in (State.DRAFT, State.PROPOSED):
        return await _report(request, pressed.alert_id)
    about = subject(pressed.alert_id)
    waits = await approvals.waits(request.session, Action.APPROVE_ALERT, about, request.now)
    if draft.alert.author_id == operator.id and draft.alert.state == State.PROPOSED:
        return screens.own_proposal(request.say, draft, waits=waits is not None)
    return screens.approval(request.say, draft, waits.id) if waits else screens.waits_no_more(request.say)


def subject(alert_id: int) -> str:
    """An alert as approvals and the audit log know it."""
    return f"alert:{alert_id}"


async def list_alerts(request: Request) -> Screen:
    """`/alerts`: the last ones."""
    await require(request.session, request.person, Action.SEE_ALERTS, now=request.now)
    return screens.alerts(request.say, [alert.id for alert in await store.latest(request.session, LATEST)])


async def _report(request: Request, alert_id: int) -> Screen:
    return screens.report(request.say, await report.report_on(request.session, alert_id))
