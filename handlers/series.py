"""Visits that belong together: listed before anything is booked, booked by one tap, given up by one tap."""

from handlers.booking import ask_consent
from handlers.holding import LISTED, details_of, due, understood
from handlers.presses.booking import CancelLater, ChooseHow, KeepPlace, KeepSeries, SeeSeries
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import booking as screens
from handlers.screens import visit as visit_screens
from handlers.screens.start import outdated
from people import dialogue
from scheduling import holding, series
from scheduling.booking import Details
from scheduling.rules import Whom


async def see(request: Request, pressed: SeeSeries) -> Screen:
    """Find a time for each repeat visit and list them all."""
    if not understood(pressed.language):
        return outdated(request.say)
    if asked := ask_consent(request):
        return asked
    session, person, clinics = request.session, request.known, request.house.clinics
    held = await holding.hold(session, person, pressed.slot_id, clinics=clinics, now=request.now, family=pressed.family)
    how = ChooseHow(pressed.slot_id, pressed.family, pressed.language)
    if held.visit:
        return screens.kept_already(request.say, held.visit, clinics.clinics[held.slot.clinic_id], how)
    if not due(request, held.slot):
        return outdated(request.say)
    details = await details_of(request, how)
    found = await series.find(session, person, held.slot, details, clinics=clinics, now=request.now)
    slots = [held.slot, *(each.slot for each in found if each.slot)]
    draft = {
        "slot": pressed.slot_id,
        "slots": [slot.id for slot in slots],
        "whom": details.whom,
        "language": details.interpreter,
        "name": details.name,
    }
    step = await dialogue.begin(session, person.id, LISTED, draft, request.now)
    alone = KeepPlace(pressed.slot_id, pressed.family, pressed.language, bool(details.name))
    missing = [each.due for each in found if each.slot is None]
    return screens.series(request.say, clinics.clinics[held.slot.clinic_id], slots, missing, step.nonce, alone)


async def keep(request: Request, pressed: KeepSeries) -> Screen:
    """Book all that was listed; a second tap shows the same visits."""
    if asked := ask_consent(request):
        return asked
    step = await dialogue.current(request.session, request.known.id, request.now, pressed.nonce)
    if step is None or step[0] != LISTED:
        return screens.list_outdated(request.say)
    draft, clinics = step[1], request.house.clinics
    visits = await series.book(
        request.session,
        request.known,
        draft["slots"],
        Details(Whom(draft["whom"]), draft["language"], draft["name"]),
        clinics=clinics,
        now=request.now,
        new_code=request.house.new_code,
    )
    return screens.kept_series(request.say, visits, clinics.clinics[visits[0].slot.clinic_id])


async def cancel_later(request: Request, pressed: CancelLater) -> Screen:
    """Give up this visit of a series and all after it."""
    await series.cancel_later(request.session, request.known, pressed.booking_id, now=request.now)
    return visit_screens.cancelled(request.say)
