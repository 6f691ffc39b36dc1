"""When an alert goes out and how long it holds.

The rule: days and times are read as at the desk, in any language and era, and shown back in full.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import rules, timing
from alerts.rules import BANGKOK
from handlers.alert_draft import facts, mine
from handlers.grammar.lexing import NotUnderstood
from handlers.presses.alerting import (
    AlertAtOnce,
    AlertTimes,
    AlertWithoutEnd,
    ChooseAlertWindow,
    TypeAlertEnd,
    TypeAlertStart,
)
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import alert_time as screens
from handlers.screens.start import outdated
from locales.catalogue import NOTHING, Html
from locales.formats import moment
from people import dialogue
from storage.tables import Alert

STARTING, ENDING = "alert-start", "alert-end"
"""The steps in which an operator's next message is a day and a time."""
Choose = Callable[[AsyncSession, Alert, datetime, datetime], Awaitable[None]]
"""Sets a moment of a draft, at `now`."""


async def times(request: Request, pressed: AlertTimes) -> Screen:
    """Start, window and end; nothing is waited for any more."""
    found = await mine(request, pressed.alert_id)
    await dialogue.end(request.session, found.author.id)
    return await _times(request, found.alert)


async def at_once(request: Request, pressed: AlertAtOnce) -> Screen:
    """As soon as it is approved."""
    found = await mine(request, pressed.alert_id)
    await timing.choose_start(request.session, found.alert, None, request.now)
    return await _times(request, found.alert)


async def choose_window(request: Request, pressed: ChooseAlertWindow) -> Screen:
    """It goes out within so many hours."""
    found = await mine(request, pressed.alert_id)
    if pressed.hours not in rules.WINDOWS:
        return outdated(request.say)
    await timing.choose_window(request.session, found.alert, pressed.hours)
    return await _times(request, found.alert)


async def without_end(request: Request, pressed: AlertWithoutEnd) -> Screen:
    """It holds until somebody ends it."""
    found = await mine(request, pressed.alert_id)
    await timing.choose_end(request.session, found.alert, None, request.now)
    return await _times(request, found.alert)


async def type_start(request: Request, pressed: TypeAlertStart) -> Screen:
    """Wait for the start."""
    return await _wait(request, pressed.alert_id, STARTING)


async def type_end(request: Request, pressed: TypeAlertEnd) -> Screen:
    """Wait for the end."""
    return await _wait(request, pressed.alert_id, ENDING)


async def take_start(request: Request) -> Screen:
    """A start was typed."""
    return await _take(request, timing.choose_start, end=False)


async def take_end(request: Request) -> Screen:
    """An end was typed."""
    return await _take(request, timing.choose_end, end=True)


async def _take(request: Request, choose: Choose, *, end: bool) -> Screen:
    found = await mine(request, int(request.draft["alert_id"]))
    at = read_moment(request)
    if not isinstance(at, datetime):
        return _ask(request, found.alert.id, at, end=end)
    await choose(request.session, found.alert, at, request.now)
    await dialogue.end(request.session, found.author.id)
    return await _times(request, found.alert)


def read_moment(request: Request) -> datetime | Html:
    """The day and time that were typed; a time alone is the next such one. What is wrong, if something is."""
    local = request.now.astimezone(BANGKOK)
    try:
        line = request.house.desk_grammar.read("slot_line", request.text, local.date())
    except NotUnderstood as no:
        return screens.unreadable(request.say, no.part)
    if line.clinic or line.service or line.capacity is not None or (line.day is None and line.at is None):
        return screens.unreadable(request.say, "")
    if line.at is None:
        return screens.no_time(request.say)
    said = datetime.combine(line.day or local.date(), line.at, BANGKOK)
    return said + timedelta(days=1) if line.day is None and said <= local else said


async def _wait(request: Request, alert_id: int, step: str) -> Screen:
    found = await mine(request, alert_id)
    await dialogue.begin(request.session, found.author.id, step, {"alert_id": found.alert.id}, request.now)
    return _ask(request, found.alert.id, NOTHING, end=step == ENDING)


def _ask(request: Request, alert_id: int, note: Html, *, end: bool) -> Screen:
    now = moment(request.now, BANGKOK, request.language)
    return screens.ask_moment(request.say, alert_id, now, note, end=end)


async def _times(request: Request, alert: Alert) -> Screen:
    return screens.times(request.say, await facts(request, alert), request.house.quiet)
