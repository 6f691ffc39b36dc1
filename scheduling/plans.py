"""Openings as rules: which days and times a template means, and which places are kept for people without a booking.

Plain functions of plain values. The rule about walk-in places: of the first n places of a day, in order of time,
`share` per cent (rounded down) are kept. So they lie evenly over the day, and counting again gives the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduling.clinics import Clinic
from scheduling.refusals import NoPlaces, PlanEmpty, PlanPast, PlanTooLarge, PlanWithoutDays

SHORTEST_STEP = 5
"""Minutes; less from one visit to the next is a slip of the thumb."""
MOST_SLOTS = 200
"""More times than this in one day is a slip of the thumb."""
LARGEST_CAPACITY = 50
"""More places than this at one time is a slip of the thumb."""
FARTHEST = timedelta(days=366)
"""An opening begins within a year."""
ALL_WEEK = frozenset(range(7))


@dataclass(frozen=True)
class Template:
    """What a nurse asks to be opened: one service of one clinic, on some weekdays of some weeks."""

    clinic_id: str
    service: str
    weekdays: frozenset[int]
    """Monday is 0."""
    opens: time
    closes: time
    every: int
    """Minutes from one start to the next."""
    capacity: int
    valid_from: date
    valid_until: date | None = None
    """Included. None: until it is ended."""
    except_days: tuple[date, ...] = ()
    walkin_share: int = 0
    """Per cent of the places that are kept for people who come without a booking."""
    languages: tuple[str, ...] = ()
    """Languages an interpreter covers."""

    @property
    def is_single(self) -> bool:
        """Whether it is about one day alone."""
        return self.valid_from == self.valid_until

    def written(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "clinic_id": self.clinic_id,
            "service": self.service,
            "weekdays": sorted(self.weekdays),
            "opens": self.opens.isoformat(),
            "closes": self.closes.isoformat(),
            "every": self.every,
            "capacity": self.capacity,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "except_days": [day.isoformat() for day in self.except_days],
            "walkin_share": self.walkin_share,
            "languages": list(self.languages),
        }


def read_template(written: dict[str, Any]) -> Template:
    """A template from its JSON values."""
    until = written["valid_until"]
    return Template(
        written["clinic_id"],
        written["service"],
        frozenset(written["weekdays"]),
        time.fromisoformat(written["opens"]),
        time.fromisoformat(written["closes"]),
        written["every"],
        written["capacity"],
        date.fromisoformat(written["valid_from"]),
        date.fromisoformat(until) if until else None,
        tuple(date.fromisoformat(day) for day in written["except_days"]),
        written["walkin_share"],
        tuple(written["languages"]),
    )


def one_day(
    clinic_id: str, service: str, day: date, opens: time, closes: time, every: int = 30, capacity: int = 1
) -> Template:
    """A template of one day alone."""
    return Template(clinic_id, service, frozenset({day.weekday()}), opens, closes, every, capacity, day, day)


@dataclass(frozen=True)
class Site:
    """What of a clinic decides which times are made."""

    clinic_id: str
    timezone: str
    horizon_days: int
    notice_minutes: int

    @property
    def zone(self) -> ZoneInfo:
        """The zone its days and times are told in."""
        return ZoneInfo(self.timezone)

    def today(self, now: datetime) -> date:
        """The day it is there."""
        return now.astimezone(self.zone).date()

    def horizon(self, now: datetime) -> date:
        """The last day on which times are made."""
        return self.today(now) + timedelta(days=self.horizon_days)

    def soonest(self, now: datetime) -> datetime:
        """The first instant at which a time can still be booked."""
        return now + timedelta(minutes=self.notice_minutes)


def site_of(clinic_id: str, clinic: Clinic) -> Site:
    """The site of a clinic of the file."""
    return Site(clinic_id, clinic.timezone, clinic.horizon_days, clinic.notice_minutes)


@dataclass(frozen=True)
class Start:
    """One start time, and how many of its places are kept for walk-ins."""

    at: datetime
    walkin: int


def check(template: Template, today: date) -> Template:
    """The template, if it can be meant.

    Raises:
        NoPlaces, PlanTooLarge: no places, or more times or places than anyone means.
        PlanEmpty: no visit fits, or it ends before it starts.
        PlanPast: it is over, or begins in more than a year.
        PlanWithoutDays: none of its weekdays lies between its first and last day.
    """
    if template.capacity < 1:
        raise NoPlaces
    if template.capacity > LARGEST_CAPACITY:
        raise PlanTooLarge(LARGEST_CAPACITY)
    count = len(start_times(template))
    if not count or (template.valid_until and template.valid_until < template.valid_from):
        raise PlanEmpty
    if count > MOST_SLOTS:
        raise PlanTooLarge(MOST_SLOTS)
    if template.valid_from > today + FARTHEST or (template.valid_until and template.valid_until < today):
        raise PlanPast
    if not any(True for _ in days(template, template.valid_from, template.valid_from + 2 * FARTHEST)):
        raise PlanWithoutDays
    return template


def days(template: Template, first: date, last: date) -> Iterator[date]:
    """Its days between two days, both included; holidays and closures are not known here."""
    begin = max(first, template.valid_from)
    end = min(last, template.valid_until or last)
    for ahead in range((end - begin).days + 1):
        day = begin + timedelta(days=ahead)
        if day.weekday() in template.weekdays and day not in template.except_days:
            yield day


def start_times(template: Template) -> list[time]:
    """The start times of each of its days; the last one begins early enough to end a step before closing."""
    begin, end = (at.hour * 60 + at.minute for at in (template.opens, template.closes))
    return [time(*divmod(minute, 60)) for minute in range(begin, end - template.every + 1, max(template.every, 1))]


def starts(template: Template, day: date, zone: ZoneInfo) -> list[Start]:
    """The times of one day, each with its walk-in places."""
    return [
        Start(datetime.combine(day, at, zone), kept_for_walkins(place, template.capacity, template.walkin_share))
        for place, at in enumerate(start_times(template))
    ]


def kept_for_walkins(place: int, capacity: int, share: int) -> int:
    """How many places of a day's time number `place` (from 0) are kept, so that the day's share lies evenly."""
    before, after = (count * capacity * share // 100 for count in (place, place + 1))
    return after - before


def overlap(one: Template, two: Template) -> bool:
    """Whether two templates of the same service open at the same hours of the same days."""
    apart = one.opens >= two.closes or two.opens >= one.closes
    if apart or (one.clinic_id, one.service) != (two.clinic_id, two.service):
        return False
    first, last = max(one.valid_from, two.valid_from), max(one.valid_from, two.valid_from) + FARTHEST
    return not set(days(one, first, last)).isdisjoint(days(two, first, last))


def ending(template: Template, on: date) -> Template:
    """The template without the days from `on`."""
    last = on - timedelta(days=1)
    return replace(template, valid_until=min(last, template.valid_until or last))
