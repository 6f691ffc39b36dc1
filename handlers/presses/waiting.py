"""Buttons of the waiting list, and of a place that is offered."""

from handlers.press_codec import Press, press


@press("jw1")
class JoinWaiting(Press):
    """Wait for a place: asks until when, for which part of the day, for whom."""

    clinic: str
    service: str


@press("ww1")
class Wish(Press):
    """What was chosen so far, a letter for each question; once all are answered the person is on the list."""

    clinic: str
    service: str
    wish: str


@press("we1")
class EarlierTime(Press):
    """Wait for an earlier time than that of a visit."""

    booking_id: int


@press("wf1")
class WishEarlier(Press):
    """The same letters as in `Wish`, for an earlier time."""

    booking_id: int
    wish: str


@press("wl1")
class MyWaiting(Press):
    """The lists a person is on."""


@press("wx1")
class LeaveWaiting(Press):
    """Leave a list."""

    waiting_id: int


@press("os1")
class ShowOffer(Press):
    """What is offered, in full."""

    offer_id: int


@press("ot1")
class TakeOffer(Press):
    """Take the offered place."""

    offer_id: int


@press("on1")
class DeclineOffer(Press):
    """No, thank you: it goes to the next person at once."""

    offer_id: int
