"""Spreading free places over people whose visits a closing clinic ends.

The rule: in the order of their visits each gets the nearest place that is left, with an interpreter before nearness;
nobody's place is another's, and nobody is given a place in which they would be needed elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduling.rules import clash


@dataclass(frozen=True)
class Busy:
    """A time at which somebody is elsewhere."""

    starts_at: datetime
    minutes: int


@dataclass(frozen=True)
class Displaced:
    """A visit that needs another time."""

    booking_id: int
    person_id: int
    service: str
    starts_at: datetime
    interpreter: str = ""
    busy: tuple[Busy, ...] = ()
    """What else the person has to come."""
    not_in: frozenset[int] = frozenset()
    """Slots of which the person holds a place already, or that proved full."""


@dataclass(frozen=True)
class Place:
    """A slot with `left` places."""

    slot_id: int
    service: str
    starts_at: datetime
    minutes: int
    left: int
    languages: frozenset[str] = frozenset()
    """Empty: nothing is known."""


def spread(displaced: Iterable[Displaced], places: Sequence[Place]) -> dict[int, int]:
    """By visit, the slot in which a place can be kept for it; visits for which there is none are left out."""
    given: dict[int, int] = {}
    used: Counter[int] = Counter()
    theirs: dict[int, list[Place]] = {}
    for one in sorted(displaced, key=lambda each: (each.starts_at, each.booking_id)):
        mine = theirs.setdefault(one.person_id, [])
        fitting = [place for place in places if used[place.slot_id] < place.left and _fits(one, place, mine)]
        if fitting:
            best = min(fitting, key=lambda place: _distance(one, place))
            given[one.booking_id] = best.slot_id
            used[best.slot_id] += 1
            mine.append(best)
    return given


def _fits(one: Displaced, place: Place, mine: list[Place]) -> bool:
    if place.service != one.service or place.slot_id in one.not_in:
        return False
    elsewhere: list[Busy | Place] = [*one.busy, *mine]
    return not any(clash(place.starts_at, place.minutes, each.starts_at, each.minutes) for each in elsewhere)


def _distance(one: Displaced, place: Place) -> tuple[bool, float, datetime]:
    unspoken = bool(one.interpreter and place.languages and one.interpreter not in place.languages)
    return unspoken, abs((place.starts_at - one.starts_at).total_seconds()), place.starts_at
