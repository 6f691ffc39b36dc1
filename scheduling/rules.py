"""Rules about slots, bookings and reminders: plain functions of plain values and `now`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

NOTICE = timedelta(hours=1)
"""A slot closes for booking this long before it starts."""
MOST_STANDING = 2
"""Visits to come that one person may hold at once."""
LONGEST_VISIT = timedelta(hours=8)
"""No visit lasts longer: what began before that is over."""
HOLD_LIFE = timedelta(minutes=10)
"""How long a chosen time is kept for whoever has not confirmed it yet."""
NEAREST = 3
"""How many other times are offered when one is full."""
SERIES_SLACK = timedelta(days=3)
"""A repeat visit may be so much earlier or later than it is due."""
REMINDER_STOPS = timedelta(minutes=30)
"""A reminder that is later than this before the visit is dropped: it would only frighten."""


class Status(StrEnum):
    """What became of a booking."""

    STANDING = "standing"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    NO_SHOW = "no-show"
    DONE = "done"


class Stage(StrEnum):
    """How far somebody has come in the queue of the day."""

    HERE = "here"
    CALLED = "called"
    DONE = "done"
    LEFT = "left"


class Whom(StrEnum):
    """For whom a visit is."""

    SELF = "self"
    FAMILY = "family"


class Why(StrEnum):
    """Why a place is held."""

    CONFIRM = "confirm"
    OFFER = "offer"
    CLOSURE = "closure"


def places_left(capacity: int, walkin: int, given: int) -> int:
    """Places that can still be booked when `given` are taken or held; never negative, also when overbooked."""
    return max(0, capacity - walkin - given)


def overbooked(capacity: int, walkin: int, given: int) -> int:
    """By how many a time is overbooked when `given` places are taken or held; only staff can bring that about."""
    return max(0, given - (capacity - walkin))


def is_bookable(starts_at: datetime, now: datetime, notice: timedelta = NOTICE) -> bool:
    """Whether there is still time enough to come."""
    return starts_at - now >= notice


def clash(one_start: datetime, one_minutes: int, two_start: datetime, two_minutes: int) -> bool:
    """Whether two visits overlap."""
    one_end = one_start + timedelta(minutes=one_minutes)
    two_end = two_start + timedelta(minutes=two_minutes)
    return one_start < two_end and two_start < one_end


@dataclass(frozen=True)
class Stay:
    """Where somebody is during one visit."""

    clinic_id: str
    starts_at: datetime
    minutes: int
    whom: str = Whom.SELF


def in_two_places(one: Stay, two: Stay) -> bool:
    """Whether nobody can do both. Somebody of the family may be seen at the same clinic at the same time."""
    together = one.clinic_id == two.clinic_id and Whom.FAMILY in (one.whom, two.whom)
    return clash(one.starts_at, one.minutes, two.starts_at, two.minutes) and not together


def how_many(series: Iterable[int | None]) -> int:
    """Visits to come as the limit counts them, given the series of each: a series is one."""
    numbers = list(series)
    return numbers.count(None) + len({number for number in numbers if number is not None})


def months_from(first: date, months: int) -> date:
    """The first day of the month that is so many months after that of `first`."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, second: date) -> int:
    """How many months the month of `second` is after that of `first`."""
    return (second.year - first.year) * 12 + second.month - first.month


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Midnight to midnight of a clinic's day."""
    begin = datetime.combine(day, time(0), zone)
    return begin, datetime.combine(day + timedelta(days=1), time(0), zone)
