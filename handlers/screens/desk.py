"""What clinic staff see: the day, previews, results."""

from collections.abc import Callable
from datetime import date, timedelta

from handlers.press_codec import Press
from handlers.presses.calling import SeeNames
from handlers.presses.desk import SeeDay
from handlers.screen import Button, Screen, column
from handlers.screens import calling
from handlers.screens.sheet import needs, told
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from locales.formats import clock, long_day
from locales.languages import NATIVE
from scheduling.calling import Call
from scheduling.clinics import Clinics
from scheduling.desk import Line
from storage.tables import Slot

MOST_LINES = 40
"""Visits of one message; the day sheet has them all."""
TODAY_EXAMPLE = "/today mae-sot tomorrow"
DESK_EXAMPLE = "/desk mae-sot"
"""Examples are commands, the same in every language."""


def day(
    say: Translator,
    clinics: Clinics,
    clinic_id: str,
    on: date,
    slots: list[Slot],
    lines: list[Line],
    calls: list[Call],
) -> Screen:
    """A clinic's day: counts, then one line a booking, then whom to call."""
    clinic = clinics.clinics[clinic_id]
    open_slots = [slot for slot in slots if not slot.closed]
    places = sum(slot.capacity for slot in open_slots)
    heading = say("<b>{clinic}</b>\n{day}", clinic=clinic.name[say.language], day=long_day(on, say.language))
    counts = say("Booked: {booked} · Places: {places}", booked=len(lines), places=places)
    listed = together([_line(say, clinics, line) for line in lines[:MOST_LINES]], "\n") or say("Nobody is booked.")
    more = say("… and {count} more", count=len(lines) - MOST_LINES) if len(lines) > MOST_LINES else NOTHING
    before, after = on - timedelta(days=1), on + timedelta(days=1)
    turn = (
        Button(f"◀ {before.day}", SeeDay(clinic_id, before)),
        Button(f"{after.day} ▶", SeeDay(clinic_id, after)),
    )
    named = any(line.booking.name for line in lines)
    names = Button(say.label("👤 Names to call out"), SeeNames(clinic_id, on)) if named else None
    rows = (
        turn,
        *calling.calls_button(say, clinic_id, on, calls),
        *column(names, calling.sheet_button(say, clinic_id, on), menu_button(say)),
    )
    parts = [heading, counts, together([listed, more], "\n"), calling.section(say, clinic, calls)]
    return Screen(together(parts), rows, protect=True)


def _line(say: Translator, clinics: Clinics, line: Line) -> Html:
    time = clock(line.slot.starts_at, clinics.clinics[line.slot.clinic_id].zone)
    service = clinics.services[line.slot.service].name[say.language]
    noted = [needs(say, line.booking), told(say, line.booking)]
    parts = [f"{time} {line.booking.code}", service, NATIVE.get(line.language, ""), *noted]
    return together(parts, " · ")


def not_understood(say: Translator, part: str, example: str) -> Screen:
    """The part that was not understood, and a correct example."""
    what = (
        say("I did not understand this part: “{part}”", part=part) if part else say("Something is missing at the end.")
    )
    return Screen(together([what, say("For example:"), escaped(example)]), column(menu_button(say)))


def name_clinic(say: Translator, example: str) -> Screen:
    """For staff of several clinics: no change is made at a clinic that was not named."""
    text = say("You work at several clinics. Please name one.")
    return Screen(together([text, say("For example:"), escaped(example)]), column(menu_button(say)))


def which_clinic(say: Translator, clinics: Clinics, mine: list[str], on: date) -> Screen:
    """For staff of several clinics."""
    buttons = [Button(clinics.clinics[key].name[say.language], SeeDay(key, on)) for key in mine]
    return Screen(say("Which clinic?"), column(*buttons, menu_button(say)))


def which_desk(
    say: Translator, clinics: Clinics, mine: list[str], press: Callable[[str], Press], back: Button | None = None
) -> Screen:
    """For staff of several clinics: at which one; `press` makes the button of each."""
    buttons = [Button(clinics.clinics[key].name[say.language], press(key)) for key in mine]
    return Screen(say("Which clinic?"), column(*buttons, back or menu_button(say)))


def stale(say: Translator) -> Screen:
    """The previewed change was replaced or is over an hour old."""
    return Screen(say("This preview is out of date. Please type the command again."), column(menu_button(say)))
