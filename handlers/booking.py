"""Booking a visit: clinic, service, day, time, kept. And the consent that comes before the first one."""

from handlers.presses.choosing import Agree, SwitchAlerts
from handlers.presses.visits import PickClinic, PickDay, PickService, StartBooking, TakeSlot
from handlers.request import Request
from handlers.screen import Button, Screen
from handlers.screens import booking as screens
from handlers.screens.privacy import consent
from handlers.screens.start import outdated
from handlers.start import switch_alerts
from people import choices
from scheduling import booking, finding


async def start(request: Request) -> Screen:
    """`/book`: which clinic; before the first visit, whether we may keep it."""
    if not choices.has_agreed(request.known):
        return consent(request.say, Button(request.say.label("Yes, I agree"), Agree("book")))
    return screens.choose_clinic(request.say, request.house.clinics)


async def press_start(request: Request, _pressed: StartBooking) -> Screen:
    """The same by button."""
    return await start(request)


async def agree(request: Request, pressed: Agree) -> Screen:
    """Note the consent and go on to what it was asked for."""
    await choices.agree(request.session, request.known, request.now)
    if pressed.purpose == "alerts":
        return await switch_alerts(request, SwitchAlerts(True))
    return screens.choose_clinic(request.say, request.house.clinics)


async def pick_clinic(request: Request, pressed: PickClinic) -> Screen:
    """Which service."""
    if pressed.clinic not in request.house.clinics.clinics:
        return outdated(request.say)
    return screens.choose_service(request.say, request.house.clinics, pressed.clinic)


async def pick_service(request: Request, pressed: PickService) -> Screen:
    """Which day."""
    clinic = request.house.clinics.clinics.get(pressed.clinic)
    if clinic is None or pressed.service not in clinic.services:
        return outdated(request.say)
    places = await finding.free_days(request.session, pressed.clinic, pressed.service, clinic.zone, request.now)
    days = screens.DayButtons(request.say, pressed.clinic, pressed.service)
    service = request.house.clinics.services[pressed.service]
    title = request.say("<b>{service}</b>", service=service.name[request.language])
    return screens.choose_day(request.say, title, places, pressed.page, days)


async def pick_day(request: Request, pressed: PickDay) -> Screen:
    """Which time."""
    clinic = request.house.clinics.clinics.get(pressed.clinic)
    if clinic is None or pressed.service not in clinic.services:
        return outdated(request.say)
    slots = await finding.free_times(
        request.session, pressed.clinic, pressed.service, pressed.day, clinic.zone, request.now
    )
    days = screens.DayButtons(request.say, pressed.clinic, pressed.service)
    return screens.choose_time(request.say, clinic, pressed.day, slots, days)


async def take_slot(request: Request, pressed: TakeSlot) -> Screen:
    """Keep the pressed time for whoever pressed it."""
    if not choices.has_agreed(request.known):
        return consent(request.say, Button(request.say.label("Yes, I agree"), Agree("book")))
    clinics = request.house.clinics
    visit = await booking.book(
        request.session,
        request.known,
        pressed.slot_id,
        zone=lambda clinic_id: clinics.clinics[clinic_id].zone,
        now=request.now,
        new_code=request.house.new_code,
    )
    return screens.kept(request.say, visit, clinics.clinics[visit.slot.clinic_id])
