"""The map: every command, button and typed step, its handler, and the action it stands for.

A route without an action cannot be written down. Whether the action is allowed is checked in the use case,
against the person, at the moment of acting.
"""

from collections.abc import Awaitable
from typing import Any

from handlers import (
    alert_correcting,
    alert_extras,
    alert_import,
    alert_running,
    alert_time,
    alerting,
    asking,
    auditing,
    choosing,
    closing,
    content,
    day_sheet,
    desk,
    desk_menu,
    desk_visits,
    exporting,
    feeds,
    handoff_buttons,
    holding,
    lateness,
    mine,
    openings,
    people_buttons,
    pin,
    privacy,
    queue,
    roles,
    signals,
    slots,
    staff_buttons,
    start,
    status,
    undoing,
)
from handlers.press_codec import PRESSES, Press
from handlers.request import Request
from handlers.route import Route
from handlers.screen import Screen
from locales.catalogue import words
from people.authority import RULES, Action
from people.limits import What

COMMANDS: dict[str, Route] = {
    "start": Route(start.start, Action.CHOOSE, counts=What.CODES),
    "menu": Route(start.menu, Action.CHOOSE, words("The menu"), reads=True),
    "book": Route(desk_visits.book_or_start, Action.BOOK, words("Book a visit"), reads=True),
    "mine": Route(mine.mine, Action.BOOK, words("My visits"), reads=True),
    "language": Route(start.ask_language, Action.CHOOSE, words("Change the language"), reads=True),
    "mydata": Route(privacy.my_data, Action.CHOOSE),
    "forgetme": Route(privacy.ask_forget, Action.CHOOSE, reads=True),
    "hide": Route(privacy.hide, Action.CHOOSE, words("Hide the messages of this chat")),
    "privacy": Route(privacy.notice, Action.CHOOSE, words("What I keep about you"), reads=True),
    "help": Route(start.help_screen, Action.CHOOSE, words("What you can do here"), reads=True),
    "choices": Route(choosing.see, Action.CHOOSE, words("What I send you"), reads=True),
    "alerts_on": Route(choosing.alerts_on, Action.CHOOSE),
    "alerts_off": Route(choosing.alerts_off, Action.CHOOSE),
    "today": Route(desk.today, Action.SEE_DAY, reads=True),
    "sheet": Route(day_sheet.sheet, Action.SEE_DAY),
    "open": Route(openings.open_times, Action.OPEN_SLOTS),
    "template": Route(openings.template, Action.OPEN_SLOTS),
    "slots": Route(slots.slots, Action.SEE_DAY, reads=True),
    "capacity": Route(slots.change, Action.OPEN_SLOTS),
    "holidays": Route(slots.list_holidays, Action.OPEN_SLOTS),
    "close": Route(closing.close_times, Action.CLOSE_TIME),
    "closures": Route(closing.closures, Action.SEE_DAY, reads=True),
    "desk": Route(desk_menu.desk, Action.SEE_DAY),
    "find": Route(desk_visits.find, Action.ACT_FOR, counts=What.CODES),
    "move": Route(desk_visits.move, Action.BOOK, counts=What.CODES),
    "cancel": Route(desk_visits.cancel, Action.BOOK, counts=What.CODES),
    "undo": Route(undoing.undo, Action.UNDO),
    "queue": Route(queue.queue, Action.SEE_DAY, reads=True),
    "here": Route(queue.here, Action.MARK_VISIT, counts=What.CODES),
    "walkin": Route(queue.walk_in, Action.MARK_VISIT, counts=What.CODES),
    "next": Route(queue.next_one, Action.MARK_VISIT),
    "late": Route(lateness.late, Action.MARK_VISIT),
    "done": Route(queue.done, Action.MARK_VISIT, counts=What.CODES),
    "noshow": Route(queue.no_show, Action.MARK_VISIT, counts=What.CODES),
    "feed": Route(feeds.feed, Action.FEED),
    "alert": Route(alerting.draft, Action.WRITE_ALERT),
    "alert_import": Route(alert_import.ask_file, Action.WRITE_ALERT),
    "alerts": Route(alert_running.list_alerts, Action.SEE_ALERTS, reads=True),
    "stop_alerts": Route(alert_running.stop_all, Action.STOP_ALERT),
    "pin": Route(pin.change, Action.KEEP_PIN),
    "export": Route(exporting.ask, Action.EXPORT),
    "invite": Route(roles.invite, Action.INVITE),
    "roles": Route(roles.list_roles, Action.SEE_ROLES, reads=True),
    "audit": Route(auditing.audit_log, Action.SEE_AUDIT),
    "content": Route(content.overview, Action.EDIT_CONTENT, reads=True),
    **handoff_buttons.COMMANDS,
    "signals": Route(signals.overview, Action.SEE_SIGNALS),
    "status": Route(status.status, Action.SEE_STATUS, reads=True),
}

BUTTONS: dict[type[Press], Route] = {**people_buttons.BUTTONS, **staff_buttons.BUTTONS, **handoff_buttons.BUTTONS}

STEPS: dict[str, Route] = {
    holding.NAMING: Route(holding.take_name, Action.BOOK),
    alerting.TYPING: Route(alerting.take_text, Action.WRITE_ALERT),
    alert_correcting.TYPING: Route(alert_correcting.take_text, Action.WRITE_ALERT),
    alert_time.STARTING: Route(alert_time.take_start, Action.WRITE_ALERT),
    alert_time.ENDING: Route(alert_time.take_end, Action.WRITE_ALERT),
    alert_extras.FILLING: Route(alert_extras.take_filling, Action.WRITE_ALERT),
    alert_extras.ATTACHING: Route(alert_extras.take_attachment, Action.WRITE_ALERT),
    pin.STEP: Route(pin.typed, Action.KEEP_PIN),
    desk_menu.TYPING: Route(desk_menu.take_line, Action.SEE_DAY),
    desk_visits.NAMING: Route(desk_visits.take_name, Action.ACT_FOR),
    desk_visits.MOVING: Route(desk_visits.take_move, Action.ACT_FOR),
    openings.NAMING: Route(openings.take_name, Action.OPEN_SLOTS),
    **handoff_buttons.STEPS,
}
"""Typed answers we may be waiting for."""

TAKES_MEDIA = {alert_extras.ATTACHING: STEPS[alert_extras.ATTACHING], **handoff_buttons.TAKES_MEDIA}
"""Steps that wait for a picture or a document. In any other, one is taken for a paper that nobody should send."""

desk_menu.COMMANDS.update({name: route.handler for name, route in COMMANDS.items()})

IMPORT = Route(alert_import.take_file, Action.WRITE_ALERT)
"""An XML document of an operator."""
ASK = Route(asking.answer_text, Action.ASK, reads=True)
"""Every other text."""

_lost = [kind.__name__ for kind in PRESSES.values() if kind not in BUTTONS]
if _lost or any(
    route.action not in RULES for route in (*COMMANDS.values(), *BUTTONS.values(), *STEPS.values(), IMPORT)
):
    raise RuntimeError(f"no route or no rule: {_lost}")


def run(route: Route, request: Request, pressed: Press | None) -> Awaitable[Screen]:
    """Call a route's handler as it wants to be called."""
    arguments: tuple[Any, ...] = (request,) if pressed is None else (request, pressed)
    return route.handler(*arguments)
