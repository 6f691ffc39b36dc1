"""Buttons of a visit: choosing, seeing, moving, cancelling."""

from datetime import date

from handlers.press_codec import Press, press


@press("bk1")
class StartBooking(Press):
    """Choose a clinic."""


@press("bc1")
class PickClinic(Press):
    """Choose a service."""

    clinic: str


@press("bs1")
class PickService(Press):
    """Choose a day; `page` turns over the list."""

    clinic: str
    service: str
    page: int


@press("bd1")
class PickDay(Press):
    """Choose a time."""

    clinic: str
    service: str
    day: date


@press("bt1")
class TakeSlot(Press):
    """Take the place."""

    slot_id: int


@press("mi1")
class MyVisits(Press):
    """The visits to come."""


@press("vi1")
class ShowVisit(Press):
    """One visit in full."""

    booking_id: int


@press("mv1")
class MoveVisit(Press):
    """Choose another day for a visit; `page` turns over the list."""

    booking_id: int
    page: int


@press("md1")
class MoveToDay(Press):
    """Choose another time."""

    booking_id: int
    day: date


@press("mt1")
class MoveToSlot(Press):
    """Take the other time."""

    booking_id: int
    slot_id: int


@press("cq1")
class AskCancel(Press):
    """Cancel? Asked once."""

    booking_id: int


@press("cx1")
class CancelVisit(Press):
    """Cancel."""

    booking_id: int


@press("cm1")
class Coming(Press):
    """I am coming; at the time that the message showed."""

    booking_id: int
    moves: int


@press("lt1")
class TellLate(Press):
    """By how much will you be late?"""

    booking_id: int


@press("lm1")
class Late(Press):
    """Late by so many minutes."""

    booking_id: int
    minutes: int


@press("hr1")
class ImHere(Press):
    """I am at the clinic."""

    booking_id: int


@press("pv1")
class PastVisits(Press):
    """The visits that are over."""


@press("ps1")
class ShowPast(Press):
    """One of them."""

    booking_id: int
