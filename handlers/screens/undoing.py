"""What taking a change back would do, and what it did."""

from datetime import datetime

from handlers.screen import Screen, column
from handlers.screens.openings import confirm_rows
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together, words
from locales.formats import clock
from scheduling.clinics import Clinic
from scheduling.undoing import Undone

UNDO_EXAMPLE = "/undo mae-sot"
KINDS: dict[str, str] = {
    "close": words("a time was closed"),
    "desk-book": words("a visit was booked at the desk"),
    "desk-move": words("a visit was moved"),
    "desk-cancel": words("a visit was cancelled"),
    "opening-made": words("times were opened"),
    "opening-changed": words("an opening was changed"),
    "opening-ended": words("an opening was ended"),
    "capacity": words("the places of a time were changed"),
    "holiday": words("a holiday was changed"),
    "no-show": words("somebody was noted as not having come"),
    "done": words("a visit was noted as done"),
    "here": words("somebody was noted as being here"),
    "called": words("somebody was called"),
    "walkin": words("somebody came without a visit"),
    "walkin-early": words("somebody came earlier than their visit"),
    "late": words("the clinic was noted as running late"),
}
"""Each kind of change, as it is told to whoever made it."""


def preview(say: Translator, clinic: Clinic, kind: str, at: datetime, undone: Undone | None, nonce: int) -> Screen:
    """What would come back."""
    told = say(KINDS[kind]) if kind in KINDS else say("the last change")
    what = together([clinic.name[say.language], together([clock(at, clinic.zone), told], ": ")], "\n")
    return Screen(together([say("<b>Take this back?</b>"), what, *_counts(say, undone)]), confirm_rows(say, nonce))


def done(say: Translator, undone: Undone | None) -> Screen:
    """What came back."""
    return Screen(together([say("✅ Taken back."), *_counts(say, undone)]), column(menu_button(say)))


def _counts(say: Translator, undone: Undone | None) -> list[Html]:
    if undone is None:
        return []
    return [
        say("Visits as they were before: {count}", count=undone.back),
        say(
            "{count} cannot come back: the place is taken, the time is over, or something else has changed since.",
            count=undone.lost,
        )
        if undone.lost
        else NOTHING,
    ]
