"""The map: every command, button and typed step, its handler, and the action it stands for.

A route without an action cannot be written down. Whether the action is allowed is checked in the use case,
against the person, at the moment of acting.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers import (
    alerting,
    asking,
    auditing,
    booking,
    content,
    desk,
    exporting,
    feeds,
    mine,
    pin,
    privacy,
    roles,
    start,
    ticket,
)
from handlers.press_codec import PRESSES, Press
from handlers.presses.alerting import (
    AlertReport,
    ApproveAlert,
    DiscardAlert,
    ProposeAlert,
    StopAlert,
    TakeBackAlert,
    WriteAlert,
)
from handlers.presses.asking import (
    BrowseTopics,
    Emergency,
    EmergencyRooms,
    Helped,
    KeepQuestion,
    Listen,
    NoneOfThese,
    OpenCategory,
    OtherLanguages,
    ShowEmergencyRoom,
    ShowThai,
    ShowTopic,
)
from handlers.presses.choosing import (
    AcceptInvite,
    Agree,
    AskForget,
    AskTakeBack,
    ChangeLanguage,
    ChooseLanguage,
    ChooseScript,
    ForgetMe,
    HideMessages,
    OpenMenu,
    SharePhone,
    SwitchAlerts,
    TakeBack,
)
from handlers.presses.content import DropQuestion, NeedsTopic, NextQuestion, TakeAsPhrasing
from handlers.presses.desk import ConfirmDesk, SeeDay
from handlers.presses.exporting import ApproveExport, TakeBackExport
from handlers.presses.pin import ChoosePin, DeleteDigit, StopPin, TapKey
from handlers.presses.ticket import MakeFeed, ShowFeed, StopFeed, TicketFile, TicketMap, TicketPicture
from handlers.presses.trust import AskRevoke, ListRoles, MakeInvite, PickInvite, RevokeRole, ShowLog, ShowRole
from handlers.presses.visits import (
    AskCancel,
    CancelVisit,
    MoveToDay,
    MoveToSlot,
    MoveVisit,
    MyVisits,
    PickClinic,
    PickDay,
    PickService,
    ShowVisit,
    StartBooking,
    TakeSlot,
)
from handlers.request import Request
from handlers.screen import Screen
from locales.catalogue import words
from people.authority import RULES, Action
from people.limits import What


@dataclass(frozen=True)
class Route:
    """One way in. `handler` takes the request, and for buttons the press."""

    handler: Callable[..., Awaitable[Screen]]
    action: Action
    listed: str = ""
    """What Telegram's command menu says; empty: not in the menu."""
    counts: What | None = None
    """What each try is counted as; None: only as an update. A code is tried where something follows the command."""


COMMANDS: dict[str, Route] = {
    "start": Route(start.start, Action.CHOOSE, counts=What.CODES),
    "menu": Route(start.menu, Action.CHOOSE, words("The menu")),
    "book": Route(booking.start, Action.BOOK, words("Book a visit")),
    "mine": Route(mine.mine, Action.BOOK, words("My visits")),
    "language": Route(start.ask_language, Action.CHOOSE, words("Change the language")),
    "mydata": Route(privacy.my_data, Action.CHOOSE),
    "forgetme": Route(privacy.ask_forget, Action.CHOOSE),
    "hide": Route(privacy.hide, Action.CHOOSE, words("Hide the messages of this chat")),
    "privacy": Route(privacy.notice, Action.CHOOSE, words("What I keep about you")),
    "help": Route(start.help_screen, Action.CHOOSE, words("What you can do here")),
    "alerts_on": Route(start.alerts_on, Action.CHOOSE),
    "alerts_off": Route(start.alerts_off, Action.CHOOSE),
    "today": Route(desk.today, Action.SEE_DAY),
    "open": Route(desk.open_times, Action.OPEN_SLOTS),
    "close": Route(desk.close_times, Action.CLOSE_TIME),
    "noshow": Route(desk.no_show, Action.MARK_VISIT, counts=What.CODES),
    "feed": Route(feeds.feed, Action.FEED),
    "alert": Route(alerting.draft, Action.WRITE_ALERT),
    "alerts": Route(alerting.list_alerts, Action.SEE_ALERTS),
    "pin": Route(pin.change, Action.KEEP_PIN),
    "export": Route(exporting.ask, Action.EXPORT),
    "invite": Route(roles.invite, Action.INVITE),
    "roles": Route(roles.list_roles, Action.SEE_ROLES),
    "audit": Route(auditing.audit_log, Action.SEE_AUDIT),
    "content": Route(content.overview, Action.EDIT_CONTENT),
}

BUTTONS: dict[type[Press], Route] = {
    ChangeLanguage: Route(lambda request, _press: start.ask_language(request), Action.CHOOSE),
    OpenMenu: Route(lambda request, _press: start.menu(request), Action.CHOOSE),
    ChooseLanguage: Route(start.choose_language, Action.CHOOSE),
    AcceptInvite: Route(start.accept_invite, Action.CHOOSE, counts=What.CODES),
    SharePhone: Route(start.share_phone, Action.CHOOSE),
    SwitchAlerts: Route(start.switch_alerts, Action.CHOOSE),
    Agree: Route(booking.agree, Action.CHOOSE),
    HideMessages: Route(privacy.press_hide, Action.CHOOSE),
    AskTakeBack: Route(lambda request, _press: privacy.ask_take_back(request), Action.CHOOSE),
    TakeBack: Route(privacy.take_back, Action.CHOOSE),
    AskForget: Route(lambda request, _press: privacy.ask_forget(request), Action.CHOOSE),
    ForgetMe: Route(privacy.forget_me, Action.CHOOSE),
    Emergency: Route(asking.emergency, Action.ASK),
    EmergencyRooms: Route(asking.emergency_rooms, Action.ASK),
    ShowEmergencyRoom: Route(asking.emergency_room, Action.ASK),
    ShowThai: Route(asking.show_thai, Action.ASK),
    NoneOfThese: Route(asking.none_of_these, Action.ASK),
    BrowseTopics: Route(asking.browse, Action.ASK),
    OpenCategory: Route(asking.open_category, Action.ASK),
    ShowTopic: Route(asking.show_topic, Action.ASK),
    OtherLanguages: Route(content.other_languages, Action.ASK),
    Listen: Route(content.listen, Action.ASK),
    Helped: Route(content.helped, Action.ASK),
    KeepQuestion: Route(content.keep_question, Action.ASK),
    ChooseScript: Route(content.choose_script, Action.CHOOSE),
    NextQuestion: Route(content.next_question, Action.EDIT_CONTENT),
    TakeAsPhrasing: Route(content.take_as_phrasing, Action.EDIT_CONTENT),
    NeedsTopic: Route(content.needs_topic, Action.EDIT_CONTENT),
    DropQuestion: Route(content.drop_question, Action.EDIT_CONTENT),
    StartBooking: Route(booking.press_start, Action.BOOK),
    PickClinic: Route(booking.pick_clinic, Action.BOOK),
    PickService: Route(booking.pick_service, Action.BOOK),
    PickDay: Route(booking.pick_day, Action.BOOK),
    TakeSlot: Route(booking.take_slot, Action.BOOK, counts=What.BOOKINGS),
    MyVisits: Route(mine.press_mine, Action.BOOK),
    ShowVisit: Route(mine.show, Action.BOOK),
    MoveVisit: Route(mine.move, Action.BOOK),
    MoveToDay: Route(mine.move_to_day, Action.BOOK),
    MoveToSlot: Route(mine.move_to_slot, Action.BOOK, counts=What.BOOKINGS),
    AskCancel: Route(mine.ask_cancel, Action.BOOK),
    CancelVisit: Route(mine.cancel, Action.BOOK),
    TicketPicture: Route(ticket.picture, Action.BOOK),
    TicketFile: Route(ticket.file, Action.BOOK),
    TicketMap: Route(ticket.place, Action.BOOK),
    ShowFeed: Route(feeds.show, Action.FEED),
    MakeFeed: Route(feeds.make, Action.FEED),
    StopFeed: Route(feeds.stop, Action.FEED),
    SeeDay: Route(desk.see_day, Action.SEE_DAY),
    ConfirmDesk: Route(desk.confirm, Action.OPEN_SLOTS),
    WriteAlert: Route(alerting.choose_language, Action.WRITE_ALERT),
    DiscardAlert: Route(alerting.discard, Action.WRITE_ALERT),
    ProposeAlert: Route(alerting.propose, Action.PROPOSE_ALERT),
    TakeBackAlert: Route(alerting.take_back, Action.WRITE_ALERT),
    ApproveAlert: Route(alerting.approve, Action.APPROVE_ALERT),
    StopAlert: Route(alerting.stop, Action.STOP_ALERT),
    AlertReport: Route(alerting.show_report, Action.SEE_ALERTS),
    ApproveExport: Route(exporting.approve, Action.EXPORT),
    TakeBackExport: Route(exporting.take_back, Action.EXPORT),
    ChoosePin: Route(pin.choose, Action.KEEP_PIN),
    TapKey: Route(pin.tap, Action.KEEP_PIN),
    DeleteDigit: Route(pin.delete, Action.KEEP_PIN),
    StopPin: Route(pin.stop, Action.KEEP_PIN),
    PickInvite: Route(roles.pick_invite, Action.INVITE),
    MakeInvite: Route(roles.make_invite, Action.INVITE),
    ListRoles: Route(roles.list_roles, Action.SEE_ROLES),
    ShowRole: Route(roles.show_role, Action.SEE_ROLES),
    AskRevoke: Route(roles.ask_revoke, Action.SEE_ROLES),
    RevokeRole: Route(roles.revoke, Action.REVOKE),
    ShowLog: Route(auditing.show_log, Action.SEE_AUDIT),
}

STEPS: dict[str, Route] = {
    alerting.TYPING: Route(alerting.take_text, Action.WRITE_ALERT),
    pin.STEP: Route(pin.typed, Action.KEEP_PIN),
}
"""Typed answers we may be waiting for."""

ASK = Route(asking.answer_text, Action.ASK)
"""Every other text."""

_lost = [kind.__name__ for kind in PRESSES.values() if kind not in BUTTONS]
if _lost or any(route.action not in RULES for route in (*COMMANDS.values(), *BUTTONS.values(), *STEPS.values())):
    raise RuntimeError(f"no route or no rule: {_lost}")


def run(route: Route, request: Request, pressed: Press | None) -> Awaitable[Screen]:
    """Call a route's handler as it wants to be called."""
    arguments: tuple[Any, ...] = (request,) if pressed is None else (request, pressed)
    return route.handler(*arguments)
