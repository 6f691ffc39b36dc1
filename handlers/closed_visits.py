"""What people answer when the clinic has ended their visit: the kept place, another time, or none."""

from handlers.presses.closing import OtherDays, OtherTimes, TakeInstead, WantNone
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import booking as booking_screens
from handlers.screens import closed_visits as screens
from scheduling import answering, finding


async def take(request: Request, pressed: TakeInstead) -> Screen:
    """Take the kept place, or another time; the ticket follows."""
    clinics = request.house.clinics
    visit = await answering.take_instead(
        request.session, request.known, pressed.booking_id, pressed.slot_id, clinics=clinics, now=request.now
    )
    return booking_screens.kept(request.say, visit, clinics.clinics[visit.slot.clinic_id], moved=True)


async def other_days(request: Request, pressed: OtherDays) -> Screen:
    """Which other day. The kept place stays until another one is taken."""
    closed = await answering.closed_visit(request.session, request.known, pressed.booking_id)
    slot, clinics = closed.visit.slot, request.house.clinics
    clinic = clinics.clinics[slot.clinic_id]
    places = await finding.free_days(request.session, slot.clinic_id, slot.service, clinic, request.now)
    return screens.other_days(request.say, pressed.booking_id, places, pressed.page)


async def other_times(request: Request, pressed: OtherTimes) -> Screen:
    """Which other time."""
    closed = await answering.closed_visit(request.session, request.known, pressed.booking_id)
    slot, clinics = closed.visit.slot, request.house.clinics
    clinic = clinics.clinics[slot.clinic_id]
    slots = await finding.free_times(request.session, slot.clinic_id, slot.service, pressed.day, clinic, request.now)
    return screens.other_times(request.say, clinic, pressed.booking_id, pressed.day, slots)


async def want_none(request: Request, pressed: WantNone) -> Screen:
    """No other time."""
    await answering.want_none(request.session, request.known, pressed.booking_id, now=request.now)
    return screens.none_wanted(request.say)
