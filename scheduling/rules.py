"""Rules about slots, bookings and reminders: plain functions of plain values and `now`."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

NOTICE = timedelta(hours=1)
"""A slot closes for booking this long before it starts."""
HORIZON = timedelta(days=60)
"""How far ahead people see places."""
MOST_STANDING = 2
"""Visits to come that one person may hold at once."""
MOST_SLOTS = 200
"""More times than this in one /open is a slip of the thumb."""
LARGEST_CAPACITY = 50
"""More places than this at one time is a slip of the thumb."""
HOLD_LIFE = timedelta(minutes=10)
"""How long a chosen time is kept for whoever has not confirmed it yet."""
NEAREST = 3
"""How many other times are offered when one is full."""
EVENING_BEFORE = time(17, 30)
"""The day-before reminder goes out when people are off work (17:00 to 19:30)."""
MORNING_LEAD = timedelta(hours=3)
"""The same-day reminder goes out this long before the visit ..."""
EARLIEST_MORNING = time(6, 30)
"""... but never before this hour."""
REMINDER_STOPS = timedelta(minutes=30)
"""A reminder that is later than this before the visit is dropped: it would only frighten."""


class Status(StrEnum):
    """What became of a booking."""

    STANDING = "standing"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    NO_SHOW = "no-show"
    DONE = "done"


class Whom(StrEnum):
    """For whom a visit is."""

    SELF = "self"
    FAMILY = "family"


class Why(StrEnum):
    """Why a place is held."""

    CONFIRM = "confirm"
    OFFER = "offer"
    CLOSURE = "closure"


class Offset(StrEnum):
    """Which of a booking's reminders."""

    DAY_BEFORE = "day-before"
    SAME_DAY = "same-day"


@dataclass(frozen=True)
class Plan:
    """What a nurse asks to be opened: one service of one clinic on one day."""

    clinic_id: str
    service: str
    day: date
    opens: time
    closes: time
    every: int
    """Minutes from one start to the next."""
    capacity: int


def starts(plan: Plan, zone: ZoneInfo) -> list[datetime]:
    """Every start time of the plan; the last one begins early enough to end a step before closing."""
    begin = datetime.combine(plan.day, plan.opens, zone)
    end = datetime.combine(plan.day, plan.closes, zone)
    step = timedelta(minutes=plan.every)
    count = int((end - begin) / step)
    return [begin + index * step for index in range(max(count, 0))]


def reminder_times(starts_at: datetime, zone: ZoneInfo, now: datetime) -> dict[Offset, datetime]:
    """When a visit's reminders are due; one whose time has already passed is not owed at all."""
    local = starts_at.astimezone(zone)
    evening = datetime.combine(local.date() - timedelta(days=1), EVENING_BEFORE, zone)
    morning = max(local - MORNING_LEAD, datetime.combine(local.date(), EARLIEST_MORNING, zone))
    times = {Offset.DAY_BEFORE: evening, Offset.SAME_DAY: morning}
    return {offset: due for offset, due in times.items() if now < due <= starts_at - REMINDER_STOPS}


def places_left(capacity: int, walkin: int, given: int) -> int:
    """Places that can still be booked when `given` are taken or held; never negative, also when overbooked."""
    return max(0, capacity - walkin - given)


def overbooked(capacity: int, walkin: int, given: int) -> int:
    """By how many a time is overbooked when `given` places are taken or held; only staff can bring that about."""
    return max(0, given - (capacity - walkin))


def is_bookable(starts_at: datetime, now: datetime) -> bool:
    """Whether there is still time enough to come."""
    return starts_at - now >= NOTICE


def clash(one_start: datetime, one_minutes: int, two_start: datetime, two_minutes: int) -> bool:
    """Whether two visits overlap."""
    one_end = one_start + timedelta(minutes=one_minutes)
    two_end = two_start + timedelta(minutes=two_minutes)
    return one_start < two_end and two_start < one_end


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Midnight to midnight of a clinic's day."""
    begin = datetime.combine(day, time(0), zone)
    return begin, datetime.combine(day + timedelta(days=1), time(0), zone)
