"""Lists of visits as a file: asking, agreeing, and the file itself. No names and no Telegram ids stand in it."""

from datetime import date, timedelta

from handlers.presses.exporting import ApproveExport, TakeBackExport
from handlers.screen import Button, Screen, column
from handlers.screens.start import menu_button
from locales.catalogue import Html, Translator, together, words
from locales.formats import clock, long_day
from locales.languages import NATIVE
from scheduling.clinics import Clinics
from scheduling.desk import Line
from scheduling.rules import Status

EXAMPLE = "/export mae-sot week"
STATUS = {Status.NO_SHOW: words("did not come"), Status.DONE: words("done"), Status.STANDING: words("booked")}
"""What became of a visit, in the file."""


def titles(say: Translator) -> list[str]:
    """What stands above the columns."""
    return [
        say.label("Day"),
        say.label("Time"),
        say.label("Service"),
        say.label("Code"),
        say.label("Status"),
        say.label("Language"),
        say.label("Messages arrive"),
    ]


def row(say: Translator, clinics: Clinics, clinic_id: str, line: Line) -> list[str]:
    """One visit. The day is written as spreadsheets sort it, in the common era."""
    zone = clinics.clinics[clinic_id].zone
    return [
        line.slot.starts_at.astimezone(zone).date().isoformat(),
        clock(line.slot.starts_at, zone),
        clinics.services[line.slot.service].name[say.language],
        line.booking.code,
        say.label(STATUS[Status(line.booking.status)]),
        NATIVE.get(line.language, ""),  # whom the desk booked has chosen none
        say.label("yes") if line.reachable else say.label("no"),
    ]


def asked(
    say: Translator, clinics: Clinics, clinic_id: str, day: date, days: int, told: int, approval_id: int
) -> Screen:
    """Waiting for the second person."""
    text = say(
        "I have asked {count:colleague|colleagues}. As soon as one of them agrees, I send you the file."
        " The request ends after one hour.",
        count=told,
    )
    back = Button(say.label("↩️ Take it back"), TakeBackExport(clinic_id, approval_id))
    return Screen(together([_what(say, clinics, clinic_id, day, days), text]), column(back, menu_button(say)))


def approval(say: Translator, clinics: Clinics, clinic_id: str, day: date, days: int, approval_id: int) -> Screen:
    """What the second person must know before agreeing."""
    parts = [
        say("<b>A colleague asks for a list of visits as a file</b>"),
        _what(say, clinics, clinic_id, day, days),
        say("It has times, services, codes and languages, but no names. Do you agree that they get it?"),
        say("If not, you need not do anything: the request ends after one hour."),
    ]
    agree = Button(say.label("✅ I agree"), ApproveExport(clinic_id, approval_id))
    return Screen(together(parts), column(agree, menu_button(say)), fresh=True)


def approved(say: Translator) -> Screen:
    """Agreed."""
    return Screen(say("✅ Thank you. Your colleague gets the file now."), column(menu_button(say)))


def taken_back(say: Translator) -> Screen:
    """Nothing is sent."""
    return Screen(say("You have taken your request back. No file is sent."), column(menu_button(say)))


def file(
    say: Translator, clinics: Clinics, clinic_id: str, day: date, days: int, count: int, content: tuple[str, bytes]
) -> Screen:
    """The file, with what it is and how to treat it."""
    care = say(
        "{count:visit|visits}. Please keep this file to yourself, and delete it when you do not need it any more.",
        count=count,
    )
    return Screen(together([_what(say, clinics, clinic_id, day, days), care]), file=content, protect=True)


def _what(say: Translator, clinics: Clinics, clinic_id: str, day: date, days: int) -> Html:
    name = clinics.clinics[clinic_id].name[say.language]
    if days == 1:
        return say("<b>{clinic}</b>\n{day}", clinic=name, day=long_day(day, say.language))
    last = long_day(day + timedelta(days=days - 1), say.language)
    return say("<b>{clinic}</b>\n{first} to\n{last}", clinic=name, first=long_day(day, say.language), last=last)
