"""Whose turn it is, and how long it may take: plain functions of plain values and `now`.

The rule: what people are told is rounded up, and what a forgotten button would say is not believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

RECENT = 8
"""The pace of the day is that of the last so many who were seen ..."""
LEAST = 3
"""... once there are so many; before that, the minutes of each service count."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=3)
"""A shorter or longer time with somebody is a button that was pressed late or twice."""
WALKIN_PATIENCE = timedelta(hours=1)
"""A walk-in who has waited so long goes before booked people whose time came later than that."""
NO_SHOW_AFTER = timedelta(minutes=30)
"""So long after the time of a visit the desk is asked whether somebody did not come; nothing happens by itself."""
LATE_STEP = 15
"""People are told of a late clinic in steps of at least so many minutes."""
LATE_AHEAD = timedelta(hours=2)
"""... and so long before their time at the earliest: by then the clinic may have caught up."""
ROUNDED = 5
"""Minutes that people are told are a multiple of this."""
UNKNOWN = timedelta(minutes=20)
"""How long somebody takes of whom no service is known."""


@dataclass(frozen=True)
class Comer:
    """Somebody who waits: when they came, and the time of their visit; None for a walk-in."""

    number: int
    came_at: datetime
    starts_at: datetime | None = None


def turn(one: Comer, now: datetime) -> tuple[int, datetime, int]:
    """Where somebody stands in the line at `now`: the smallest is next.

    1. Booked people whose time has come, by the later of their time and their coming: who comes late goes behind
       whoever was due and there meanwhile. A walk-in who has waited `WALKIN_PATIENCE` stands among them as if that
       were their time, so that nobody waits all day behind people with visits.
    2. The other walk-ins, by their coming.
    3. Booked people whose time has not come, by their time: early is welcome when nobody else is waiting.
    """
    if one.starts_at is not None:
        if one.starts_at <= now:
            return (0, max(one.starts_at, one.came_at), one.number)
        return (2, one.starts_at, one.number)
    if now - one.came_at >= WALKIN_PATIENCE:
        return (0, one.came_at + WALKIN_PATIENCE, one.number)
    return (1, one.came_at, one.number)


def before(one: Comer, others: Sequence[Comer], now: datetime) -> list[Comer]:
    """Who goes before somebody, as the line will be when their own time has come."""
    then = max(now, one.starts_at) if one.starts_at else now
    own = turn(one, then)
    return [other for other in others if other.number != one.number and turn(other, then) < own]


def pace(seen: Sequence[timedelta]) -> timedelta | None:
    """How long one person takes today, from how long each took so far, in order; None: too few to tell.

    The median of the last `RECENT`, so that one long visit does not move it.
    """
    told = [each for each in seen if SHORTEST <= each <= LONGEST][-RECENT:]
    return timedelta(seconds=median(each.total_seconds() for each in told)) if len(told) >= LEAST else None


def wait(
    ahead: Sequence[timedelta],
    day_pace: timedelta | None,
    *,
    in_room: timedelta | None = None,
    usual: timedelta = UNKNOWN,
    not_before: timedelta = timedelta(0),
) -> timedelta:
    """How long somebody waits, with one room.

    Args:
        ahead: how long the service of each person before them takes.
        day_pace: of `pace`; None: the services' own times count.
        in_room: how long ago the last person was called who is still inside; None: nobody is.
        usual: how long the service of the person inside takes.
        not_before: the wait is at least this: until the clinic begins, or until their own time.
    """
    inside = max(timedelta(0), (day_pace or usual) - in_room) if in_room is not None else timedelta(0)
    queued = day_pace * len(ahead) if day_pace else sum(ahead, timedelta(0))
    return max(inside + queued, not_before)


def about(length: timedelta) -> int:
    """The minutes that are told: whole ones, rounded up to a multiple of `ROUNDED`."""
    minutes = round(length / timedelta(minutes=1))
    return -(-minutes // ROUNDED) * ROUNDED


def is_overdue(starts_at: datetime, now: datetime, clinic_late: int = 0, said_late: int = 0) -> bool:
    """Whether the desk is asked about somebody who is not there: what they or the clinic are late counts for them."""
    return now >= starts_at + NO_SHOW_AFTER + timedelta(minutes=max(clinic_late, said_late))


def news(told: int, minutes: int) -> bool:
    """Whether somebody who was told that the clinic is `told` minutes late is told of `minutes`."""
    return abs(minutes - told) >= LATE_STEP
