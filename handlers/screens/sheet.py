"""The day sheet as a message and as a table. The printable page is `sheet_page.py`. No names and no Telegram ids."""

from datetime import date

from handlers import sheets
from handlers.screen import Screen, column
from handlers.screens import calling
from handlers.screens.sheet_page import page
from handlers.screens.start import menu_button
from locales.catalogue import Catalogues, Html, Translator, together
from locales.formats import clock, long_day
from locales.languages import NATIVE
from scheduling.clinics import Clinic, Clinics
from scheduling.rules import Status
from scheduling.sheets import Form, Line, Sheet
from storage.tables import Booking

EXAMPLE = "/sheet mae-sot tomorrow"
MOST_LINES = 35
"""Visits of the message; the files have them all."""


def told(say: Translator, booking: Booking) -> str:
    """What is known of a visit, in a word or two; nothing for one that simply stands."""
    if booking.status == Status.NO_SHOW:
        return say.label("did not come")
    if booking.status == Status.DONE:
        return say.label("done")
    if booking.late_minutes:
        return say.label("{count} min late", count=booking.late_minutes)
    return say.label("is coming") if booking.confirmed_at else ""


def needs(say: Translator, booking: Booking) -> str:
    """The interpreter that is needed, if any."""
    return say.label("interpreter: {spoken}", spoken=NATIVE[booking.interpreter]) if booking.interpreter else ""


def text(say: Translator, clinics: Clinics, sheet: Sheet) -> Screen:
    """The message: counts, one line a visit, whom to call."""
    clinic = clinics.clinics[sheet.clinic_id]
    shown = [_line(say, clinics, line) for line in sheet.lines[:MOST_LINES]]
    if len(sheet.lines) > MOST_LINES:
        shown.append(say("… and {count} more", count=len(sheet.lines) - MOST_LINES))
    parts = [
        say("🖨 <b>Day sheet</b>"),
        say("<b>{clinic}</b>\n{day}", clinic=clinic.name[say.language], day=long_day(sheet.day, say.language)),
        say("Visits: {count}", count=len(sheet.lines)),
        together(shown, "\n") or say("Nobody is booked."),
        calling.section(say, clinic, sheet.calls),
    ]
    rows = (*calling.calls_button(say, sheet.clinic_id, sheet.day, sheet.calls), *column(menu_button(say)))
    return Screen(together(parts), rows, protect=True)


def table(say: Translator, clinics: Clinics, sheet: Sheet) -> Screen:
    """The table as a file for a spreadsheet."""
    clinic = clinics.clinics[sheet.clinic_id]
    why = {call.booking.id: say.label(calling.WHY[call.reason]) for call in sheet.calls}
    titles = [
        say.label("Time"),
        say.label("Code"),
        say.label("Service"),
        say.label("Language"),
        say.label("Interpreter"),
        say.label("Status"),
        say.label("To call"),
    ]
    lines = [
        [
            clock(line.slot.starts_at, clinic.zone),
            line.booking.code,
            clinics.services[line.slot.service].name[say.language],
            NATIVE.get(line.language, ""),
            NATIVE.get(line.booking.interpreter, ""),
            told(say, line.booking),
            why.get(line.booking.id, ""),
        ]
        for line in sheet.lines
    ]
    return _file(say, sheet.day, f"{sheet.clinic_id}-{sheet.day}.csv", sheets.written([titles, *lines]))


def printable(catalogues: Catalogues, language: str, clinics: Clinics, sheet: Sheet) -> Screen:
    """The page to print."""
    say = catalogues.say(language)
    return _file(say, sheet.day, f"{sheet.clinic_id}-{sheet.day}.html", page(catalogues, language, clinics, sheet))


def in_form(catalogues: Catalogues, language: str, clinics: Clinics, sheet: Sheet, form: Form) -> Screen:
    """The sheet in one of its forms."""
    if form == Form.PAGE:
        return printable(catalogues, language, clinics, sheet)
    make = {Form.TEXT: text, Form.TABLE: table}[form]
    return make(catalogues.say(language), clinics, sheet)


def _file(say: Translator, day: date, name: str, content: bytes) -> Screen:
    care = say(
        "Day sheet for {day}. It has codes, no names. Please delete it when the day is over.",
        day=long_day(day, say.language),
    )
    return Screen(care, file=(name, content), keep=True, fresh=True)


def _line(say: Translator, clinics: Clinics, line: Line) -> Html:
    clinic: Clinic = clinics.clinics[line.slot.clinic_id]
    head = f"{clock(line.slot.starts_at, clinic.zone)} {line.booking.code}"
    service = clinics.services[line.slot.service].name[say.language]
    parts = [head, service, NATIVE.get(line.language, ""), needs(say, line.booking), told(say, line.booking)]
    return together(parts, " · ")
