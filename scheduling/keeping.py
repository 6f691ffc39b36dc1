"""What a person says about a visit that stands: I am coming, I am late, I am here. And the visits that are over.

The rule: each is said for the time a visit has now; saying it twice changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import booking, queue, rules, store
from scheduling.booking import Visit
from scheduling.refusals import BookingGone, NotTimeYet
from scheduling.retention import KEEP_VISITS
from scheduling.rules import Status
from scheduling.store import keeping as rows
from storage.tables import Person, Queued, Slot

LATE = (10, 20, 30, 45)
"""Minutes that one can be late by; more than that is a visit to move."""
LATE_HOURS = 12
"""So many hours before a visit one can say that one will be late."""
HERE_HOURS = 2
"""So many hours before a visit one can say that one is there."""


@dataclass(frozen=True)
class Arrival:
    """A place in today's queue, and how many people are before it."""

    visit: Visit
    entry: Queued
    before: int


def ends_at(slot: Slot) -> datetime:
    """When a visit is over."""
    return slot.starts_at + timedelta(minutes=slot.minutes)


def can_be_late(slot: Slot, now: datetime) -> bool:
    """Whether it is the time to say that one will be late."""
    return slot.starts_at - timedelta(hours=LATE_HOURS) <= now < ends_at(slot)


def can_arrive(slot: Slot, now: datetime) -> bool:
    """Whether it is the time to say that one is there."""
    return slot.starts_at - timedelta(hours=HERE_HOURS) <= now < ends_at(slot)


async def confirm(session: AsyncSession, person: Person, booking_id: int, moves: int, *, now: datetime) -> Visit | None:
    """Note that somebody is coming, so that they are reminded no more; None if the visit has another time since.

    Args:
        moves: the count of moves that the message showed.

    Raises:
        BookingGone: not this person's, not standing any more, or over.
    """
    visit = await _to_come(session, person, booking_id, now)
    if visit.booking.moves != moves:
        return None
    if await rows.set_confirmed(session, booking_id, moves, now):
        await session.refresh(visit.booking)
        await booking.note_act(session, "visit-confirmed", person, visit.booking, visit.slot, now)
    return visit


async def say_late(session: AsyncSession, person: Person, booking_id: int, minutes: int, *, now: datetime) -> Visit:
    """Note that somebody comes later; the desk sees it in its day. Whoever says so is coming.

    Raises:
        BookingGone: as for `confirm`; or the minutes are none of `LATE`.
        NotTimeYet: it is not the day of the visit.
    """
    visit = await _to_come(session, person, booking_id, now)
    if minutes not in LATE:
        raise BookingGone
    if not can_be_late(visit.slot, now):
        raise NotTimeYet(LATE_HOURS)
    if await rows.set_late(session, booking_id, visit.booking.moves, minutes, now):
        await session.refresh(visit.booking)
        await booking.note_act(session, "visit-late", person, visit.booking, visit.slot, now)
    return visit


async def arrive(session: AsyncSession, person: Person, booking_id: int, *, zone: ZoneInfo, now: datetime) -> Arrival:
    """Somebody is there: their number in the queue.

    Raises:
        BookingGone: as for `confirm`.
        NotTimeYet: more than two hours before the visit.
        NotToday: the clinic's day of the visit is another one.
    """
    visit = await _to_come(session, person, booking_id, now)
    if not can_arrive(visit.slot, now):
        raise NotTimeYet(HERE_HOURS)
    entry = await queue.arrive(session, visit.booking, visit.slot, person, zone=zone, now=now)
    return Arrival(visit, entry, await rows.before(session, entry))


async def visits_now(session: AsyncSession, person: Person, now: datetime) -> list[Visit]:
    """What `/mine` shows: the visits to come, and one that is not over yet: its person may be late, or there."""
    found = await store.standing_visits(session, person.id, now - rules.LONGEST_VISIT)
    return [Visit(kept, slot) for kept, slot in found if now < ends_at(slot)]


async def past_visits(session: AsyncSession, person: Person, now: datetime) -> list[Visit]:
    """The visits whose time is over, the last one first, as long as they are kept."""
    found = await rows.past_visits(session, person.id, now - KEEP_VISITS, now)
    return [Visit(kept, slot) for kept, slot in found if kept.status != Status.STANDING or now >= ends_at(slot)]


async def past_visit(session: AsyncSession, person: Person, booking_id: int, now: datetime) -> Visit:
    """One of them.

    Raises:
        BookingGone: not this person's, or erased by now.
    """
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id or found[1].starts_at > now:
        raise BookingGone
    return Visit(found[0], found[1])


async def _to_come(session: AsyncSession, person: Person, booking_id: int, now: datetime) -> Visit:
    visit = await booking.own_visit(session, person, booking_id)
    if now >= ends_at(visit.slot):
        raise BookingGone
    return visit
