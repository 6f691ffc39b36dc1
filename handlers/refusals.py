"""Every "no" and its sentence. An exception that is not in this table is a bug."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from alerts import refusals as alert_refusals
from handlers.presses.visits import MyVisits, StartBooking
from handlers.request import Request
from handlers.screen import Button, Rows, Screen, column
from handlers.screens.booking import other_times
from handlers.screens.start import language_first, menu_button
from locales.catalogue import Html, Translator
from locales.formats import span
from locales.languages import NATIVE
from people import refusals as people_refusals
from scheduling import refusals as visit_refusals
from scheduling.booking import nearest_times
from storage.refusal import Refusal

Sentence = Callable[[Translator, Any], Html]

SENTENCES: dict[type[Refusal], Sentence] = {
    people_refusals.NotAllowed: lambda say, no: say("Sorry, only some clinic staff or operators can do this."),
    people_refusals.InviteUseless: lambda say, no: say("This link does not work (any more). Ask for a new one."),
    people_refusals.LastOwner: lambda say, no: say(
        "This is the only owner. Invite another owner first: /invite. Then this role can end."
    ),
    people_refusals.LanguageFirst: lambda say, no: say("Please choose your language first."),
    people_refusals.TooManyTries: lambda say, no: say(
        "You have tried many times in a short time. You can try again in {span}."
        " If it cannot wait, call the clinic, go there, or ask a health worker.",
        span=span(timedelta(minutes=no.minutes), say.language),
    ),
    people_refusals.TooManyGuesses: lambda say, no: say(
        "Several codes or links did not work. You can try again in {span}."
        " If you are not sure, please ask the person who gave it to you.",
        span=span(timedelta(minutes=no.minutes), say.language),
    ),
    people_refusals.PinNeeded: lambda say, no: say("This needs your PIN first: /pin"),
    people_refusals.WeakPin: lambda say, no: say("This PIN is easy to guess. Please choose another one."),
    people_refusals.SecondPersonNeeded: lambda say, no: say("Another person must approve what you asked for."),
    people_refusals.ChangedSince: lambda say, no: say(
        "This is not what was proposed any more, so nothing was done. Please propose it again."
    ),
    people_refusals.ApprovalGone: lambda say, no: say(
        "This does not wait for approval any more. Nothing was done now."
    ),
    people_refusals.NobodyToApprove: lambda say, no: say(
        "This takes two people, and nobody else could approve it yet. Please ask the owner to invite a second person."
    ),
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
    people_refusals.TooManyTries: _mine,
}

MISSES: frozenset[type[Refusal]] = frozenset({visit_refusals.CodeUnknown, people_refusals.InviteUseless})
"""What a code or a link that does not work comes to: counted as a guess."""
