"""`/feed [clinic]`: the secret address of a clinic's calendar, for its lead."""

from handlers.presses.ticket import MakeFeed, ShowFeed, StopFeed
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import feeds as screens
from people import scope
from people.authority import Action
from scheduling import feeds
from scheduling.clinics import Clinic

PATH = "/calendar/{token}.ics"
"""Where the web server answers."""


async def feed(request: Request) -> Screen:
    """`/feed [clinic]`: what the address is, and whether there is one."""
    known = request.house.clinics.clinics
    mine = await scope.clinics(request.session, request.person, Action.FEED, known)
    typed = request.text.strip().casefold()
    named = [clinic_id for clinic_id, clinic in known.items() if typed in _names(clinic_id, clinic)]
    if not named and len(mine) > 1:
        return screens.choose_clinic(request.say, request.house.clinics, mine)
    return await _about(request, (named or mine)[0])


async def show(request: Request, pressed: ShowFeed) -> Screen:
    """The same for a chosen clinic."""
    return await _about(request, pressed.clinic)


async def make(request: Request, pressed: MakeFeed) -> Screen:
    """The new address. Two taps make two, and the one on the screen is the one that works."""
    clinic_id = await _own(request, pressed.clinic)
    if not request.house.web_url:
        return screens.no_web(request.say)
    secret = request.house.new_secret
    token = await feeds.make(request.session, request.known, clinic_id, now=request.now, new_secret=secret)
    address = f"{request.house.web_url}{PATH.format(token=token)}?lang={request.language}"
    return screens.made(request.say, clinic_id, request.house.clinics.clinics[clinic_id], address)


async def stop(request: Request, pressed: StopFeed) -> Screen:
    """End it."""
    clinic_id = await _own(request, pressed.clinic)
    await feeds.stop(request.session, request.known, clinic_id, now=request.now)
    return screens.stopped(request.say, clinic_id)


async def _about(request: Request, named: str) -> Screen:
    clinic_id = await _own(request, named)
    if not request.house.web_url:
        return screens.no_web(request.say)
    made_at = await feeds.made_at(request.session, clinic_id)
    return screens.about(request.say, clinic_id, request.house.clinics.clinics[clinic_id], made_at)


async def _own(request: Request, named: str) -> str:
    known = request.house.clinics.clinics
    return await scope.clinic(request.session, request.person, Action.FEED, known, named, now=request.now)


def _names(clinic_id: str, clinic: Clinic) -> set[str]:
    return {name.casefold() for name in (clinic_id, *clinic.aliases, *clinic.name.values())}
