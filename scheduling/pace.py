"""Whose turn it is, and how long it may take: plain functions of plain values and `now`.

The rule: what people are told is rounded up, and what a forgotten button would say is not believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heapreplace
from statistics import median, median_low

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


def rooms(calls: Sequence[tuple[datetime, datetime | None]]) -> int:
    """In how many rooms people are seen at once, from when each was called and when they were done (None: inside).

    The median of how many were inside at each of the last `RECENT` calls; one room until there are `LEAST`. Of whoever
    is still inside after twice the pace, "done" was forgotten.
    """
    last = sorted(calls, key=lambda call: call[0])
    if len(last) < LEAST:
        return 1
    usual = pace([ended - begun for begun, ended in last if ended]) or UNKNOWN
    stays = [(begun, min(ended or begun + 2 * usual, begun + LONGEST)) for begun, ended in last]
    return median_low([sum(begun <= at < ended for begun, ended in stays) or 1 for at, _ in stays[-RECENT:]])


def wait(
    ahead: Sequence[timedelta],
    day_pace: timedelta | None,
    *,
    inside: Sequence[timedelta] = (),
    rooms: int = 1,
    not_before: timedelta = timedelta(0),
) -> timedelta:
    """How long somebody waits: each before them goes into the room that is free first.

    Args:
        ahead: how long the service of each person before them takes, in order.
        day_pace: of `pace`; None: the services' own times count.
        inside: how much longer each person takes who is inside; at most one for each room.
        rooms: of `rooms`.
        not_before: the wait is at least this: until the clinic begins, or until their own time.
    """
    free = [*inside, *[timedelta(0)] * (rooms - len(inside))]
    heapify(free)
    for length in ahead:
        heapreplace(free, free[0] + (day_pace or length))
    return max(free[0], not_before)


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
