"""A visit: its short notice, its ticket in the chat, the list of visits, what can be done with one."""

from dataclasses import replace
from datetime import date, timedelta

from handlers.presses.booking import CancelLater
from handlers.presses.visits import (
    AskCancel,
    CancelVisit,
    Coming,
    MoveVisit,
    MyVisits,
    PastVisits,
    ShowVisit,
    StartBooking,
)
from handlers.presses.waiting import MyWaiting
from handlers.screen import Button, Screen, column
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import Html, Translator, together
from locales.formats import long_day, moment, short_moment
from scheduling.booking import Visit
from scheduling.clinics import Clinic, Clinics


def reminder(say: Translator, sentence: Html, one: Visit) -> Screen:
    """A short notice with one tap for whoever is coming; the press names the time that was shown."""
    notice = short_notice(say, sentence, one)
    coming = Button(say.label("✅ I am coming"), Coming(one.booking.id, one.booking.moves))
    return replace(notice, rows=((coming,), *notice.rows))


def coming(say: Translator, sentence: Html, one: Visit) -> Screen:
    """Thank you, and the same bare line."""
    thanks = say("✅ Thank you. The clinic knows that you are coming.")
    notice = short_notice(say, together([thanks, sentence]), one)
    return replace(notice, toast=say.label("✅ Thank you."))


def other_time(say: Translator, sentence: Html, one: Visit) -> Screen:
    """The message was about a time that the visit does not have any more."""
    return reminder(say, together([say("This visit has another time now:"), sentence]), one)


def short_notice(say: Translator, sentence: Html, one: Visit) -> Screen:
    """A message that tells a stranger who glances at the phone nothing: details come after a tap."""
    rows = column(Button(say.label("Show details"), ShowVisit(one.booking.id)))
    change = (
        Button(say.label("🔁 Move"), MoveVisit(one.booking.id, 0)),
        Button(say.label("✖️ Cancel"), AskCancel(one.booking.id)),
    )
    return Screen(sentence, (*rows, change), protect=True)


def covered(say: Translator) -> Screen:
    """Where details stood ten minutes ago, once there is nothing to say about a visit in one bare line."""
    rows = column(Button(say.label("Show details"), MyVisits()), menu_button(say))
    return Screen(say("Tap to see the details again."), rows, protect=True)


def day_sentence(say: Translator, day: date, today: date, time: str, code: str, reminder: bool) -> Html:
    """`Tomorrow 09:30` where that is true, the date in full otherwise: worded as it is read, not as it was written."""
    if day == today:
        told = (
            say("Reminder: today at {time}, Thai time.", time=time)
            if reminder
            else say("Today at {time}, Thai time.", time=time)
        )
    elif day == today + timedelta(days=1):
        told = (
            say("Reminder: tomorrow at {time}, Thai time.", time=time)
            if reminder
            else say("Tomorrow at {time}, Thai time.", time=time)
        )
    else:
        told = say("{day}, {time}, Thai time.", day=long_day(day, say.language), time=time)
    return together([told, say("Your code: <b>{code}</b>", code=code)], "\n")


def mine(say: Translator, visits: list[Visit], clinics: Clinics) -> Screen:
    """The visits to come; what they are for is shown after a tap."""
    book = Button(say.label("📅 Book a visit"), StartBooking())
    if not visits:
        return Screen(
            together([say("You have no visits to come."), emergency_line(say)]),
            column(book, _waiting(say), _past(say), menu_button(say)),
            protect=True,
        )
    buttons = [
        Button(_visit_label(say, one, clinics.clinics[one.slot.clinic_id]), ShowVisit(one.booking.id)) for one in visits
    ]
    text = together([say("<b>My visits</b>"), say("Tap a visit to see, move or cancel it."), emergency_line(say)])
    return Screen(text, column(*buttons, book, _waiting(say), _past(say), menu_button(say)), private=True)


def _waiting(say: Translator) -> Button:
    return Button(say.label("⏳ Waiting list"), MyWaiting())


def _past(say: Translator) -> Button:
    return Button(say.label("Earlier visits"), PastVisits())


def _visit_label(say: Translator, one: Visit, clinic: Clinic) -> str:
    return f"{short_moment(one.slot.starts_at, clinic.zone, say.language)} · {one.booking.code}"


def ask_cancel(say: Translator, one: Visit, clinic: Clinic) -> Screen:
    """Asked once, so that a slip of the thumb loses no place."""
    when = moment(one.slot.starts_at, clinic.zone, say.language)
    text = say("Cancel the visit on {when}? Someone else can then have the place.", when=when)
    rows = column(
        Button(say.label("Yes, cancel it"), CancelVisit(one.booking.id)),
        Button(say.label("Yes, and all later ones too"), CancelLater(one.booking.id)) if one.booking.series else None,
        Button(say.label("No, keep it"), ShowVisit(one.booking.id)),
    )
    return Screen(text, rows, protect=True)


def cancelled(say: Translator, remove: Button | None = None) -> Screen:
    """Given up, without reproach; `remove` takes one visit out of the phone's own calendar."""
    text = say("The visit is cancelled. Thank you for telling us. You can book again at any time.")
    rows = column(Button(say.label("📅 Book a visit"), StartBooking()), remove, menu_button(say))
    return Screen(together([text, emergency_line(say)]), rows)
