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


@press("do1")
class OpenDesk(Press):
    """The menu of one clinic's desk."""

    clinic: str


@press("dr1")
class RunDesk(Press):
    """A command of the desk that needs no more than the clinic."""

    clinic: str
    command: str


@press("dt1")
class TypeDesk(Press):
    """A command of the desk of which the rest is typed."""

    clinic: str
    command: str


@press("dd1")
class CloseDay(Press):
    """Which part of a day to close."""

    clinic: str
    day: date


@press("dp1")
class ClosePart(Press):
    """Close a part of a day: `day`, `morning` or `afternoon`."""

    clinic: str
    day: date
    part: str


@press("dl1")
class SeeClosures(Press):
    """The closures of a clinic."""

    clinic: str


@press("de1")
class SeeClosure(Press):
    """Who has answered a closure, and who has not."""

    closure_id: int


@press("df1")
class FindVisit(Press):
    """One visit, for staff."""

    booking_id: int


@press("dn1")
class SeeName(Press):
    """What to call out for one visit; every look is in the audit log."""

    booking_id: int


@press("dm1")
class TypeName(Press):
    """Type what to call out for a visit."""

    booking_id: int


@press("dv1")
class TypeMove(Press):
    """Type the other time of a visit."""

    booking_id: int


@press("dx1")
class CallOff(Press):
    """Cancel a visit for the clinic; without a reason, choose one first."""

    booking_id: int
    reason: str


@press("dw1")
class RunVisit(Press):
    """A command of the desk about one visit: here, noshow, done."""

    booking_id: int
    command: str


@press("du1")
class UndoLast(Press):
    """Take one's last change at a clinic back: preview."""

    clinic: str
