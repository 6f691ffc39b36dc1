"""Buttons of the call list, of the names to call out, and of the day sheet."""

from datetime import date

from handlers.press_codec import Press, press


@press("cl1")
class SeeCalls(Press):
    """Whom to call before a clinic's day."""

    clinic: str
    day: date


@press("ck1")
class TickCall(Press):
    """Somebody was called, or was not after all."""

    clinic: str
    booking_id: int
    called: bool


@press("nm1")
class SeeNames(Press):
    """Which visits of a day have a name to call out."""

    clinic: str
    day: date


@press("sh1")
class SeeSheet(Press):
    """The day sheet."""

    clinic: str
    day: date
