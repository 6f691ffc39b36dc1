"""Buttons of clinic staff."""

from datetime import date

from handlers.press_codec import Press, press


@press("dk1")
class SeeDay(Press):
    """A clinic's day, for its staff."""

    clinic: str
    day: date


@press("dc1")
class ConfirmDesk(Press):
    """Do what was previewed; the draft with this number holds what."""

    nonce: int
