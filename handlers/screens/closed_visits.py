"""What people are told whose visit the clinic has ended or moved, and how they choose another time."""

from collections.abc import Sequence
from datetime import date, datetime

from handlers.presses.closing import OtherDays, OtherTimes, TakeInstead, WantNone
from handlers.presses.visits import StartBooking
from handlers.screen import Button, Rows, Screen, column, grid
from handlers.screens.start import emergency_line, menu_button
from handlers.screens.visit import short_notice
from locales.catalogue import Html, Translator, together
from locales.formats import clock, long_day, moment, short_day, short_moment
from scheduling.booking import Visit
from scheduling.clinics import Clinic
from scheduling.finding import Free
from storage.tables import Slot

DAYS_A_PAGE = 7
"""Day buttons that fit on a small phone without scrolling."""


def told(
    say: Translator, one: Visit, clinic: Clinic, kept: Slot | None, until: datetime | None, others: Sequence[Free]
) -> Screen:
    """To whoever stood in a closed time: plainly, with the place that is kept, or other times at once."""
    sorry = say("We are sorry. The clinic must close at that time, so this visit cannot take place:")
    return _choices(say, sorry, one, clinic, kept, until, others)


def called_off(say: Translator, one: Visit, clinic: Clinic, reason: str, others: Sequence[Free]) -> Screen:
    """To whoever's visit staff cancelled, with the reason in their own language."""
    why = {
        "ill": say("We are sorry. Somebody of the staff is ill, so this visit cannot take place:"),
        "equipment": say("We are sorry. Something at the clinic does not work, so this visit cannot take place:"),
        "weather": say("We are sorry. The weather is too bad, so this visit cannot take place:"),
    }.get(reason) or say("We are sorry. The clinic had to cancel this visit:")
    return _choices(say, why, one, clinic, None, None, others)


def _choices(
    say: Translator,
    sorry: Html,
    one: Visit,
    clinic: Clinic,
    kept: Slot | None,
    until: datetime | None,
    others: Sequence[Free],
) -> Screen:
    booking, zone = one.booking, clinic.zone
    old = together(
        [moment(one.slot.starts_at, zone, say.language), say("Code: <b>{code}</b>", code=booking.code)], "\n"
    )
    buttons: Rows = ()
    if kept and until:
        new, last = moment(kept.starts_at, zone, say.language), moment(until, zone, say.language)
        offer = say(
            "This time is kept for you until {until}:\n<b>{new}</b>\nYour code stays the same.", until=last, new=new
        )
        buttons = column(Button(say.label("✅ Take it"), TakeInstead(booking.id, kept.id)))
    elif others:
        offer = say("You can take one of these times. Your code stays the same.")
        buttons = column(
            *(
                Button(short_moment(slot.starts_at, zone, say.language), TakeInstead(booking.id, slot.id))
                for slot in others
            )
        )
    else:
        offer = say("Please choose another day.")
    rows = (
        *buttons,
        (Button(say.label("🕐 Other times"), OtherDays(booking.id, 0)),),
        (Button(say.label("✖️ Cancel"), WantNone(booking.id)),),
    )
    return Screen(together([sorry, old, offer, emergency_line(say)]), rows, protect=True)


def moved(say: Translator, one: Visit, clinic: Clinic) -> Screen:
    """To whoever's visit staff moved."""
    when = moment(one.slot.starts_at, clinic.zone, say.language)
    text = say(
        "The clinic has moved your visit. Your new time:\n<b>{when}</b> (Thai time)\nCode: <b>{code}</b>",
        when=when,
        code=one.booking.code,
    )
    return short_notice(say, text, one)


def reopened(say: Translator, one: Visit, clinic: Clinic) -> Screen:
    """To whoever was told that the clinic is closed, and it is open after all."""
    when = moment(one.slot.starts_at, clinic.zone, say.language)
    text = say(
        "The clinic is open after all. You have your old time again:\n<b>{when}</b> (Thai time)\nCode: <b>{code}</b>",
        when=when,
        code=one.booking.code,
    )
    return short_notice(say, text, one)


def other_days(say: Translator, booking_id: int, places: dict[date, int], page: int) -> Screen:
    """On which other days there are places."""
    first = page * DAYS_A_PAGE
    buttons = [
        Button(
            say.label("{day} · {places} left", day=short_day(day, say.language), places=left),
            OtherTimes(booking_id, day),
        )
        for day, left in list(places.items())[first : first + DAYS_A_PAGE]
    ]
    more = len(places) > first + DAYS_A_PAGE
    later = Button(say.label("Later days ▶"), OtherDays(booking_id, page + 1)) if more else None
    back = Button(say.label("◀ Back"), OtherDays(booking_id, page - 1)) if page else None
    none = Button(say.label("✖️ Cancel"), WantNone(booking_id))
    title = say("Which day?") if buttons else say("There is no free time at the moment.")
    return Screen(title, column(*buttons, later, back, none), private=True, about=booking_id)


def other_times(say: Translator, clinic: Clinic, booking_id: int, on: date, slots: list[Slot]) -> Screen:
    """Which other time of a day."""
    buttons = [Button(clock(slot.starts_at, clinic.zone), TakeInstead(booking_id, slot.id)) for slot in slots]
    title = say("<b>{day}</b>", day=long_day(on, say.language))
    ask = say("What time? All times are Thai time.") if slots else say("All times of this day are taken now.")
    back = column(Button(say.label("◀ Another day"), OtherDays(booking_id, 0)))
    return Screen(together([title, ask]), (*grid(buttons, 4), *back), private=True, about=booking_id)


def none_wanted(say: Translator) -> Screen:
    """They want no other time, without reproach."""
    text = say("Thank you for telling us. You can book again at any time.")
    rows = column(Button(say.label("📅 Book a visit"), StartBooking()), menu_button(say))
    return Screen(together([text, emergency_line(say)]), rows)
