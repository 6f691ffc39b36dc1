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
    calling,
    closed_visits,
    closing,
    content,
    day_sheet,
    desk,
    desk_menu,
    desk_visits,
    exporting,
    feeds,
    holding,
    lateness,
    mine,
    openings,
    pin,
    previews,
    privacy,
    queue,
    roles,
    series,
    slots,
    start,
    ticket,
    undoing,
    waiting,
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
from handlers.presses.booking import (
    AskName,
    CancelLater,
    ChooseHow,
    KeepPlace,
    KeepSeries,
    NoPlaces,
    SeeSeries,
    Soonest,
)
from handlers.presses.calling import SeeCalls, SeeNames, SeeSheet, TickCall
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
from handlers.presses.closing import OtherDays, OtherTimes, TakeInstead, WantNone
from handlers.presses.content import DropQuestion, NeedsTopic, NextQuestion, TakeAsPhrasing
from handlers.presses.desk import (
    CallOff,
    CloseDay,
    ClosePart,
    ConfirmDesk,
    FindVisit,
    OpenDesk,
    RunDesk,
    RunVisit,
    SeeClosure,
    SeeClosures,
    SeeDay,
    SeeName,
    TypeDesk,
    TypeMove,
    TypeName,
    UndoLast,
)
from handlers.presses.exporting import ApproveExport, TakeBackExport
from handlers.presses.openings import (
    ChangeCapacity,
    EndOpening,
    ExtendOpening,
    FlipHoliday,
    ListOpenings,
    NameOpening,
    SeeHolidays,
    SeeSlots,
    ShowOpening,
    ShowSlot,
)
from handlers.presses.pin import ChoosePin, DeleteDigit, StopPin, TapKey
from handlers.presses.queue import (
    AddWalkIn,
    CallFor,
    CallNext,
    ChooseLate,
    HowLong,
    MarkDone,
    MarkGone,
    MarkMissing,
    PickNext,
    RunLate,
    SeeQueue,
)
from handlers.presses.ticket import MakeFeed, ShowFeed, StopFeed, TicketFile, TicketMap, TicketPicture
from handlers.presses.trust import AskRevoke, ListRoles, MakeInvite, PickInvite, RevokeRole, ShowLog, ShowRole
from handlers.presses.visits import (
    AskCancel,
    CancelVisit,
    Coming,
    ImHere,
    Late,
    MoveToDay,
    MoveToSlot,
    MoveVisit,
    MyVisits,
    PastVisits,
    PickClinic,
    PickDay,
    PickService,
    ShowPast,
    ShowVisit,
    StartBooking,
    TakeSlot,
    TellLate,
)
from handlers.presses.waiting import (
    DeclineOffer,
    EarlierTime,
    JoinWaiting,
    LeaveWaiting,
    MyWaiting,
    ShowOffer,
    TakeOffer,
    Wish,
    WishEarlier,
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
    "book": Route(desk_visits.book_or_start, Action.BOOK, words("Book a visit")),
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
    "sheet": Route(day_sheet.sheet, Action.SEE_DAY),
    "open": Route(openings.open_times, Action.OPEN_SLOTS),
    "template": Route(openings.template, Action.OPEN_SLOTS),
    "slots": Route(slots.slots, Action.SEE_DAY),
    "capacity": Route(slots.change, Action.OPEN_SLOTS),
    "holidays": Route(slots.list_holidays, Action.OPEN_SLOTS),
    "close": Route(closing.close_times, Action.CLOSE_TIME),
    "closures": Route(closing.closures, Action.SEE_DAY),
    "desk": Route(desk_menu.desk, Action.SEE_DAY),
    "find": Route(desk_visits.find, Action.ACT_FOR, counts=What.CODES),
    "move": Route(desk_visits.move, Action.BOOK, counts=What.CODES),
    "cancel": Route(desk_visits.cancel, Action.BOOK, counts=What.CODES),
    "undo": Route(undoing.undo, Action.UNDO),
    "queue": Route(queue.queue, Action.SEE_DAY),
    "here": Route(queue.here, Action.MARK_VISIT, counts=What.CODES),
    "walkin": Route(queue.walk_in, Action.MARK_VISIT, counts=What.CODES),
    "next": Route(queue.next_one, Action.MARK_VISIT),
    "late": Route(lateness.late, Action.MARK_VISIT),
    "done": Route(queue.done, Action.MARK_VISIT, counts=What.CODES),
    "noshow": Route(queue.no_show, Action.MARK_VISIT, counts=What.CODES),
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
    Soonest: Route(booking.soonest, Action.BOOK),
    NoPlaces: Route(booking.no_places, Action.BOOK),
    TakeSlot: Route(holding.take_slot, Action.BOOK, counts=What.HOLDS),
    ChooseHow: Route(holding.choose_how, Action.BOOK, counts=What.HOLDS),
    AskName: Route(holding.ask_name, Action.BOOK),
    KeepPlace: Route(holding.keep, Action.BOOK, counts=What.BOOKINGS),
    SeeSeries: Route(series.see, Action.BOOK, counts=What.HOLDS),
    KeepSeries: Route(series.keep, Action.BOOK, counts=What.BOOKINGS),
    CancelLater: Route(series.cancel_later, Action.BOOK),
    MyVisits: Route(mine.press_mine, Action.BOOK),
    ShowVisit: Route(mine.show, Action.BOOK),
    MoveVisit: Route(mine.move, Action.BOOK),
    MoveToDay: Route(mine.move_to_day, Action.BOOK),
    MoveToSlot: Route(mine.move_to_slot, Action.BOOK, counts=What.BOOKINGS),
    AskCancel: Route(mine.ask_cancel, Action.BOOK),
    CancelVisit: Route(mine.cancel, Action.BOOK),
    Coming: Route(mine.coming, Action.BOOK),
    TellLate: Route(mine.tell_late, Action.BOOK),
    Late: Route(mine.late, Action.BOOK),
    ImHere: Route(mine.here, Action.BOOK),
    PastVisits: Route(mine.past, Action.BOOK),
    ShowPast: Route(mine.show_past, Action.BOOK),
    SeeCalls: Route(calling.see_calls, Action.SEE_DAY),
    TickCall: Route(calling.tick, Action.MARK_VISIT),
    SeeNames: Route(calling.see_names, Action.MARK_VISIT),
    SeeSheet: Route(day_sheet.see_sheet, Action.SEE_DAY),
    JoinWaiting: Route(waiting.join, Action.BOOK),
    Wish: Route(waiting.wish, Action.BOOK),
    EarlierTime: Route(waiting.earlier, Action.BOOK),
    WishEarlier: Route(waiting.wish_earlier, Action.BOOK),
    MyWaiting: Route(waiting.mine, Action.BOOK),
    LeaveWaiting: Route(waiting.leave, Action.BOOK),
    ShowOffer: Route(waiting.show_offer, Action.BOOK),
    TakeOffer: Route(waiting.take, Action.BOOK),
    DeclineOffer: Route(waiting.decline, Action.BOOK),
    TicketPicture: Route(ticket.picture, Action.BOOK),
    TicketFile: Route(ticket.file, Action.BOOK),
    TicketMap: Route(ticket.place, Action.BOOK),
    ShowFeed: Route(feeds.show, Action.FEED),
    MakeFeed: Route(feeds.make, Action.FEED),
    StopFeed: Route(feeds.stop, Action.FEED),
    SeeDay: Route(desk.see_day, Action.SEE_DAY),
    TakeInstead: Route(closed_visits.take, Action.BOOK, counts=What.BOOKINGS),
    OtherDays: Route(closed_visits.other_days, Action.BOOK),
    OtherTimes: Route(closed_visits.other_times, Action.BOOK),
    WantNone: Route(closed_visits.want_none, Action.BOOK),
    OpenDesk: Route(desk_menu.open_desk, Action.SEE_DAY),
    SeeQueue: Route(queue.see, Action.SEE_DAY),
    CallNext: Route(queue.press_next, Action.MARK_VISIT),
    CallFor: Route(queue.press_for, Action.MARK_VISIT),
    PickNext: Route(queue.pick_next, Action.MARK_VISIT),
    MarkDone: Route(queue.mark_done, Action.MARK_VISIT),
    MarkGone: Route(queue.mark_gone, Action.MARK_VISIT),
    MarkMissing: Route(queue.mark_missing, Action.MARK_VISIT),
    AddWalkIn: Route(queue.press_walk_in, Action.MARK_VISIT),
    ChooseLate: Route(lateness.choose_late, Action.MARK_VISIT),
    RunLate: Route(lateness.press_late, Action.MARK_VISIT),
    HowLong: Route(queue.how_long, Action.BOOK),
    RunDesk: Route(desk_menu.run, Action.SEE_DAY),
    TypeDesk: Route(desk_menu.type_line, Action.SEE_DAY),
    CloseDay: Route(closing.close_day, Action.CLOSE_TIME),
    ClosePart: Route(closing.close_part, Action.CLOSE_TIME),
    SeeClosures: Route(closing.see_closures, Action.SEE_DAY),
    SeeClosure: Route(closing.see_closure, Action.SEE_DAY),
    FindVisit: Route(desk_visits.find_visit, Action.ACT_FOR),
    RunVisit: Route(desk_visits.run, Action.ACT_FOR),
    SeeName: Route(desk_visits.see_name, Action.ACT_FOR),
    TypeName: Route(desk_visits.type_name, Action.ACT_FOR),
    TypeMove: Route(desk_visits.type_move, Action.ACT_FOR),
    CallOff: Route(desk_visits.call_off, Action.ACT_FOR),
    UndoLast: Route(undoing.press_undo, Action.UNDO),
    ConfirmDesk: Route(previews.confirm, Action.OPEN_SLOTS),
    SeeSlots: Route(slots.see_slots, Action.SEE_DAY),
    ShowSlot: Route(slots.show_slot, Action.SEE_DAY),
    ChangeCapacity: Route(slots.press_change, Action.OPEN_SLOTS),
    ListOpenings: Route(openings.list_openings, Action.OPEN_SLOTS),
    ShowOpening: Route(openings.show, Action.OPEN_SLOTS),
    EndOpening: Route(openings.ask_end, Action.OPEN_SLOTS),
    ExtendOpening: Route(openings.ask_extend, Action.OPEN_SLOTS),
    NameOpening: Route(openings.ask_name, Action.OPEN_SLOTS),
    SeeHolidays: Route(slots.see_holidays, Action.OPEN_SLOTS),
    FlipHoliday: Route(slots.flip, Action.OPEN_SLOTS),
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
    holding.NAMING: Route(holding.take_name, Action.BOOK),
    alerting.TYPING: Route(alerting.take_text, Action.WRITE_ALERT),
    pin.STEP: Route(pin.typed, Action.KEEP_PIN),
    desk_menu.TYPING: Route(desk_menu.take_line, Action.SEE_DAY),
    desk_visits.NAMING: Route(desk_visits.take_name, Action.ACT_FOR),
    desk_visits.MOVING: Route(desk_visits.take_move, Action.ACT_FOR),
    openings.NAMING: Route(openings.take_name, Action.OPEN_SLOTS),
}
"""Typed answers we may be waiting for."""

desk_menu.COMMANDS.update({name: route.handler for name, route in COMMANDS.items()})

ASK = Route(asking.answer_text, Action.ASK)
"""Every other text."""

_lost = [kind.__name__ for kind in PRESSES.values() if kind not in BUTTONS]
if _lost or any(route.action not in RULES for route in (*COMMANDS.values(), *BUTTONS.values(), *STEPS.values())):
    raise RuntimeError(f"no route or no rule: {_lost}")


def run(route: Route, request: Request, pressed: Press | None) -> Awaitable[Screen]:
    """Call a route's handler as it wants to be called."""
    arguments: tuple[Any, ...] = (request,) if pressed is None else (request, pressed)
    return route.handler(*arguments)
