"""Buttons of a ticket: its picture, its calendar file, the place on the map. And those of a clinic's calendar."""

from handlers.press_codec import Press, press


@press("tp1")
class TicketPicture(Press):
    """The picture to show at the desk; with what the visit is for, where that is `wanted`."""

    booking_id: int
    wanted: bool


@press("tc1")
class TicketFile(Press):
    """The file for the phone's own calendar."""

    booking_id: int


@press("tm1")
class TicketMap(Press):
    """Where the clinic is."""

    booking_id: int


@press("fc1")
class ShowFeed(Press):
    """About the calendar address of one clinic."""

    clinic: str


@press("fm1")
class MakeFeed(Press):
    """Make a new secret address; the old one stops working."""

    clinic: str


@press("fs1")
class StopFeed(Press):
    """No address works any more."""

    clinic: str
