"""The queue as it is read: who waits in which order, how long somebody may wait, who is missing.

The rule: a number counts only while its visit stands; whoever is here although their visit ended is shown to the desk
apart, never called over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import pace, rules
from scheduling.clinics import Clinic, Clinics
from scheduling.pace import Comer
from scheduling.rules import Stage, Status
from scheduling.store import queue as store
from storage.tables import Booking, Queued, Slot


@dataclass(frozen=True)
class Place:
    """One number of the day, with its visit where there is one."""

    entry: Queued
    booking: Booking | None = None
    slot: Slot | None = None

    @property
    def counts(self) -> bool:
        """Whether it may be called: a walk-in, or a visit that stands at this clinic on this day."""
        return self.booking is None or self.booking.status in (Status.STANDING, Status.DONE)

    @property
    def comer(self) -> Comer:
        """As the rules see it."""
        return Comer(self.entry.number, self.entry.came_at, self.slot.starts_at if self.slot else None)


@dataclass(frozen=True)
class Line:
    """A clinic's queue at an instant."""

    late: int
    """Minutes."""
    waiting: list[Place]
    """In the order in which they are called."""
    called: list[Place]
    done: int
    left: int
    adrift: list[Place]
    """Here, although the clinic closed their time or the visit was cancelled or moved."""
    overdue: list[tuple[Booking, Slot]]
    """Not here, long past their time."""
    expected: int
    """How many have a visit today and are not here yet."""
    calls: int
    """How often somebody was called today: what a button remembers, so that a second tap calls nobody else."""


@dataclass(frozen=True)
class Wait:
    """What somebody who is here may ask: their number, how many are before them, about how many minutes."""

    number: int
    before: int
    minutes: int
    state: Stage


async def places(session: AsyncSession, clinic_id: str, day: date) -> list[Place]:
    """Everybody who came to a clinic on a day, in the order of their numbers."""
    return [Place(*row) for row in await store.entries(session, clinic_id, day)]


def in_turn(found: Iterable[Place], now: datetime) -> list[Place]:
    """Who waits, in the order in which they are called."""
    waiting = [place for place in found if place.entry.state == Stage.HERE and place.counts and _same_day(place)]
    return sorted(waiting, key=lambda place: pace.turn(place.comer, now))


async def line(session: AsyncSession, clinic_id: str, clinic: Clinic, now: datetime) -> Line:
    """A clinic's queue now."""
    day = now.astimezone(clinic.zone).date()
    found = await places(session, clinic_id, day)
    known = await store.day_of(session, clinic_id, day)
    late = known.late_minutes if known else 0
    begin, end = rules.day_bounds(day, clinic.zone)
    missing = await store.not_here(session, clinic_id, begin, end)
    inside = [place for place in found if place.entry.state == Stage.CALLED]
    adrift = [place for place in found if place.entry.state == Stage.HERE and not (place.counts and _same_day(place))]
    return Line(
        late=late,
        waiting=in_turn(found, now),
        called=sorted(inside, key=lambda place: place.entry.called_at or now),
        done=sum(place.entry.state == Stage.DONE for place in found),
        left=sum(place.entry.state == Stage.LEFT for place in found),
        adrift=adrift,
        overdue=[(b, s) for b, s, _ in missing if pace.is_overdue(s.starts_at, now, late, b.late_minutes)],
        expected=len(missing),
        calls=sum(place.entry.called_at is not None for place in found),
    )


async def wait_of(session: AsyncSession, entry: Queued, clinics: Clinics, now: datetime) -> Wait:
    """How long somebody who is here may wait."""
    clinic = clinics.clinics[entry.clinic_id]
    found = await places(session, entry.clinic_id, entry.day)
    waiting = in_turn(found, now)
    own = next((place for place in waiting if place.entry.id == entry.id), None)
    if own is None:
        return Wait(entry.number, 0, 0, Stage(entry.state))
    comers = pace.before(own.comer, [place.comer for place in waiting], now)
    numbers = {comer.number for comer in comers}
    ahead = [_usual(place, clinics) for place in waiting if place.entry.number in numbers]
    day_pace, rooms = pace.pace(_seen(found)), pace.rooms(_calls(found))
    length = pace.wait(
        ahead,
        day_pace,
        inside=_inside(found, clinics, day_pace, now)[-rooms:],
        rooms=rooms,
        not_before=max(await _begins_in(session, entry, clinic, found, now), _own_time(own, now)),
    )
    return Wait(entry.number, len(ahead), pace.about(length), Stage.HERE)


def _seen(found: Sequence[Place]) -> list[timedelta]:
    """How long each took who was called and seen, in the order in which they were done."""
    done = sorted(
        (place.entry.done_at, place.entry.called_at)
        for place in found
        if place.entry.state == Stage.DONE and place.entry.done_at and place.entry.called_at
    )
    return [done_at - called_at for done_at, called_at in done]


def _calls(found: Sequence[Place]) -> list[tuple[datetime, datetime | None]]:
    """When each was called, and when they were done; None: they are inside."""
    entries = (place.entry for place in found if place.entry.state in (Stage.CALLED, Stage.DONE))
    return [(entry.called_at, entry.done_at) for entry in entries if entry.called_at]


def _inside(found: Sequence[Place], clinics: Clinics, day_pace: timedelta | None, now: datetime) -> list[timedelta]:
    """How much longer each person takes who is inside, in the order in which they were called."""
    called = sorted(
        (place.entry.called_at, place.entry.number, _usual(place, clinics))
        for place in found
        if place.entry.state == Stage.CALLED and place.entry.called_at
    )
    return [max(timedelta(0), (day_pace or usual) - (now - called_at)) for called_at, _, usual in called]


def _usual(place: Place, clinics: Clinics) -> timedelta:
    service = clinics.services.get(place.entry.service)
    return timedelta(minutes=service.minutes) if service else pace.UNKNOWN


def _own_time(place: Place, now: datetime) -> timedelta:
    return max(timedelta(0), place.slot.starts_at - now) if place.slot else timedelta(0)


async def _begins_in(
    session: AsyncSession, entry: Queued, clinic: Clinic, found: Sequence[Place], now: datetime
) -> timedelta:
    """Until the clinic begins; nothing once somebody was called."""
    if any(place.entry.called_at for place in found):
        return timedelta(0)
    known = await store.day_of(session, entry.clinic_id, entry.day)
    begins = datetime.combine(entry.day, clinic.opens, clinic.zone)
    return begins + timedelta(minutes=known.late_minutes if known else 0) - now


def _same_day(place: Place) -> bool:
    """Whether the visit is still on the day on which its person came."""
    if place.slot is None:
        return True
    return abs(place.slot.starts_at - place.entry.came_at) < timedelta(hours=16)
