"""My visits: see, move, cancel; I am coming, I am late, I am here; those that are over."""

from handlers import booking as choosing_days
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
    ShowPast,
    ShowVisit,
    TellLate,
)
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import booking as kept_screens
from handlers.screens import keeping as day_screens
from handlers.screens import ticket as tickets
from handlers.screens import visit as screens
from handlers.screens.choosing import DayButtons
from handlers.screens.queue import how_long_rows
from locales.catalogue import Html
from locales.formats import clock, moment
from scheduling import booking, keeping
from scheduling.booking import Visit
from scheduling.clinics import Clinic


async def mine(request: Request) -> Screen:
    """`/mine`."""
    visits = await keeping.visits_now(request.session, request.known, request.now)
    return screens.mine(request.say, visits, request.house.clinics)


async def press_mine(request: Request, _pressed: MyVisits) -> Screen:
    """The same by button."""
    return await mine(request)


async def show(request: Request, pressed: ShowVisit) -> Screen:
    """One visit in full, with what can be done on its day."""
    visit = await booking.own_visit(request.session, request.known, pressed.booking_id)
    house, say = request.house, request.say
    rows = (*day_screens.day_buttons(say, visit, request.now), *tickets.changes(say, visit))
    return tickets.ticket(say, house.catalogues.say("th"), visit, house.clinics, request.known.discreet, rows)


async def move(request: Request, pressed: MoveVisit) -> Screen:
    """Which other day. The old place stays until a new one is taken."""
    visit, clinic = await _visit(request, pressed.booking_id)
    slot = visit.slot
    old = moment(slot.starts_at, clinic.zone, request.language)
    title = request.say("<b>Move your visit</b>\nNow: {old}. It stays yours until you choose a new time.", old=old)
    days = DayButtons(request.say, booking_id=pressed.booking_id)
    return await choosing_days.calendar(request, title, slot.clinic_id, slot.service, days, pressed.page)


async def move_to_day(request: Request, pressed: MoveToDay) -> Screen:
    """Which other time."""
    visit, _ = await _visit(request, pressed.booking_id)
    days = DayButtons(request.say, booking_id=pressed.booking_id)
    return await choosing_days.times_of(request, visit.slot.clinic_id, visit.slot.service, pressed.day, days)


async def move_to_slot(request: Request, pressed: MoveToSlot) -> Screen:
    """Take the new place, give back the old one."""
    clinics = request.house.clinics
    visit = await booking.move(
        request.session, request.known, pressed.booking_id, pressed.slot_id, clinics=clinics, now=request.now
    )
    return kept_screens.kept(request.say, visit, clinics.clinics[visit.slot.clinic_id], moved=True)


async def ask_cancel(request: Request, pressed: AskCancel) -> Screen:
    """Cancel?"""
    visit, clinic = await _visit(request, pressed.booking_id)
    return screens.ask_cancel(request.say, visit, clinic)


async def cancel(request: Request, pressed: CancelVisit) -> Screen:
    """Give the place up."""
    await booking.cancel(request.session, request.known, pressed.booking_id, now=request.now)
    return screens.cancelled(request.say, tickets.remove_button(request.say, pressed.booking_id))


async def coming(request: Request, pressed: Coming) -> Screen:
    """I am coming: no more reminders of this time."""
    visit = await keeping.confirm(request.session, request.known, pressed.booking_id, pressed.moves, now=request.now)
    if visit:
        return screens.coming(request.say, _bare(request, visit), visit)
    visit, _ = await _visit(request, pressed.booking_id)
    return screens.other_time(request.say, _bare(request, visit), visit)


async def tell_late(request: Request, pressed: TellLate) -> Screen:
    """By how much?"""
    visit, clinic = await _visit(request, pressed.booking_id)
    return day_screens.choose_late(request.say, visit, clinic)


async def late(request: Request, pressed: Late) -> Screen:
    """By so much: the desk sees it."""
    visit = await keeping.say_late(request.session, request.known, pressed.booking_id, pressed.minutes, now=request.now)
    return day_screens.late_noted(request.say, visit, request.now)


async def here(request: Request, pressed: ImHere) -> Screen:
    """I am here: a number in the queue."""
    _, clinic = await _visit(request, pressed.booking_id)
    arrival = await keeping.arrive(
        request.session, request.known, pressed.booking_id, zone=clinic.zone, now=request.now
    )
    return day_screens.arrived(request.say, arrival, how_long_rows(request.say, arrival.entry.id))


async def past(request: Request, _pressed: PastVisits) -> Screen:
    """The visits that are over."""
    visits = await keeping.past_visits(request.session, request.known, request.now)
    return day_screens.past(request.say, visits, request.house.clinics)


async def show_past(request: Request, pressed: ShowPast) -> Screen:
    """One of them."""
    visit = await keeping.past_visit(request.session, request.known, pressed.booking_id, request.now)
    return day_screens.past_visit(request.say, visit, request.house.clinics)


def _bare(request: Request, visit: Visit) -> Html:
    """Time and code, and nothing that tells what it is about."""
    zone, starts_at = request.house.clinics.clinics[visit.slot.clinic_id].zone, visit.slot.starts_at
    day, today = starts_at.astimezone(zone).date(), request.now.astimezone(zone).date()
    return screens.day_sentence(request.say, day, today, clock(starts_at, zone), visit.booking.code, reminder=False)


async def _visit(request: Request, booking_id: int) -> tuple[Visit, Clinic]:
    visit = await booking.own_visit(request.session, request.known, booking_id)
    return visit, request.house.clinics.clinics[visit.slot.clinic_id]
