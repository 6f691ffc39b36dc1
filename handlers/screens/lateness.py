"""A clinic that runs late: what the desk chooses and confirms, and what people on the way are told."""

from handlers.presses.desk import UndoLast
from handlers.presses.queue import RunLate, SeeQueue
from handlers.screen import Button, Screen, column, grid
from handlers.screens.openings import confirm_rows
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, escaped, together
from scheduling.clinics import Clinic

LATE_EXAMPLE = "/late mae-sot 40"
"""An example is a command, the same in every language."""
LATER = (15, 30, 45, 60, 0)
"""Minutes that can be chosen by button; 0: on time again."""


def how_late(say: Translator, clinic: Clinic, clinic_id: str, late: int) -> Screen:
    """By how many minutes the clinic runs late."""
    buttons = [
        Button(
            say.label("{minutes:minute|minutes}", minutes=each) if each else say.label("On time again"),
            RunLate(clinic_id, each),
        )
        for each in LATER
    ]
    text = say("<b>Running late</b>\n{clinic}", clinic=clinic.name[say.language])
    ask = say("How late does the clinic run? Or type it, like this:")
    back = Button(say.label("◀ Back"), SeeQueue(clinic_id))
    return Screen(together([text, runs_late(say, late), ask, escaped(LATE_EXAMPLE)]), (*grid(buttons, 2), (back,)))


def preview_late(say: Translator, clinic: Clinic, minutes: int, told: int, nonce: int) -> Screen:
    """Whom a /late would tell."""
    name = clinic.name[say.language]
    asked = (
        say("<b>{clinic}: {minutes:minute|minutes} late?</b>", clinic=name, minutes=minutes)
        if minutes
        else say("<b>{clinic}: on time again?</b>", clinic=name)
    )
    effect = say(
        "{count:person who is|people who are} not there yet will be told in their language, "
        "2 hours before their time at the earliest.",
        count=told,
    )
    return Screen(together([asked, effect if told else say("Nobody needs to be told.")]), confirm_rows(say, nonce))


def ran_late(say: Translator, clinic_id: str, minutes: int, told: int) -> Screen:
    """Noted."""
    noted = say("✅ {minutes:minute|minutes} late.", minutes=minutes) if minutes else say("✅ On time again.")
    text = together([noted, say("{count:person is|people are} told.", count=told) if told else NOTHING], "\n")
    after = Button(say.label("🚶 Queue"), SeeQueue(clinic_id)), Button(say.label("↩️ Undo"), UndoLast(clinic_id))
    return Screen(text, column(*after, menu_button(say)))


def late(say: Translator, minutes: int, time: str, code: str) -> Html:
    """What somebody on the way is told; a stranger who reads it learns nothing."""
    told = (
        say("The clinic runs about {minutes:minute|minutes} late. You can come at {time}.", minutes=minutes, time=time)
        if minutes
        else say("The clinic is on time again. Please come at {time}.", time=time)
    )
    return together([told, say("Your code: <b>{code}</b>", code=code)], "\n")


def runs_late(say: Translator, late: int) -> Html:
    """How late the clinic runs now."""
    return say("⏱ The clinic runs {minutes:minute|minutes} late.", minutes=late) if late else NOTHING
