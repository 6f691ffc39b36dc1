"""Every "no" and its sentence. An exception that is not in this table is a bug."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from alerts import refusals as alert_refusals
from alerts.cap.refusals import CapUnusable
from handlers import handoff_refusals
from handlers.presses.booking import SeeSeries
from handlers.presses.closing import OtherDays
from handlers.presses.openings import SeeSlots
from handlers.presses.visits import MyVisits, StartBooking
from handlers.presses.waiting import MyWaiting, ShowOffer
from handlers.request import Request
from handlers.screen import Button, Rows, Screen, column
from handlers.screens.alert_import import fault as cap_fault
from handlers.screens.choosing import other_times, other_ways
from handlers.screens.start import language_first, menu_button
from locales.catalogue import Html, Translator
from locales.formats import long_day, span
from locales.languages import NATIVE
from people import refusals as people_refusals
from scheduling import finding
from scheduling import refusals as visit_refusals
from scheduling.rules import Whom
from storage.refusal import Refusal

Sentence = Callable[[Translator, Any], Html]

SENTENCES: dict[type[Refusal], Sentence] = {
    **handoff_refusals.SENTENCES,
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
    visit_refusals.SlotFull: lambda say, no: say(
        "Someone has just taken the last place. You can choose one of these instead:"
    ),
    visit_refusals.TooManyBookings: lambda say, no: say(
        "You already hold {limit:visit|visits}. Cancel one first, then you can book again.", limit=no.limit
    ),
    visit_refusals.Clash: lambda say, no: say("You have another visit at that time. Please choose another time."),
    visit_refusals.TheirClash: lambda say, no: say(
        "This person has another visit at that time, so nothing was done. Please choose another time."
    ),
    visit_refusals.TheirLimit: lambda say, no: say(
        "This person has {limit:other visit|other visits} by now, so nothing was done. "
        "One of them must be cancelled first.",
        limit=no.limit,
    ),
    visit_refusals.OtherPlans: lambda say, no: say(
        "{code} was noted as missed, and this person has booked or is offered another time since."
        " Give them a new number instead: /walkin",
        code=no.code,
    ),
    visit_refusals.TooManyLists: lambda say, no: say(
        "You are on {limit:waiting list|waiting lists} already. Leave one first, then you can join another.",
        limit=no.limit,
    ),
    visit_refusals.OfferGone: lambda say, no: (
        say("The clinic must close at that time, so this place is not there any more.")
        if no.closed
        else say("This place is not free any more. If you still wait, I write to you when another one is free.")
    ),
    visit_refusals.OfferStands: lambda say, no: say(
        "A place is kept for you at the moment. Please take it or say no first. Then you can book another time."
    ),
    visit_refusals.SeriesChanged: lambda say, no: say(
        "One of these times was just taken by someone else. Nothing was booked yet: please look at the list again."
    ),
    visit_refusals.BookingGone: lambda say, no: say("This visit is not there any more. Here are your visits: /mine"),
    visit_refusals.CodeUnknown: lambda say, no: say(
        "I find no visit with the code {code} at your clinic.", code=no.code
    ),
    visit_refusals.NotTimeYet: lambda say, no: say(
        "It is too early for this button. It works from {span} before your visit.",
        span=span(timedelta(hours=no.hours), say.language),
    ),
    visit_refusals.NotYet: lambda say, no: say("This visit has not begun yet. It cannot be marked as missed."),
    visit_refusals.NotToday: lambda say, no: say(
        "This visit is not today. It is on: {day}", day=long_day(no.day, say.language)
    ),
    visit_refusals.EntryOver: lambda say, no: say(
        "Number {number} was seen already, or has left. See: /queue", number=no.number
    ),
    visit_refusals.PlanEmpty: lambda say, no: say("The end must be after the beginning, with room for one visit."),
    visit_refusals.PlanTooLarge: lambda say, no: say(
        "That is more than {most}. Please check the numbers.", most=no.most
    ),
    visit_refusals.PlanPast: lambda say, no: say("That time is over, or too far ahead. Please check the day."),
    visit_refusals.PlanWithoutDays: lambda say, no: say(
        "None of these weekdays lies between the first and the last day. Please check the days."
    ),
    visit_refusals.NoPlaces: lambda say, no: say(
        "A time needs at least one place, such as {example}. To close a time, use /close.",
        example="x1",
    ),
    visit_refusals.ChangedMeanwhile: lambda say, no: say(
        "Somebody changed this in the meantime, so nothing was done. Please look at it again."
    ),
    visit_refusals.OpeningGone: lambda say, no: say("There is no such opening, or it is over. See: /template"),
    visit_refusals.ClosedAlready: lambda say, no: say("This time is closed already. See: /closures"),
    visit_refusals.KeptGone: lambda say, no: say("This time has just been taken. Please choose another one."),
    visit_refusals.NoSuchTime: lambda say, no: say("Nothing is open at exactly that time. See: /slots"),
    visit_refusals.VisitOver: lambda say, no: say(
        "The visit {code} is over or cancelled. It cannot be changed any more.", code=no.code
    ),
    visit_refusals.NothingToUndo: lambda say, no: say(
        "You changed nothing in the last 10 minutes that could be taken back."
    ),
    CapUnusable: lambda say, no: cap_fault(say, no.fault, no.detail),
    alert_refusals.AlertGone: lambda say, no: say("This alert cannot be changed any more. See: /alerts"),
    alert_refusals.NothingToCorrect: lambda say, no: say("No text differs from the one that was sent."),
    alert_refusals.TextTooLong: lambda say, no: (
        say(
            "With a picture or a document a text may have {most} letters. This one has {long}.",
            most=no.most,
            long=no.long,
        )
        if no.attached
        else say("The text is too long: it has {long} letters, and {most} are possible.", most=no.most, long=no.long)
    ),
    alert_refusals.TextEmpty: lambda say, no: say("There is no text yet. Please write one in each language."),
    alert_refusals.OtherLanguage: lambda say, no: say(
        "This looks like {found}, and I was waiting for {language}. Nothing was kept: please send it again.",
        found=NATIVE[no.found],
        language=NATIVE[no.language],
    ),
    alert_refusals.LanguagesMissing: lambda say, no: say(
        "People of the audience read these languages, and they have no text yet: {languages}",
        languages=", ".join(NATIVE[language] for language in no.languages),
    ),
    alert_refusals.HolesOpen: lambda say, no: say(
        "The text in {language} still has a gap: {holes}. Fill it first, or write the text anew.",
        language=NATIVE[no.language],
        holes=", ".join(f"{{{hole}}}" for hole in no.holes),
    ),
    alert_refusals.TextsTooLong: lambda say, no: say(
        "These texts are too long; {most} letters are possible: {languages}."
        " Please write them shorter, or send no picture or document with them.",
        most=no.most,
        languages=", ".join(NATIVE[language] for language in no.languages),
    ),
    alert_refusals.NobodyToTell: lambda say, no: (
        say("Nobody is in this audience. Please choose more languages or places.")
        if no.narrowed
        else say("Nobody has turned alerts on yet.")
    ),
    alert_refusals.WindowOver: lambda say, no: say(
        "Its time would be over before it could begin. Please choose another start, a longer time, or a later end."
    ),
    alert_refusals.TimePast: lambda say, no: say("That moment is over. Please choose one that is still to come."),
    alert_refusals.TimeTooFar: lambda say, no: say(
        "That is too far ahead: an alert can be planned for the next {days} days.", days=no.days
    ),
    alert_refusals.EndsBeforeStart: lambda say, no: say(
        "Then it would end before it begins. Please choose a later end, or an earlier start."
    ),
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
    session, clinics, clinic_id, service = request.session, request.house.clinics, refusal.clinic_id, refusal.service
    clinic = clinics.clinics[clinic_id]
    slots = await finding.nearest(session, clinic_id, service, refusal.wanted, clinic, request.now)
    others = await finding.elsewhere(session, clinics, clinic_id, service, request.now)
    ways = other_ways(request.say, clinics, others, clinic_id, service)
    return (*other_times(request.say, clinic, slots), *ways, *await _book(request, refusal))


async def _other_days(request: Request, refusal: visit_refusals.KeptGone) -> Rows:
    return column(Button(request.say.label("🕐 Other times"), OtherDays(refusal.booking_id, 0)))


async def _times(request: Request, refusal: visit_refusals.NoSuchTime) -> Rows:
    zone = request.house.clinics.clinics[refusal.clinic_id].zone
    day = refusal.wanted.astimezone(zone).date()
    return column(Button(request.say.label("🕐 Times of that day"), SeeSlots(refusal.clinic_id, refusal.service, day)))


async def _book(request: Request, _refusal: Refusal) -> Rows:
    return column(Button(request.say.label("📅 Book a visit"), StartBooking()))


async def _lists(request: Request, _refusal: Refusal) -> Rows:
    return column(Button(request.say.label("⏳ Waiting list"), MyWaiting()))


async def _offer(request: Request, refusal: visit_refusals.OfferStands) -> Rows:
    return column(Button(request.say.label("✅ See the free place"), ShowOffer(refusal.offer_id)))


async def _series(request: Request, no: visit_refusals.SeriesChanged) -> Rows:
    again = SeeSeries(no.slot_id, no.whom == Whom.FAMILY, no.interpreter)
    return column(Button(request.say.label("📅 Look again"), again))


async def _mine(request: Request, _refusal: Refusal) -> Rows:
    return column(Button(request.say.label("🗓 My visits"), MyVisits()))


WAYS_ON: dict[type[Refusal], Callable[[Request, Any], Awaitable[Rows]]] = {
    visit_refusals.SlotFull: _nearest,
    visit_refusals.KeptGone: _other_days,
    visit_refusals.NoSuchTime: _times,
    visit_refusals.SeriesChanged: _series,
    visit_refusals.SlotGone: _book,
    visit_refusals.TooLate: _book,
    visit_refusals.Clash: _mine,
    visit_refusals.TooManyBookings: _mine,
    visit_refusals.TooManyLists: _lists,
    visit_refusals.OfferGone: _lists,
    visit_refusals.OfferStands: _offer,
    visit_refusals.BookingGone: _mine,
    people_refusals.TooManyTries: _mine,
}

MISSES: frozenset[type[Refusal]] = frozenset({visit_refusals.CodeUnknown, people_refusals.InviteUseless})
"""What a code or a link that does not work comes to: counted as a guess."""
