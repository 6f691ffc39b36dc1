"""Every "no" and its sentence. An exception that is not in this table is a bug."""

from collections.abc import Awaitable, Callable
from typing import Any

from alerts import refusals as alert_refusals
from handlers.presses.visits import MyVisits, StartBooking
from handlers.request import Request
from handlers.screen import Button, Rows, Screen, column
from handlers.screens.booking import other_times
from handlers.screens.start import language_first, menu_button
from locales.catalogue import Html, Translator
from locales.languages import NATIVE
from people import refusals as people_refusals
from scheduling import refusals as visit_refusals
from scheduling.booking import nearest_times
from storage.refusal import Refusal

Sentence = Callable[[Translator, Any], Html]

SENTENCES: dict[type[Refusal], Sentence] = {
    people_refusals.NotAllowed: lambda say, no: say("Sorry, only some clinic staff or operators can do this."),
    people_refusals.InviteUseless: lambda say, no: say("This link does not work (any more). Ask for a new one."),
    people_refusals.LanguageFirst: lambda say, no: say("Please choose your language first."),
    visit_refusals.SlotGone: lambda say, no: say("This time is not open any more. Please choose another one."),
    visit_refusals.TooLate: lambda say, no: say("This time is too near to book. Please choose a later one."),
    visit_refusals.SlotFull: lambda say, no: say("Someone has just taken the last place. These times are still free:"),
    visit_refusals.TooManyBookings: lambda say, no: say(
        "You already hold {limit} visits. Cancel one first, then you can book again.", limit=no.limit
    ),
    visit_refusals.Clash: lambda say, no: say("You have another visit at that time. Please choose another time."),
    visit_refusals.BookingGone: lambda say, no: say("This visit is not there any more. Here are your visits: /mine"),
    visit_refusals.CodeUnknown: lambda say, no: say(
        "I find no visit with the code {code} at your clinic.", code=no.code
    ),
    visit_refusals.NotYet: lambda say, no: say("This visit has not begun yet. It cannot be marked as missed."),
    visit_refusals.PlanEmpty: lambda say, no: say("The end must be after the beginning, with room for one visit."),
    visit_refusals.PlanTooLarge: lambda say, no: say(
        "That is more than {most}. Please check the numbers.", most=no.most
    ),
    visit_refusals.PlanPast: lambda say, no: say("That time is over, or too far ahead. Please check the day."),
    alert_refusals.AlertGone: lambda say, no: say("This alert cannot be changed any more. See: /alerts"),
    alert_refusals.TextTooLong: lambda say, no: say("The text is too long. It may have {most} letters.", most=no.most),
    alert_refusals.LanguagesMissing: lambda say, no: say(
        "People of the audience read these languages, and they have no text yet: {languages}",
        languages=", ".join(NATIVE[language] for language in no.languages),
    ),
    alert_refusals.NobodyToTell: lambda say, no: say("Nobody has turned alerts on yet."),
    alert_refusals.SecondPersonNeeded: lambda say, no: say("Another person must approve your alert."),
    alert_refusals.ChangedSince: lambda say, no: say("The text was changed after it was proposed. Propose it again."),
}


async def explain(request: Request, refusal: Refusal) -> Screen:
    """The refusal in the person's words, with a way on. Runs in a transaction of its own: the refused one is undone."""
    text = SENTENCES[type(refusal)](request.say, refusal)
    if isinstance(refusal, people_refusals.LanguageFirst):
        return language_first(text)
    way_on = WAYS_ON.get(type(refusal))
    rows = await way_on(request, refusal) if way_on else ()
    return Screen(text, (*rows, (menu_button(request.say),)), fresh=True)


async def _nearest(request: Request, refusal: visit_refusals.SlotFull) -> Rows:
    clinic = request.house.clinics.clinics[refusal.clinic_id]
    slots = await nearest_times(request.session, refusal.clinic_id, refusal.service, refusal.wanted, request.now)
    return (*other_times(request.say, clinic, slots), *await _book(request, refusal))


async def _book(request: Request, _refusal: Refusal) -> Rows:
    return column(Button(request.say.label("📅 Book a visit"), StartBooking()))


async def _mine(request: Request, _refusal: Refusal) -> Rows:
    return column(Button(request.say.label("🗓 My visits"), MyVisits()))


WAYS_ON: dict[type[Refusal], Callable[[Request, Any], Awaitable[Rows]]] = {
    visit_refusals.SlotFull: _nearest,
    visit_refusals.SlotGone: _book,
    visit_refusals.TooLate: _book,
    visit_refusals.Clash: _mine,
    visit_refusals.TooManyBookings: _mine,
    visit_refusals.BookingGone: _mine,
}
