"""Alerts: write, propose, approve, stop, report. And the owner's invites, which make operators."""

from alerts import report, store, writing
from alerts.rules import State
from delivery.owing import owe
from delivery.rules import Kind
from handlers.presses.alerting import AlertReport, ApproveAlert, DiscardAlert, ProposeAlert, StopAlert, WriteAlert
from handlers.presses.trust import MakeInvite, PickInvite
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alerting as screens
from handlers.screens.start import outdated
from handlers.start import INVITE_PREFIX
from people import dialogue, invites
from people.authority import Action, Role
from people.recognise import require
from people.store import holders

TYPING = "alert-text"
"""The step in which an operator's next message is an alert's text."""
LATEST = 5
"""Alerts listed by /alerts."""


async def draft(request: Request) -> Screen:
    """`/alert`: the draft as it stands."""
    author = await require(request.session, request.person, Action.WRITE_ALERT)
    return screens.draft(request.say, await writing.draft_of(request.session, author, request.now))


async def choose_language(request: Request, pressed: WriteAlert) -> Screen:
    """Wait for the text in one language."""
    author = await require(request.session, request.person, Action.WRITE_ALERT)
    if pressed.language not in request.house.catalogues.speakers:
        return outdated(request.say)
    await dialogue.begin(request.session, author.id, TYPING, {"language": pressed.language}, request.now)
    return screens.ask_text(request.say, pressed.language)


async def take_text(request: Request) -> Screen:
    """The typed text."""
    author = await require(request.session, request.person, Action.WRITE_ALERT)
    language = str(request.draft["language"])
    written = await writing.write_text(request.session, author, language, request.text, request.now)
    await dialogue.end(request.session, author.id)
    return screens.draft(request.say, written)


async def discard(request: Request, _pressed: DiscardAlert) -> Screen:
    """Begin anew."""
    author = await require(request.session, request.person, Action.WRITE_ALERT)
    return screens.draft(request.say, await writing.discard(request.session, author, request.now))


async def propose(request: Request, pressed: ProposeAlert) -> Screen:
    """Fix the texts and ask every other operator."""
    author = await require(request.session, request.person, Action.WRITE_ALERT)
    await writing.propose(request.session, author, pressed.alert_id, request.now)
    others = [one for one in await holders(request.session, [Role.OPERATOR]) if one.id != author.id]
    for other in others:
        key = f"{pressed.alert_id}:{other.id}"
        await owe(request.session, Kind.PROPOSED, key, other.id, pressed.alert_id, due_at=request.now)
    return screens.proposed(request.say, len(others))


async def approve(request: Request, pressed: ApproveAlert) -> Screen:
    """The second person's word: from now on the alert is owed to its audience."""
    approver = await require(request.session, request.person, Action.APPROVE_ALERT)
    await writing.approve(request.session, approver, pressed.alert_id, request.now)
    return await _report(request, pressed.alert_id)


async def stop(request: Request, pressed: StopAlert) -> Screen:
    """Stop what has not gone out."""
    await require(request.session, request.person, Action.APPROVE_ALERT)
    await writing.stop(request.session, pressed.alert_id, request.now)
    return await _report(request, pressed.alert_id)


async def show_report(request: Request, pressed: AlertReport) -> Screen:
    """What became of an alert; for one that waits for approval, the approval."""
    await require(request.session, request.person, Action.SEE_ALERTS)
    draft = await writing.read(request.session, pressed.alert_id)
    if draft.alert.state == State.PROPOSED:
        return screens.approval(request.say, draft)
    return await _report(request, pressed.alert_id)


async def list_alerts(request: Request) -> Screen:
    """`/alerts`: the last ones."""
    await require(request.session, request.person, Action.SEE_ALERTS)
    return screens.alerts(request.say, [alert.id for alert in await store.latest(request.session, LATEST)])


async def invite(request: Request) -> Screen:
    """`/invite`: which role."""
    await require(request.session, request.person, Action.INVITE)
    return screens.choose_role(request.say)


async def pick_invite(request: Request, pressed: PickInvite) -> Screen:
    """Which clinic, where the role belongs to one."""
    await require(request.session, request.person, Action.INVITE)
    if pressed.role in (Role.STAFF, Role.LEAD):
        return screens.choose_invite_clinic(request.say, request.house.clinics, pressed.role)
    return await make_invite(request, MakeInvite(pressed.role, ""))


async def make_invite(request: Request, pressed: MakeInvite) -> Screen:
    """The link."""
    await require(request.session, request.person, Action.INVITE)
    if pressed.role not in list(Role) or (pressed.clinic and pressed.clinic not in request.house.clinics.clinics):
        return outdated(request.say)
    role = Role(pressed.role)
    code = await invites.invite(
        request.session, role, pressed.clinic, now=request.now, new_secret=request.house.new_secret
    )
    return screens.invite(request.say, role, invite_link(request.house.bot_name, code))


def invite_link(bot_name: str, code: str) -> str:
    """The deep link that carries an invite's code."""
    return f"https://t.me/{bot_name}?start={INVITE_PREFIX}{code}"


async def _report(request: Request, alert_id: int) -> Screen:
    return screens.report(request.say, await report.report_on(request.session, alert_id))
