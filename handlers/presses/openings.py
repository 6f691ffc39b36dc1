"""Buttons of opening times: slots, places, openings, holidays."""

from datetime import date

from handlers.press_codec import Press, press


@press("sl1")
class SeeSlots(Press):
    """A clinic's times of a day; an empty service: all."""

    clinic: str
    service: str
    day: date


@press("sv1")
class ShowSlot(Press):
    """One time, and what can be changed about it."""

    slot_id: int


@press("sg1")
class ChangeCapacity(Press):
    """Preview another number of places."""

    slot_id: int
    capacity: int


@press("oq1")
class ListOpenings(Press):
    """A clinic's openings."""

    clinic: str


@press("op1")
class ShowOpening(Press):
    """One opening."""

    opening_id: int


@press("oe1")
class EndOpening(Press):
    """Preview its end."""

    opening_id: int


@press("ox1")
class ExtendOpening(Press):
    """Preview four weeks more."""

    opening_id: int


@press("oy1")
class NameOpening(Press):
    """Type a name for it."""

    opening_id: int


@press("hl1")
class SeeHolidays(Press):
    """A clinic's holidays of a year."""

    clinic: str
    year: int


@press("hf1")
class FlipHoliday(Press):
    """Preview closing on a day, or working on it."""

    clinic: str
    day: date
