"""Buttons of people whose visit the clinic has ended."""

from datetime import date

from handlers.press_codec import Press, press


@press("kt1")
class TakeInstead(Press):
    """Take another time for the visit: the one kept for it, or any."""

    booking_id: int
    slot_id: int


@press("ko1")
class OtherDays(Press):
    """Which other day; `page` turns over the list."""

    booking_id: int
    page: int


@press("ki1")
class OtherTimes(Press):
    """Which time of another day."""

    booking_id: int
    day: date


@press("kn1")
class WantNone(Press):
    """No other time is wanted."""

    booking_id: int
