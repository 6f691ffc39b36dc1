"""Staff act for one person: find a visit by its code, book for somebody at the desk, move, cancel, name to call."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers import booking, desk_menu, previews
from handlers.desk import read_code
from handlers.lines import at_clinic, my_clinics, read_change, read_line
from handlers.presses.desk import CallOff, FindVisit, RunVisit, SeeName, TypeMove, TypeName
from handlers.reasons import read_reason
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import desk as desk_screens
from handlers.screens import desk_visits as screens
from handlers.screens.start import outdated, unknown_command
from people import dialogue
from people.authority import Action
from people.refusals import LanguageFirst, NotAllowed
from scheduling import acting
from scheduling.acting import Found
from scheduling.rules import Status

NAMING = "desk-name"
MOVING = "desk-move"
"""Typed steps."""
ABOUT_VISITS = frozenset({"here", "noshow", "done"})
"""Commands about one visit that may stand as buttons on it."""


async def find(request: Request) -> Screen:
    """`/find CODE`."""
    mine = await my_clinics(request, Action.ACT_FOR)
    if not request.text.strip():
        return desk_screens.not_understood(request.say, "", screens.FIND_EXAMPLE)
    return _shown(request, await acting.find(request.session, read_code(request.text), mine))


async def find_visit(request: Request, pressed: FindVisit) -> Screen:
    """One visit by button."""
    return _shown(request, await _pressed(request, pressed.booking_id))


async def run(request: Request, pressed: RunVisit) -> Screen:
    """A command of the queue, about this visit."""
    one = await _pressed(request, pressed.booking_id)
    handler = desk_menu.COMMANDS.get(pressed.command) if pressed.command in ABOUT_VISITS else None
    if handler is None:
        return outdated(request.say)
    return await handler(replace(request, text=one.visit.booking.code))


async def see_name(request: Request, pressed: SeeName) -> Screen:
    """What to call out for this one visit; noted in the audit log."""
    one = await _pressed(request, pressed.booking_id)
    visit = one.visit
    name = await acting.reveal_name(request.session, request.known.id, visit.booking, visit.slot, request.now)
    return screens.name(request.say, one, name)


async def type_name(request: Request, pressed: TypeName) -> Screen:
    """Wait for a name to call."""
    await _pressed(request, pressed.booking_id)
    draft = {"booking_id": pressed.booking_id}
    await dialogue.begin(request.session, request.known.id, NAMING, draft, request.now)
    return screens.ask_name(request.say)


async def take_name(request: Request) -> Screen:
    """The name that was typed."""
    one = await _pressed(request, request.draft.get("booking_id", 0))
    await acting.name_visit(request.session, one.visit.booking.id, request.text)
    await dialogue.end(request.session, request.known.id)
    return _shown(request, one)


async def book_or_start(request: Request) -> Screen:
    """`/book`: for oneself; with a time behind it, by staff, for somebody at the desk."""
    if not request.text.strip() or not await _works_here(request):
        return await booking.start(request)
    return await book(request)


async def book(request: Request) -> Screen:
    """`/book mae-sot vaccination friday 09:00`: preview."""
    read = await read_change(request, "slot_line", Action.ACT_FOR, screens.BOOK_EXAMPLE)
    if isinstance(read, Screen):
        return read
    line, clinic_id = read
    clinic = request.house.clinics.clinics[clinic_id]
    if not line.service or line.day is None or line.at is None:
        return desk_screens.not_understood(request.say, "", screens.BOOK_EXAMPLE)
    if line.service not in clinic.services:
        return desk_screens.not_understood(request.say, line.service, screens.BOOK_EXAMPLE)
    at = datetime.combine(line.day, line.at, clinic.zone)
    slot, over = await acting.time_for(request.session, clinic_id, line.service, at, request.now)
    draft = {"clinic_id": clinic_id, "slot": slot.id, "over": over}
    nonce = await previews.begin(request, "desk-book", draft)
    return screens.preview_book(request.say, request.house.clinics, slot, over, nonce)


async def _book(request: Request, draft: dict[str, Any]) -> list[Any]:
    visit = await acting.book_for(
        request.session,
        request.known.id,
        draft["slot"],
        draft["over"],
        now=request.now,
        new_code=request.house.new_code,
    )
    return [draft["clinic_id"], visit.booking.id, visit.booking.code, visit.slot.starts_at.isoformat()]


def _booked(request: Request, clinic_id: str, *done: Any) -> Screen:
    return screens.booked(request.say, request.house.clinics.clinics[clinic_id], clinic_id, *done)


previews.register("desk-book", Action.ACT_FOR, _book, _booked)


async def move(request: Request) -> Screen:
    """`/move CODE friday 10:00`: preview."""
    typed = await _typed(request, screens.MOVE_EXAMPLE)
    return typed if isinstance(typed, Screen) else await _ask_move(request, *typed)


async def type_move(request: Request, pressed: TypeMove) -> Screen:
    """By button: wait for the other time."""
    one = await _pressed(request, pressed.booking_id)
    draft = {"booking_id": pressed.booking_id}
    await dialogue.begin(request.session, request.known.id, MOVING, draft, request.now)
    return screens.ask_move(request.say, one)


async def take_move(request: Request) -> Screen:
    """The other time that was typed: preview."""
    return await _ask_move(request, await _pressed(request, request.draft.get("booking_id", 0)), request.text)


async def _ask_move(request: Request, one: Found, text: str) -> Screen:
    acting.refuse_over(one, Status.STANDING, Status.CLOSED)
    clinic_id, service = one.visit.slot.clinic_id, one.visit.slot.service
    clinic = request.house.clinics.clinics[clinic_id]
    line = read_line(request, "slot_line", clinic_id, screens.MOVE_EXAMPLE, text)
    if isinstance(line, Screen):
        return line
    odd = next(
        (said for said, meant in ((line.clinic, clinic_id), (line.service, service)) if said and said != meant), ""
    )
    if odd or line.day is None or line.at is None:
        return desk_screens.not_understood(request.say, odd or "", screens.MOVE_EXAMPLE)
    at = datetime.combine(line.day, line.at, clinic.zone)
    slot, over = await acting.time_for(request.session, clinic_id, service, at, request.now)
    await acting.refuse_move(request.session, one.visit.booking, slot, request.now)
    draft = {"clinic_id": clinic_id, "booking": one.visit.booking.id, "slot": slot.id, "over": over}
    nonce = await previews.begin(request, "desk-move", draft)
    return screens.preview_move(request.say, request.house.clinics, one, slot, over, nonce)


async def _move(request: Request, draft: dict[str, Any]) -> list[Any]:
    visit = await acting.move_for(
        request.session,
        request.known.id,
        draft["booking"],
        draft["slot"],
        draft["over"],
        clinics=request.house.clinics,
        now=request.now,
    )
    told = visit.booking.person_id is not None
    return [draft["clinic_id"], visit.booking.code, visit.slot.starts_at.isoformat(), told]


def _moved(request: Request, clinic_id: str, *done: Any) -> Screen:
    return screens.moved(request.say, request.house.clinics.clinics[clinic_id], clinic_id, *done)


previews.register("desk-move", Action.ACT_FOR, _move, _moved)


async def cancel(request: Request) -> Screen:
    """`/cancel CODE reason`: preview."""
    typed = await _typed(request, screens.CANCEL_EXAMPLE)
    if isinstance(typed, Screen):
        return typed
    one, rest = typed
    acting.refuse_over(one, Status.STANDING)
    if not rest.strip():
        return screens.which_reason(request.say, one)
    reason = read_reason(rest)
    if not reason:
        return desk_screens.not_understood(request.say, rest.strip(), screens.CANCEL_EXAMPLE)
    return await _ask_cancel(request, one, reason)


async def call_off(request: Request, pressed: CallOff) -> Screen:
    """By button: choose a reason, then preview."""
    one = await _pressed(request, pressed.booking_id)
    acting.refuse_over(one, Status.STANDING)
    if pressed.reason not in acting.REASONS:
        return screens.which_reason(request.say, one)
    return await _ask_cancel(request, one, pressed.reason)


async def _ask_cancel(request: Request, one: Found, reason: str) -> Screen:
    draft = {"clinic_id": one.visit.slot.clinic_id, "booking": one.visit.booking.id, "reason": reason}
    nonce = await previews.begin(request, "desk-cancel", draft)
    return screens.preview_cancel(request.say, request.house.clinics, one, reason, nonce)


async def _cancel(request: Request, draft: dict[str, Any]) -> list[Any]:
    visit = await acting.call_off(request.session, request.known.id, draft["booking"], draft["reason"], now=request.now)
    return [draft["clinic_id"], visit.booking.code, visit.booking.person_id is not None]


previews.register("desk-cancel", Action.ACT_FOR, _cancel, lambda request, *done: screens.cancelled(request.say, *done))


async def _works_here(request: Request) -> bool:
    try:
        return bool(await my_clinics(request, Action.ACT_FOR))
    except (NotAllowed, LanguageFirst):
        return False


async def _typed(request: Request, example: str) -> tuple[Found, str] | Screen:
    """The visit whose code was typed, and what stands behind it; a Screen for who works nowhere, or typed no code."""
    if not await _works_here(request):
        return unknown_command(request.say)
    mine = await my_clinics(request, Action.ACT_FOR)
    code, _, rest = request.text.strip().partition(" ")
    if not code:
        return desk_screens.not_understood(request.say, "", example)
    return await acting.find(request.session, read_code(code), mine), rest


async def _pressed(request: Request, booking_id: int) -> Found:
    """The visit of a button, if it is at a clinic of whoever pressed it."""
    one = await acting.found_by_id(request.session, booking_id)
    await at_clinic(request, Action.ACT_FOR, one.visit.slot.clinic_id if one else "")
    if one is None:
        raise NotAllowed
    return one


def _shown(request: Request, one: Found) -> Screen:
    known = frozenset(ABOUT_VISITS & desk_menu.COMMANDS.keys())
    return screens.found(request.say, request.house.clinics, one, known)
