"""Rules of the waiting list: who is suited, when an offer is told, how long it stands. Plain values and `now`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduling.clinics import Clinic

MOST_LISTS = 2
"""Lists that one person may be on at once."""
WAITS = {"w": timedelta(days=7), "f": timedelta(days=14), "m": timedelta(days=30)}
"""How long people may choose to wait, by the letter in a button."""
NOON = time(12)
"""Where the morning ends."""
LIFE_SAME_DAY = timedelta(minutes=10)
LIFE_DAY_BEFORE = timedelta(minutes=30)
LIFE_EARLIER = timedelta(minutes=60)
SHORTEST = timedelta(minutes=5)
"""In less nobody sees a message and answers it: such a place is not offered, it is free for everybody."""
GRACE = timedelta(minutes=1)
"""The place is held so much longer than people are told: a tap in the last second has a way to go."""


class Part(StrEnum):
    """Which part of the day somebody can come."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class ListState(StrEnum):
    """What became of a wish for a place."""

    WAITING = "waiting"
    TAKEN = "taken"
    LEFT = "left"
    OVER = "over"


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Times:
    """When an offer is told, and until when it stands."""

    told_at: datetime
    expires_at: datetime


def offer_times(starts_at: datetime, clinic: Clinic, now: datetime) -> Times | None:
    """When a place freed at `now` is told and until when it is kept; None if nobody could answer in time.

    At night it is told in the morning, and kept meanwhile; never beyond the clinic's notice.
    """
    told_at = after_quiet(now, clinic)
    life = offer_life((starts_at.astimezone(clinic.zone).date() - told_at.astimezone(clinic.zone).date()).days)
    expires_at = min(told_at + life, starts_at - timedelta(minutes=clinic.notice_minutes))
    return Times(told_at, expires_at) if expires_at - told_at >= SHORTEST else None


def offer_life(days_ahead: int) -> timedelta:
    """How long an offer stands, by the days until the visit."""
    if days_ahead >= 2:
        return LIFE_EARLIER
    return LIFE_DAY_BEFORE if days_ahead == 1 else LIFE_SAME_DAY


def after_quiet(now: datetime, clinic: Clinic) -> datetime:
    """`now`, or the end of the quiet hours if it lies in them."""
    local = now.astimezone(clinic.zone)
    begin, end, clock = clinic.quiet_from, clinic.quiet_until, local.time()
    over_midnight = begin > end
    quiet = clock >= begin or clock < end if over_midnight else begin <= clock < end
    if not quiet:
        return now
    day = local.date() + timedelta(days=1) if over_midnight and clock >= begin else local.date()
    return datetime.combine(day, end, clinic.zone)


def part_of(starts_at: datetime, zone: ZoneInfo) -> Part:
    """Which part of the day a time lies in."""
    return Part.MORNING if starts_at.astimezone(zone).time() < NOON else Part.AFTERNOON


def speaks(interpreter: str, languages: str) -> bool:
    """Whether a time serves who needs an interpreter; where nothing is known of it, as for any booking, it may."""
    return not interpreter or not languages or interpreter in languages.split(",")


def wanted(
    part: str, interpreter: str, days: tuple[date, date], starts_at: datetime, languages: str, zone: ZoneInfo
) -> bool:
    """Whether a time is one that a wish (its first and last day included) is about."""
    in_part = part in (Part.ANY, part_of(starts_at, zone))
    return in_part and speaks(interpreter, languages) and days[0] <= starts_at.astimezone(zone).date() <= days[1]


def days_of(letter: str, today: date, last: Iterable[date] = ()) -> tuple[date, date]:
    """First and last day of a wish by its button's letter; never after any of `last`."""
    return today, min([today + WAITS[letter], *last])
