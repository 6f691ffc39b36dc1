"""The call list of a clinic's day, with a tick for each call; and the names to call out, one at a time."""

from datetime import date

from handlers.lines import at_clinic
from handlers.presses.calling import SeeCalls, SeeNames, TickCall
from handlers.request import Request
from handlers.screen import Screen
from handlers.screens import calling as screens
from people.authority import Action
from scheduling import calling, rules, store
from scheduling.rules import Status


async def see_calls(request: Request, pressed: SeeCalls) -> Screen:
    """Whom to call before a day."""
    await at_clinic(request, Action.SEE_DAY, pressed.clinic)
    return await _list(request, pressed.clinic, pressed.day)


async def tick(request: Request, pressed: TickCall) -> Screen:
    """Note that somebody was called, or take that back. Who comes second is told that it was done."""
    clinic_id = await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    slot, news = await calling.tick(
        request.session, request.known.id, pressed.booking_id, clinic_id, pressed.called, now=request.now
    )
    day = slot.starts_at.astimezone(request.house.clinics.clinics[slot.clinic_id].zone).date()
    done_before = request.say.label("A colleague has noted this call already.")
    return await _list(request, slot.clinic_id, day, "" if news or not pressed.called else done_before)


async def see_names(request: Request, pressed: SeeNames) -> Screen:
    """Which visits of a day have a name to call out."""
    await at_clinic(request, Action.MARK_VISIT, pressed.clinic)
    clinic = request.house.clinics.clinics[pressed.clinic]
    span = rules.day_bounds(pressed.day, clinic.zone)
    found = await store.visits_between(request.session, pressed.clinic, *span, Status.STANDING, Status.NO_SHOW)
    named = [(booking, slot) for booking, slot, _ in found if booking.name]
    return screens.names(request.say, clinic, pressed.clinic, pressed.day, named)


async def _list(request: Request, clinic_id: str, day: date, toast: str = "") -> Screen:
    clinic = request.house.clinics.clinics[clinic_id]
    calls = await calling.calls_of_day(request.session, clinic_id, day, clinic, request.now)
    return screens.call_list(request.say, clinic, clinic_id, day, calls, toast)
