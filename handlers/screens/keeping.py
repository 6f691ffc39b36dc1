"""On the day of a visit: late, here. And the visits that are over. Nothing but times, codes and numbers until a tap."""

from datetime import datetime

from handlers.presses.visits import ImHere, Late, MyVisits, PastVisits, ShowPast, ShowVisit, StartBooking, TellLate
from handlers.screen import Button, Rows, Screen, column, grid
from handlers.screens.start import emergency_line, menu_button
from locales.catalogue import NOTHING, Translator, together, words
from locales.formats import clock, moment, short_moment
from scheduling import keeping
from scheduling.booking import Visit
from scheduling.clinics import Clinic, Clinics
from scheduling.keeping import Arrival
from scheduling.rules import Status

ENDED = {
    Status.STANDING: words("This visit is over."),
    Status.DONE: words("You were at the clinic for this visit."),
    Status.NO_SHOW: words("The clinic noted that this visit did not take place. You can book again at any time."),
    Status.CANCELLED: words("You cancelled this visit."),
    Status.CLOSED: words("The clinic had to cancel this visit."),
}


def day_buttons(say: Translator, one: Visit, now: datetime) -> Rows:
    """What one can say on the day of a visit."""
    here = Button(say.label("📍 I am here"), ImHere(one.booking.id)) if keeping.can_arrive(one.slot, now) else None
    late = Button(say.label("⏰ Running late"), TellLate(one.booking.id))
    return column(here, late if keeping.can_be_late(one.slot, now) else None)


def choose_late(say: Translator, one: Visit, clinic: Clinic) -> Screen:
    """By how much?"""
    buttons = [
        Button(say.label("{count:minute|minutes}", count=minutes), Late(one.booking.id, minutes))
        for minutes in keeping.LATE
    ]
    text = say("How late will you be for {time}?", time=clock(one.slot.starts_at, clinic.zone))
    rows = (*grid(buttons, 2), *column(Button(say.label("◀ Back"), ShowVisit(one.booking.id))))
    return Screen(text, rows, protect=True)


def late_noted(say: Translator, one: Visit, now: datetime) -> Screen:
    """The desk knows."""
    text = say(
        "⏰ Thank you. The clinic now knows that you will be about {count:minute|minutes} late."
        " Please come: your place stays yours.",
        count=one.booking.late_minutes,
    )
    return Screen(text, (*day_buttons(say, one, now), *_back(say)), protect=True)


def arrived(say: Translator, arrival: Arrival, rows: Rows = ()) -> Screen:
    """The number in the queue. `rows` are what can be asked while waiting."""
    number = say("📍 <b>Welcome. Your number is {number}.</b>", number=arrival.entry.number)
    if arrival.entry.state == "done":
        return Screen(number, _back(say), protect=True)
    before = (
        say("People who came before you: {count}", count=arrival.before)
        if arrival.before
        else say("Nobody is waiting before you.")
    )
    called = say("You are called by your number or by your code {code}.", code=arrival.visit.booking.code)
    urgent = say("If you feel worse, tell the staff at once.")
    return Screen(together([number, before, called, urgent]), (*rows, *_back(say)), protect=True)


def past(say: Translator, visits: list[Visit], clinics: Clinics) -> Screen:
    """The visits of the last thirty days; what they were for is shown after a tap."""
    back = column(Button(say.label("◀ Back"), MyVisits()), menu_button(say))
    if not visits:
        return Screen(say("You had no visit in the last 30 days."), back, protect=True)
    buttons = [
        Button(
            f"{short_moment(one.slot.starts_at, clinics.clinics[one.slot.clinic_id].zone, say.language)}"
            f" · {one.booking.code}",
            ShowPast(one.booking.id),
        )
        for one in visits
    ]
    note = say("I keep them for 30 days, then I delete them.")
    text = together([say("<b>Your visits of the last 30 days</b>"), note])
    return Screen(text, (*column(*buttons), *back), private=True)


def past_visit(say: Translator, one: Visit, clinics: Clinics) -> Screen:
    """One of them."""
    clinic = clinics.clinics.get(one.slot.clinic_id)
    service = clinics.services.get(one.slot.service)
    zone = clinic.zone if clinic else next(iter(clinics.clinics.values())).zone
    lines = [
        say("<b>{service}</b>", service=service.name[say.language]) if service else NOTHING,
        say("{clinic}", clinic=clinic.name[say.language]) if clinic else NOTHING,
        say("{moment} (Thai time)", moment=moment(one.slot.starts_at, zone, say.language)),
        say("Code: <b>{code}</b>", code=one.booking.code),
    ]
    text = together([together(lines, "\n"), say(ENDED[Status(one.booking.status)]), emergency_line(say)])
    rows = column(Button(say.label("◀ Back"), PastVisits()), Button(say.label("📅 Book a visit"), StartBooking()))
    return Screen(text, rows, private=True)


def _back(say: Translator) -> Rows:
    return column(Button(say.label("🗓 My visits"), MyVisits()), menu_button(say))
