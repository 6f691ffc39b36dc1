"""Every "no" of this package. A refusal carries facts, never words."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.refusal import Refusal


@dataclass(eq=False)
class SlotGone(Refusal):
    """No such slot any more, or its time was closed."""


@dataclass(eq=False)
class TooLate(Refusal):
    """Less than the clinic's notice remains."""


@dataclass(eq=False)
class SlotFull(Refusal):
    """The last place went, perhaps between the list and the tap."""

    clinic_id: str
    service: str
    wanted: datetime


@dataclass(eq=False)
class TooManyBookings(Refusal):
    """The person holds as many visits as one person may."""

    limit: int


@dataclass(eq=False)
class Clash(Refusal):
    """The person has another visit at that time."""

    starts_at: datetime


@dataclass(eq=False)
class TheirClash(Refusal):
    """To staff: the person of a visit has another one at that time."""


@dataclass(eq=False)
class TheirLimit(Refusal):
    """To staff: the person of a visit that would stand again holds as many others as one person may."""

    limit: int


@dataclass(eq=False)
class OtherPlans(Refusal):
    """To staff: whoever was noted as missed has booked, or is offered, what this visit would be in the way of."""

    code: str


@dataclass(eq=False)
class TooManyLists(Refusal):
    """The person waits on as many lists as one person may."""

    limit: int


@dataclass(eq=False)
class OfferGone(Refusal):
    """What was offered has gone on to somebody else, or its time was closed."""

    clinic_id: str
    service: str
    closed: bool


@dataclass(eq=False)
class OfferStands(Refusal):
    """A place is kept for this person, and the visit they ask for would come in its way."""

    offer_id: int
    clinic_id: str
    starts_at: datetime


@dataclass(eq=False)
class SeriesChanged(Refusal):
    """One of several times that were to be booked together has gone; nothing was booked."""

    slot_id: int
    whom: str
    interpreter: str


@dataclass(eq=False)
class BookingGone(Refusal):
    """No such visit, not this person's, or not standing any more."""


@dataclass(eq=False)
class CodeUnknown(Refusal):
    """No visit with this code at this clinic."""

    code: str


@dataclass(eq=False)
class NotTimeYet(Refusal):
    """It is too early to say that one is late, or there."""

    hours: int
    """So long before the visit it can be said."""


@dataclass(eq=False)
class NotYet(Refusal):
    """A visit cannot be missed before it has begun."""

    starts_at: datetime


@dataclass(eq=False)
class NotToday(Refusal):
    """The visit is on another day than this."""

    day: date


@dataclass(eq=False)
class EntryOver(Refusal):
    """Whoever had this number was seen, or has left."""

    number: int


@dataclass(eq=False)
class PlanEmpty(Refusal):
    """The plan ends before its first visit would."""


@dataclass(eq=False)
class PlanTooLarge(Refusal):
    """More times or places than anyone means."""

    most: int


@dataclass(eq=False)
class PlanPast(Refusal):
    """The time lies in the past, or beyond the horizon."""


@dataclass(eq=False)
class PlanWithoutDays(Refusal):
    """None of the weekdays lies between the first and the last day."""


@dataclass(eq=False)
class NoPlaces(Refusal):
    """A time has at least one place; without any it is closed."""


@dataclass(eq=False)
class ChangedMeanwhile(Refusal):
    """Somebody changed what was previewed before it was confirmed."""


@dataclass(eq=False)
class OpeningGone(Refusal):
    """No such opening at this clinic, or it is over."""


@dataclass(eq=False)
class ClosedAlready(Refusal):
    """All of the time that staff want to close lies in a closure."""

    begin: datetime
    end: datetime


@dataclass(eq=False)
class KeptGone(Refusal):
    """The time that was to take the place of a closed visit has gone to somebody else, or was closed too."""

    booking_id: int


@dataclass(eq=False)
class NoSuchTime(Refusal):
    """Nothing of the service is open at exactly that time."""

    clinic_id: str
    service: str
    wanted: datetime


@dataclass(eq=False)
class VisitOver(Refusal):
    """The visit took place, was missed or was cancelled: nothing of it can be changed."""

    code: str


@dataclass(eq=False)
class NothingToUndo(Refusal):
    """No change of this nurse in the last ten minutes."""
