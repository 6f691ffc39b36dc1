"""Every "no" of this package. A refusal carries facts, never words."""

from dataclasses import dataclass
from datetime import datetime

from storage.refusal import Refusal


@dataclass(eq=False)
class SlotGone(Refusal):
    """No such slot any more, or its time was closed."""


@dataclass(eq=False)
class TooLate(Refusal):
    """Less than `rules.NOTICE` remains."""


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
class BookingGone(Refusal):
    """No such visit, not this person's, or not standing any more."""


@dataclass(eq=False)
class CodeUnknown(Refusal):
    """No visit with this code at this clinic."""

    code: str


@dataclass(eq=False)
class NotYet(Refusal):
    """A visit cannot be missed before it has begun."""

    starts_at: datetime


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
