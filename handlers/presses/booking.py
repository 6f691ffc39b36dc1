"""Buttons of the way from a chosen time to a kept place, of a series, and of a calendar.

`family`: for somebody in the family; `language`: of the interpreter that is asked for, empty for none.
"""

from handlers.press_codec import Press, press


@press("so1")
class Soonest(Press):
    """The next free times in one list."""

    clinic: str
    service: str


@press("np1")
class NoPlaces(Press):
    """A day of the calendar without places, or the head of a column: nothing happens."""


@press("bh1")
class ChooseHow(Press):
    """Another choice on the screen that asks whether everything is right."""

    slot_id: int
    family: bool
    language: str


@press("bn1")
class AskName(Press):
    """A name to call out: the next message is it."""

    slot_id: int
    family: bool
    language: str


@press("bf1")
class KeepPlace(Press):
    """Everything is right; `named`: with the name that was typed."""

    slot_id: int
    family: bool
    language: str
    named: bool


@press("sp1")
class SeeSeries(Press):
    """The visits that belong to this one, before anything is booked."""

    slot_id: int
    family: bool
    language: str


@press("sk1")
class KeepSeries(Press):
    """Book everything that was listed under this number."""

    nonce: int


@press("xl1")
class CancelLater(Press):
    """Cancel a visit of a series and all after it."""

    booking_id: int
