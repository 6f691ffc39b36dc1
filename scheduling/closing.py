"""Closing a time: nobody stands in it afterwards, and for each visit it ends the nearest free place is kept.

The rule: in one transaction the times close, their holds and offers end, their visits end, other places are held for
them, and each person is owed one message. Whoever was racing us either stands by then and is found, or finds the time
closed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import offers, reopening, rules, store, undoing
from scheduling.plans import Site
from scheduling.refusals import ClosedAlready, PlanEmpty, PlanPast, PlanTooLarge
from scheduling.rules import Status, Why
from scheduling.spreading import Busy, Displaced, Place, spread
from scheduling.store import closures as rows
from storage.audit import record
from storage.tables import Booking, Closure, Slot

ANSWER_LIFE = timedelta(hours=24)
"""How long a place is kept for somebody whose visit was closed ..."""
LEAST_ANSWER = timedelta(minutes=30)
"""... and how long at least, or it is not kept at all: nobody can answer at once."""
FARTHEST = timedelta(days=366)
"""A closure that ends later is a slip of the thumb."""
MOST_DAYS = 92
"""Days of one /close."""
TRIES = 3
"""How often another place is looked for when one was taken at the same moment."""
ENDED = (Kind.REMINDER, Kind.RECEIPT, Kind.MOVED, Kind.REOPENED)
"""What nobody needs to hear any more about a visit that has ended."""


undoing.undoes("close")(reopening.reopen)


@dataclass(frozen=True)
class Span:
    """A time range of one clinic."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Forecast:
    """Whom a closure would touch."""

    people: dict[str, int]
    """Visits by their person's language; empty for people without Telegram."""
    kept: int
    """For how many another place can be kept."""


@dataclass(frozen=True)
class Closing:
    """What a closure did: how many visits ended, how many people are told, for how many a place is kept."""

    ended: int
    told: int
    kept: int


async def check(session: AsyncSession, site: Site, spans: Sequence[Span], now: datetime) -> None:
    """Whether these times can be closed.

    Raises:
        PlanEmpty: one ends before it begins.
        PlanPast: one is over already, or too far ahead.
        PlanTooLarge: more days than anyone means.
        ClosedAlready: all of it lies in one closure.
    """
    if any(span.end <= span.begin for span in spans):
        raise PlanEmpty
    if len(spans) > MOST_DAYS or spans[-1].end - spans[0].begin > timedelta(days=MOST_DAYS + 1):
        raise PlanTooLarge(MOST_DAYS)
    if any(span.end <= now or span.end > now + FARTHEST for span in spans):
        raise PlanPast
    known = await store.closures_between(session, site.clinic_id, spans[0].begin, spans[-1].end)
    if all(any(begin <= max(span.begin, now) and end >= span.end for begin, end in known) for span in spans):
        raise ClosedAlready(spans[0].begin, spans[-1].end)


async def forecast(session: AsyncSession, site: Site, spans: Sequence[Span], *, now: datetime) -> Forecast:
    """Whom closing would touch now, and for how many of them there is another place.

    Raises:
        PlanEmpty, PlanPast, PlanTooLarge, ClosedAlready: as for `check`.
    """
    await check(session, site, spans, now)
    slots = [
        slot for span in spans for slot in await store.slots_between(session, site.clinic_id, span.begin, span.end)
    ]
    ids = [slot.id for slot in slots if not slot.closed]
    found = await rows.standing_in(session, ids, now)
    people = Counter(person.language if person else "" for _, _, person in found)
    displaced = await _displaced(session, [(booking, slot) for booking, slot, _ in found], now, ending=ids)
    places = await _places(session, site, {slot.service for _, slot, _ in found}, now, without=set(ids))
    return Forecast(dict(people), len(spread(displaced, places)))


async def close_times(
    session: AsyncSession, nurse_id: int | None, site: Site, spans: Sequence[Span], reason: str = "", *, now: datetime
) -> Closing:
    """Close these times. What has begun already goes on.

    Raises:
        PlanEmpty, PlanPast, PlanTooLarge, ClosedAlready: as for `check`.
    """
    await store.hold_clinic(session, site.clinic_id)
    await check(session, site, spans, now)
    closed: dict[int, int] = {}
    closures: list[int] = []
    ended: list[tuple[Booking, Slot]] = []
    homeless: list[tuple[Booking, Slot]] = []
    owing: dict[int, int] = {}
    told = 0
    for span in spans:
        begin = max(span.begin, now)
        slots = await rows.lock_inside(session, site.clinic_id, begin, span.end)
        closure = Closure(clinic_id=site.clinic_id, starts_at=begin, ends_at=span.end, reason=reason or None)
        session.add(closure)
        await session.flush()
        closures.append(closure.id)
        closed |= {slot.id: slot.taken for slot in slots}
        ids = [slot.id for slot in slots]
        await rows.shut(session, ids)
        homeless += await _clear(session, ids, now)
        for booking, slot, person in await rows.standing_in(session, ids, now):
            if not await rows.end_by(session, booking.id, closure.id, now):
                continue
            await store.give_place(session, slot.id)
            await withdraw(session, booking.id, *ENDED)
            ended.append((booking, slot))
            owing[booking.id] = closure.id
            told += person is not None
    owing |= {booking.id: closures[0] for booking, _ in homeless}
    kept = await _keep_others(session, site, [*ended, *homeless], now)
    for booking, _ in (*ended, *homeless):
        if booking.person_id is not None:
            await withdraw(session, booking.id, Kind.CLOSED)
            key = f"{booking.id}.{booking.moves}:{owing[booking.id]}"  # reopened and closed again, it is told again
            await owe(session, Kind.CLOSED, key, booking.person_id, booking.id, due_at=now)
    undo = {"closures": closures, "slots": [[slot, taken] for slot, taken in closed.items()], "ended": len(ended)}
    await undoing.note(session, nurse_id, site.clinic_id, "close", undo, now)
    detail = f"{len(closed)} times, {len(ended)} visits ended, {kept} places kept"
    await record(
        session, "times-closed", now=now, actor=nurse_id, clinic_id=site.clinic_id, detail=detail, chain=site.clinic_id
    )
    return Closing(len(ended), told, kept)


async def _clear(session: AsyncSession, slot_ids: list[int], now: datetime) -> list[tuple[Booking, Slot]]:
    """Give back what is held or offered in closed slots; the visits that lose the place kept for them."""
    await offers.void(session, slot_ids, now)
    homeless = []
    for hold in await rows.holds_on(session, slot_ids):
        if await store.release(session, hold) and hold.why == Why.CLOSURE:
            found = await store.visit(session, hold.subject_id)
            if found and found[0].status == Status.CLOSED:
                homeless.append((found[0], found[1]))
    return homeless


async def _keep_others(session: AsyncSession, site: Site, ended: list[tuple[Booking, Slot]], now: datetime) -> int:
    """Hold the nearest free place for each visit that has a person; for how many there was one."""
    left = await _displaced(session, ended, now)
    people = {one.booking_id: one.person_id for one in left}
    kept = 0
    for _ in range(TRIES):
        if not left:
            break
        places = await _places(session, site, {one.service for one in left}, now)
        starts = {place.slot_id: place.starts_at for place in places}
        found = spread(left, places)
        for booking_id, slot_id in sorted(found.items(), key=lambda pair: pair[1]):
            until = min(now + ANSWER_LIFE, starts[slot_id] - timedelta(minutes=site.notice_minutes))
            hold = await store.hold_place(session, slot_id, people[booking_id], Why.CLOSURE, until, booking_id)
            if hold is None:
                continue  # somebody has just taken the last place: look once more
            kept += 1
            left = [one for one in left if one.booking_id != booking_id]
        if not found:
            break
    return kept


async def _displaced(
    session: AsyncSession, visits: Sequence[tuple[Booking, Slot]], now: datetime, ending: Iterable[int] = ()
) -> list[Displaced]:
    """The visits of people with Telegram as `spread` wants them; visits in `ending` slots keep nobody busy."""
    people = {booking.person_id for booking, _ in visits if booking.person_id is not None}
    going = {(booking.person_id, slot.starts_at) for booking, slot in visits if slot.id in set(ending)}
    busy: dict[int, list[Busy]] = {}
    for person_id, starts_at, minutes in await rows.commitments(session, people, now):
        if (person_id, starts_at) not in going:
            busy.setdefault(person_id, []).append(Busy(starts_at, minutes))
    holding: dict[int, set[int]] = {}
    for person_id, slot_id in await rows.held_by(session, people, Why.CLOSURE):
        holding.setdefault(person_id, set()).add(slot_id)
    return [
        Displaced(
            booking.id,
            booking.person_id,
            slot.service,
            slot.starts_at,
            booking.interpreter,
            tuple(busy.get(booking.person_id, ())),
            frozenset(holding.get(booking.person_id, ())),
        )
        for booking, slot in visits
        if booking.person_id is not None
    ]


async def _places(
    session: AsyncSession, site: Site, services: set[str], now: datetime, without: Iterable[int] = ()
) -> list[Place]:
    """What is free of these services, late enough to be answered and not beyond the horizon."""
    begin, end = site.soonest(now) + LEAST_ANSWER, now + timedelta(days=site.horizon_days)
    free = [slot for each in services for slot in await store.free_slots(session, site.clinic_id, each, begin, end)]
    closing = set(without)
    return [
        Place(
            slot.id,
            slot.service,
            slot.starts_at,
            slot.minutes,
            rules.places_left(slot.capacity, slot.walkin, slot.taken + slot.held),
            frozenset(filter(None, slot.languages.split(","))),
        )
        for slot in free
        if slot.id not in closing
    ]


def read_spans(written: list[list[str]]) -> list[Span]:
    """Spans from their JSON values."""
    return [Span(*(datetime.fromisoformat(edge) for edge in edges)) for edges in written]


def written(spans: Sequence[Span]) -> list[list[Any]]:
    """Spans as JSON values."""
    return [[span.begin.isoformat(), span.end.isoformat()] for span in spans]
