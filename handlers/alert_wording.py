"""What is owed about alerts, worded at the moment it is sent: the alert itself, its changes, how it gets on.

The rule: the alert's state is asked here, when a row has been claimed. What was stopped goes no further than this.
"""

from dataclasses import dataclass
from datetime import timedelta

from alerts.rules import NEWS, State
from alerts.store import changes, going
from delivery.rules import Kind, Outcome
from handlers import alert_correcting, alert_reporting
from handlers.due import Due, Later, Worded
from handlers.screen import Screen
from handlers.screens import alert_report
from handlers.screens.alert_message import message
from people.authority import Action, may
from people.store import grants_of
from storage.tables import Alert, AlertText

LOOK_AGAIN = timedelta(seconds=5)
"""A row that was claimed although its alert rests is moved aside before then."""


@dataclass(frozen=True)
class Standing:
    """An alert as it is now, with its texts by language."""

    alert: Alert
    texts: dict[str, AlertText]


async def alert(due: Due) -> Worded:
    """An alert in its reader's language, unless it rests, or its reader has turned such alerts off since."""
    found = await _standing(due)
    match State(found.alert.state):
        case State.PAUSED | State.HELD:
            return Later(LOOK_AGAIN, found.alert.state)
        case State.EXPIRED:
            return Outcome.EXPIRED
        case State.APPROVED:
            pass
        case _:
            return Outcome.DROPPED
    if not await _wants(due, found.alert):
        return Outcome.OPTED_OUT
    if not found.alert.life_safety and due.house.quiet.is_quiet(due.now):
        morning = due.house.quiet.over_at(due.now)
        return Outcome.EXPIRED if due.row.expires_at <= morning else Later(morning - due.now, "night")
    return await _message(due, found)


async def changed(due: Due) -> Worded:
    """A delivered message as it should be now: corrected, or marked as no longer valid."""
    found = await _standing(due)
    if due.row.kind == Kind.CORRECTION and found.alert.edits == "stopped":
        return Outcome.DROPPED
    return await _message(due, found)


async def progress(due: Due) -> Worded:
    """How an alert gets on, for an operator who follows it."""
    if not may(await grants_of(due.session, due.person.id), Action.SEE_ALERTS):
        return Outcome.DROPPED
    one = await alert_reporting.read(due.session, due.row.subject_id, due.house.quiet, due.now)
    return alert_report.page(due.say, one, due.now)


async def held(due: Due) -> Worded:
    """An alert stopped by itself; not told once somebody has decided."""
    one = await alert_reporting.read(due.session, due.row.subject_id, due.house.quiet, due.now)
    if one.alert.state != State.HELD or not may(await grants_of(due.session, due.person.id), Action.SEE_ALERTS):
        return Outcome.DROPPED
    return alert_report.held(due.say, one, due.now)


async def correction_asked(due: Due) -> Worded:
    """A correction waits for this operator's approval."""
    asked = await alert_correcting.question(due.session, due.house, due.person, due.row, due.now)
    return asked or Outcome.DROPPED


async def _standing(due: Due) -> Standing:
    async def read() -> Standing:
        alert = await due.session.get_one(Alert, due.row.subject_id, populate_existing=True)
        return Standing(alert, {row.language: row for row in await changes.written(due.session, alert.id)})

    return await due.once(("alert", due.row.subject_id), read)


async def _wants(due: Due, alert: Alert) -> bool:
    if not (due.person.wants_news if alert.topic == NEWS else due.person.wants_alerts):
        return False
    muted = await due.once(("muted", alert.id), lambda: going.muted_since(due.session, alert))
    return due.person.id not in muted


async def _message(due: Due, found: Standing) -> Screen:
    """Worded once for each language of a batch."""
    language = due.person.language if due.person.language in found.texts else due.row.language

    async def word() -> Screen:
        say, row = due.house.catalogues.say(language), found.texts[language]
        return message(say, found.alert, row.text, mark=alert_report.mark(say, found.alert, row.corrected_at))

    return await due.once(("alert message", due.row.subject_id, language), word)
