"""`/feed [clinic]`: the secret address of a clinic's calendar, for its lead."""

from handlers.presses.ticket import MakeFeed, ShowFeed, StopFeed
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import feeds as screens
from handlers.screens.start import outdated
from people import store
from people.authority import Action, clinics_of
from people.recognise import require
from people.refusals import NotAllowed
from scheduling import feeds
from storage.tables import Person

PATH = "/calendar/{token}.ics"
"""Where the web server answers."""


async def feed(request: Request) -> Screen:
    """`/feed [clinic]`: what the address is, and whether there is one."""
    if not request.house.web_url:
        return screens.no_web(request.say)
    mine = clinics_of(await store.grants_of(request.session, request.known.id), Action.FEED)
    mine = [clinic for clinic in mine if clinic in request.house.clinics.clinics]
    if not mine:
        raise NotAllowed
    named = [clinic for clinic in mine if request.text.strip().casefold() in _names(request, clinic)]
    if len(named or mine) > 1:
        return screens.choose_clinic(request.say, request.house.clinics, mine)
    return await _about(request, (named or mine)[0])


async def show(request: Request, pressed: ShowFeed) -> Screen:
    """The same for a chosen clinic."""
    return await _about(request, pressed.clinic)


async def make(request: Request, pressed: MakeFeed) -> Screen:
    """The new address. Two taps make two, and the one on the screen is the one that works."""
    if pressed.clinic not in request.house.clinics.clinics or not request.house.web_url:
        return outdated(request.say)
    lead = await _lead(request, pressed.clinic)
    secret = request.house.new_secret
    token = await feeds.make(request.session, lead, pressed.clinic, now=request.now, new_secret=secret)
    address = f"{request.house.web_url}{PATH.format(token=token)}?lang={request.language}"
    return screens.made(request.say, pressed.clinic, request.house.clinics.clinics[pressed.clinic], address)


async def stop(request: Request, pressed: StopFeed) -> Screen:
    """End it."""
    lead = await _lead(request, pressed.clinic)
    await feeds.stop(request.session, lead, pressed.clinic, now=request.now)
    return screens.stopped(request.say, pressed.clinic)


async def _about(request: Request, clinic_id: str) -> Screen:
    if clinic_id not in request.house.clinics.clinics:
        return outdated(request.say)
    await _lead(request, clinic_id)
    made_at = await feeds.made_at(request.session, clinic_id)
    return screens.about(request.say, clinic_id, request.house.clinics.clinics[clinic_id], made_at)


async def _lead(request: Request, clinic_id: str) -> Person:
    return await require(request.session, request.person, Action.FEED, clinic_id, now=request.now)


def _names(request: Request, clinic_id: str) -> set[str]:
    clinic = request.house.clinics.clinics[clinic_id]
    return {name.casefold() for name in (clinic_id, *clinic.aliases, *clinic.name.values())}
