"""The desk's menu, and what is asked where a command needs typing."""

from datetime import date

from handlers.presses.desk import CloseDay, OpenDesk, RunDesk, SeeClosures, SeeDay, TypeDesk, UndoLast
from handlers.presses.openings import ListOpenings, SeeHolidays, SeeSlots
from handlers.screen import Button, Screen, column, grid
from handlers.screens.start import menu_button
from locales.catalogue import Translator, escaped, together, words
from locales.formats import short_day
from scheduling.clinics import Clinic

TYPED: dict[str, tuple[str, str]] = {
    "open": (
        words("Which times open? Please type the service, the days and the hours, like this:"),
        "vaccination friday 09:00-12:00 every 20m x2",
    ),
    "book": (words("Book for somebody at the desk: please type the service, the day and the time, like this:"),
             "vaccination friday 09:00"),
    "find": (words("Please type the code of the visit, like this:"), "K7M4QX"),
}  # fmt: skip
"""What is asked for the rest of a command, and an example of it, the same in every language."""


def menu(say: Translator, clinic: Clinic, clinic_id: str, today: date, known: frozenset[str]) -> Screen:
    """Everything the desk can do; `known` are the commands of the queue that this bot has."""
    labels = {
        "queue": say.label("🚶 Queue"),
        "waiting": say.label("⏳ Waiting list"),
        "sheet": say.label("🖨 Day sheet"),
    }
    buttons = [
        Button(say.label("📅 Today"), SeeDay(clinic_id, today)),
        Button(say.label("🕐 Times"), SeeSlots(clinic_id, "", today)),
        *(Button(labels[name], RunDesk(clinic_id, name)) for name in labels if name in known),
        Button(say.label("➕ Open times"), TypeDesk(clinic_id, "open")),
        Button(say.label("⛔ Close a time"), RunDesk(clinic_id, "close")),
        Button(say.label("📋 Closed times"), SeeClosures(clinic_id)),
        Button(say.label("✏️ Book for somebody"), TypeDesk(clinic_id, "book")),
        Button(say.label("🔎 Find a code"), TypeDesk(clinic_id, "find")),
        Button(say.label("🔁 Openings"), ListOpenings(clinic_id)),
        Button(say.label("🎌 Holidays"), SeeHolidays(clinic_id, today.year)),
        Button(say.label("↩️ Undo"), UndoLast(clinic_id)),
    ]
    text = say("<b>Desk</b>\n{clinic}", clinic=clinic.name[say.language])
    return Screen(text, (*grid(buttons, 2), (menu_button(say),)))


def which_day(say: Translator, clinic_id: str, days: list[date]) -> Screen:
    """Which day to close."""
    buttons = [Button(short_day(day, say.language), CloseDay(clinic_id, day)) for day in days]
    back = Button(say.label("◀ Back"), OpenDesk(clinic_id))
    return Screen(say("<b>Close a time</b>\nWhich day?"), (*grid(buttons, 2), (back,)))


def ask_line(say: Translator, command: str) -> Screen:
    """The rest of a command is typed."""
    sentence, example = TYPED[command]
    return Screen(together([say(sentence), escaped(example)]), column(menu_button(say)))
