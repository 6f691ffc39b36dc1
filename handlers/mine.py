"""My visits: see, move, cancel."""

from handlers import ticket
from handlers.presses.visits import AskCancel, CancelVisit, MoveToDay, MoveToSlot, MoveVisit, MyVisits, ShowVisit
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import booking as screens
from locales.formats import moment
from scheduling import booking, finding
from scheduling.booking import Visit
from scheduling.clinics import Clinic


async def mine(request: Request) -> Screen:
    """`/mine`."""
    visits = await booking.visits_to_come(request.session, request.known, request.now)
    return screens.mine(request.say, visits, request.house.clinics)


async def press_mine(request: Request, _pressed: MyVisits) -> Screen:
    """The same by button."""
    return await mine(request)


async def show(request: Request, pressed: ShowVisit) -> Screen:
    """One visit in full."""
    visit = await booking.own_visit(request.session, request.known, pressed.booking_id)
    return ticket.full(request, visit)


async def move(request: Request, pressed: MoveVisit) -> Screen:
    """Which other day. The old place stays until a new one is taken."""
    visit, clinic = await _visit(request, pressed.booking_id)
    slot = visit.slot
    places = await finding.free_days(request.session, slot.clinic_id, slot.service, clinic.zone, request.now)
    old = moment(slot.starts_at, clinic.zone, request.language)
    title = request.say("<b>Move your visit</b>\nNow: {old}. It stays yours until you choose a new time.", old=old)
    days = screens.DayButtons(request.say, booking_id=pressed.booking_id)
    return screens.choose_day(request.say, title, places, pressed.page, days)


async def move_to_day(request: Request, pressed: MoveToDay) -> Screen:
    """Which other time."""
    visit, clinic = await _visit(request, pressed.booking_id)
    slots = await finding.free_times(
        request.session, visit.slot.clinic_id, visit.slot.service, pressed.day, clinic.zone, request.now
    )
    days = screens.DayButtons(request.say, booking_id=pressed.booking_id)
    return screens.choose_time(request.say, clinic, pressed.day, slots, days)


async def move_to_slot(request: Request, pressed: MoveToSlot) -> Screen:
    """Take the new place, give back the old one."""
    clinics = request.house.clinics.clinics
    visit = await booking.move(
        request.session,
        request.known,
        pressed.booking_id,
        pressed.slot_id,
        zone=lambda clinic_id: clinics[clinic_id].zone,
        now=request.now,
    )
    return screens.kept(request.say, visit, clinics[visit.slot.clinic_id], moved=True)


async def ask_cancel(request: Request, pressed: AskCancel) -> Screen:
    """Cancel?"""
    visit, clinic = await _visit(request, pressed.booking_id)
    return screens.ask_cancel(request.say, visit, clinic)


async def cancel(request: Request, pressed: CancelVisit) -> Screen:
    """Give the place up."""
    await booking.cancel(request.session, request.known, pressed.booking_id, now=request.now)
    return screens.cancelled(request.say)


async def _visit(request: Request, booking_id: int) -> tuple[Visit, Clinic]:
    visit = await booking.own_visit(request.session, request.known, booking_id)
    return visit, request.house.clinics.clinics[visit.slot.clinic_id]
