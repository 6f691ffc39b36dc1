"""Buttons of the queue of the day."""

from handlers.press_codec import Press, press


@press("qo1")
class SeeQueue(Press):
    """A clinic's queue as it is now."""

    clinic: str


@press("qn1")
class CallNext(Press):
    """Call the next; `calls` is how often somebody had been called when the button was shown."""

    clinic: str
    calls: int


@press("qf1")
class CallFor(Press):
    """Call the next for one service."""

    clinic: str
    service: str


@press("qd1")
class MarkDone(Press):
    """This number was seen."""

    entry_id: int


@press("qg1")
class MarkGone(Press):
    """Whoever has this number has left."""

    entry_id: int


@press("qm1")
class MarkMissing(Press):
    """Somebody did not come to this visit."""

    booking_id: int


@press("qw1")
class AddWalkIn(Press):
    """A number for somebody without a visit; without a service, choose one first."""

    clinic: str
    service: str


@press("qs1")
class PickNext(Press):
    """For which service the next is called."""

    clinic: str


@press("ql1")
class RunLate(Press):
    """The clinic runs so many minutes late: preview."""

    clinic: str
    minutes: int


@press("qk1")
class ChooseLate(Press):
    """How late the clinic runs: choose."""

    clinic: str


@press("qh1")
class HowLong(Press):
    """How long it may take, for whoever is there."""

    entry_id: int
