"""Two people for one alert: proposing it, taking it back, approving exactly what was read."""

from datetime import datetime

from alerts import writing
from alerts.rules import State, name_of
from alerts.writing import Draft
from delivery.owing import owe
from delivery.rules import Kind
from handlers.alert_draft import facts_of, frames, price
from handlers.presses.alerting import ApproveAlert, ProposeAlert, TakeBackAlert
from handlers.refusals import explain
from handlers.request import House, Request
from handlers.screen import Screen
from handlers.screens import alert_approval as screens
from people import approvals
from people.authority import Action, Role
from people.recognise import require
from people.refusals import ChangedSince
from people.store import holders
from storage.tables import Approval, Person


async def propose(request: Request, pressed: ProposeAlert) -> Screen:
    """Fix everything about the alert and ask every other operator; first the author agrees to what it costs."""
    author = await require(request.session, request.person, Action.PROPOSE_ALERT, now=request.now)
    house = request.house
    draft = await writing.proposable(
        request.session, author, pressed.alert_id, now=request.now, quiet=house.quiet, frames=frames(house)
    )
    if price(house, draft) > pressed.stars:
        return screens.confirm_cost(request.say, facts_of(house, draft, request.now))
    await writing.fix(request.session, draft.alert)
    note = f"languages={len(draft.texts)} people={draft.people}"
    about = name_of(pressed.alert_id)
    asked = await ask_others(request, author, Kind.PROPOSED, pressed.alert_id, about, draft.content_hash, note)
    return screens.proposed(request.say, pressed.alert_id, asked)


async def ask_others(
    request: Request, author: Person, kind: Kind, alert_id: int, about: str, content_hash: bytes, note: str
) -> int:
    """Propose something about an alert, and owe every other operator the question (`kind`); to how many.

    Args:
        about: what approvals and the audit log call it.
        note: counts for the audit log.
    """
    session, now = request.session, request.now
    approval = await approvals.propose(session, author, Action.APPROVE_ALERT, about, "", content_hash, now, note=note)
    others = [one for one in await holders(session, [Role.OPERATOR]) if one.id != author.id]
    for other in others:
        await owe(session, kind, f"{alert_id}:{approval.id}:{other.id}", other.id, alert_id, due_at=now)
    return len(others)


async def take_back(request: Request, pressed: TakeBackAlert) -> Screen:
    """The author's second thoughts: a draft again. No PIN, because it can only hold something back."""
    author = await require(request.session, request.person, Action.WRITE_ALERT, now=request.now)
    await writing.take_back(request.session, pressed.alert_id)
    await approvals.withdraw(request.session, author, Action.APPROVE_ALERT, name_of(pressed.alert_id), request.now)
    return screens.taken_back(request.say, pressed.alert_id)


async def approve(request: Request, pressed: ApproveAlert) -> Screen | None:
    """The second person's word: from now on the alert is owed to its audience. None: done, show how it gets on."""
    approver = await require(request.session, request.person, Action.APPROVE_ALERT, now=request.now)
    house = request.house
    draft = await writing.read(request.session, pressed.alert_id, request.now)
    waits = await waiting(request, pressed.alert_id)
    if waits and waits.id == pressed.approval_id and price(house, draft) > pressed.stars:
        return screens.confirm_cost(request.say, facts_of(house, draft, request.now), pressed.approval_id)

    async def send() -> str:
        sent = await writing.send(request.session, pressed.alert_id, now=request.now, quiet=house.quiet)
        return f"people={sent.alert.audience_size}"

    about = name_of(pressed.alert_id)
    try:
        await agree(request, approver, about, pressed.approval_id, draft.content_hash, send)
    except ChangedSince as changed:  # not raised on: that the proposal is void must stay
        await writing.take_back(request.session, pressed.alert_id)
        return await explain(request, changed)
    return None


async def agree(
    request: Request, approver: Person, about: str, seen: int, content_hash: bytes, effect: approvals.Effect
) -> None:
    """The second person's word on something about an alert, and with it `effect`.

    Raises:
        ChangedSince and others: as `people.approvals.approve` does.
    """
    action = Action.APPROVE_ALERT
    await approvals.approve(
        request.session, approver, action, about, content_hash, request.now, seen=seen, effect=effect
    )


async def waiting(request: Request, alert_id: int) -> Approval | None:
    """The proposal of an alert that waits."""
    return await approvals.waits(request.session, Action.APPROVE_ALERT, name_of(alert_id), request.now)


async def standing(request: Request, operator: Person, draft: Draft) -> Screen:
    """What an operator sees of an alert that has not been approved."""
    one = facts_of(request.house, draft, request.now)
    waits = await waiting(request, draft.alert.id)
    if draft.alert.author_id == operator.id and draft.alert.state == State.PROPOSED:
        return screens.own_proposal(request.say, one, waits=waits is not None)
    return screens.approval(request.say, one, waits.id) if waits else screens.waits_no_more(request.say)


def question(house: House, draft: Draft, approval_id: int, language: str, now: datetime) -> Screen:
    """What another operator is asked."""
    return screens.approval(house.catalogues.say(language), facts_of(house, draft, now), approval_id)
