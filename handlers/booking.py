"""Booking a visit: clinic, service, day, time. And the consent that comes before the first one."""

from datetime import date

from handlers.choosing import switched
from handlers.presses.booking import NoPlaces, Soonest
from handlers.presses.choosing import Agree
from handlers.presses.visits import PickClinic, PickDay, PickService, StartBooking
from handlers.request import Request
from handlers.screen import Button, Rows, Screen
from handlers.screens import choosing as screens
from handlers.screens.choosing import DayButtons
from handlers.screens.privacy import consent
from handlers.screens.start import outdated
from locales.catalogue import Html
from people import choices
from scheduling import finding
from scheduling.clinics import Clinic

LISTED = 10
"""The soonest times in one list."""


async def start(request: Request) -> Screen:
    """`/book`: which clinic; before the first visit, whether we may keep it."""
    return ask_consent(request) or screens.choose_clinic(request.say, request.house.clinics)


def ask_consent(request: Request) -> Screen | None:
    """What is asked before anything is kept for a person; None when they have agreed."""
    if choices.has_agreed(request.known):
        return None
    return consent(request.say, Button(request.say.label("Yes, I agree"), Agree("book")))


async def press_start(request: Request, _pressed: StartBooking) -> Screen:
    """The same by button."""
    return await start(request)


async def agree(request: Request, pressed: Agree) -> Screen:
    """Note the consent and go on to what it was asked for."""
    await choices.agree(request.session, request.known, request.now)
    if pressed.purpose in list(choices.ASKS_CONSENT):
        return await switched(request, choices.Choice(pressed.purpose))
    return screens.choose_clinic(request.say, request.house.clinics)


async def pick_clinic(request: Request, pressed: PickClinic) -> Screen:
    """Which service."""
    if pressed.clinic not in request.house.clinics.clinics:
        return outdated(request.say)
    return screens.choose_service(request.say, request.house.clinics, pressed.clinic)


async def pick_service(request: Request, pressed: PickService) -> Screen:
    """Which day: the soonest times and a month of the calendar."""
    if _offered(request, pressed.clinic, pressed.service) is None:
        return outdated(request.say)
    days = DayButtons(request.say, pressed.clinic, pressed.service)
    title = _named(request, pressed.service)
    return await calendar(request, title, pressed.clinic, pressed.service, days, pressed.page)


async def calendar(request: Request, title: Html, clinic_id: str, service: str, days: DayButtons, page: int) -> Screen:
    """The calendar of one service, to book (`days` of a clinic) or to move (`days` of a visit)."""
    clinic = request.house.clinics.clinics[clinic_id]
    times = await finding.free(request.session, clinic_id, service, clinic, request.now)
    if not times:
        ways = await other_ways(request, clinic_id, service) if days.booking_id is None else ()
        return screens.no_day(request.say, title, days, ways)
    today = request.now.astimezone(clinic.zone).date()
    places = finding.by_day(times, clinic)
    return screens.choose_day(request.say, title, clinic, days, places, times, today, page)


async def soonest(request: Request, pressed: Soonest) -> Screen:
    """The next free times in one list."""
    clinic = _offered(request, pressed.clinic, pressed.service)
    if clinic is None:
        return outdated(request.say)
    times = await finding.free(request.session, pressed.clinic, pressed.service, clinic, request.now)
    days = DayButtons(request.say, pressed.clinic, pressed.service)
    title = _named(request, pressed.service)
    if not times:
        return screens.no_day(request.say, title, days, await other_ways(request, pressed.clinic, pressed.service))
    return screens.choose_soonest(request.say, title, clinic, times[:LISTED], days)


async def pick_day(request: Request, pressed: PickDay) -> Screen:
    """Which time."""
    clinic = _offered(request, pressed.clinic, pressed.service)
    if clinic is None:
        return outdated(request.say)
    days = DayButtons(request.say, pressed.clinic, pressed.service)
    return await times_of(request, pressed.clinic, pressed.service, pressed.day, days)


async def times_of(request: Request, clinic_id: str, service: str, day: date, days: DayButtons) -> Screen:
    """The free times of one day."""
    clinic = request.house.clinics.clinics[clinic_id]
    slots = await finding.free_times(request.session, clinic_id, service, day, clinic, request.now)
    return screens.choose_time(request.say, clinic, day, slots, days)


async def no_places(request: Request, _pressed: NoPlaces) -> Screen:
    """A dot of the calendar was tapped."""
    return Screen(toast=request.say.label("No free place on this day. Choose one with a number."))


async def other_ways(request: Request, clinic_id: str, service: str) -> Rows:
    """Where else, or the waiting list."""
    clinics = request.house.clinics
    others = await finding.elsewhere(request.session, clinics, clinic_id, service, request.now)
    return screens.other_ways(request.say, clinics, others, clinic_id, service)


def _named(request: Request, service: str) -> Html:
    return request.say("<b>{service}</b>", service=request.house.clinics.services[service].name[request.language])


def _offered(request: Request, clinic_id: str, service: str) -> Clinic | None:
    clinic = request.house.clinics.clinics.get(clinic_id)
    return clinic if clinic and service in clinic.services else None
