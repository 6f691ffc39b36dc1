"""Visits that belong together (doses, antenatal care, medicine): found around the days they are due, booked in one go.

The rule: all of what was previewed is booked, or nothing. Each is a visit of its own afterwards; they share a number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import booking, finding, hindrances, rules, store
from scheduling.booking import Details, Visit
from scheduling.clinics import Clinic, Clinics
from scheduling.refusals import BookingGone, Clash, SeriesChanged, SlotFull, SlotGone, TooLate
from scheduling.rules import Why
from scheduling.waiting_rules import speaks
from storage.tables import Person, Slot
from storage.types import draw_reference

SAME_HOUR = timedelta(hours=2)
"""What counts as about the same hour of the day."""


@dataclass(frozen=True)
class Repeat:
    """One visit that is due; no slot: none was found, or the clinic's times are not open so far ahead."""

    due: date
    slot: Slot | None


async def find(
    session: AsyncSession, person: Person, first: Slot, details: Details, *, clinics: Clinics, now: datetime
) -> list[Repeat]:
    """For each repeat visit of the first one's service, the free time nearest to its day at about the same hour.

    At most three days before or after, never before the visit before it, and never where the person is elsewhere.
    """
    clinic = clinics.clinics[first.clinic_id]
    standing = await store.standing_visits(session, person.id, now)
    taken = [hindrances.stay(slot, each.whom) for each, slot in standing if slot.id != first.id]
    at, found = first.starts_at.astimezone(clinic.zone), list[Repeat]()
    before = at.date()
    for due in due_days(first.starts_at, clinic, clinics.services[first.service].series):
        slots = await _around(session, first, clinic, due, now)
        suited = [
            slot
            for slot in slots
            if slot.starts_at.astimezone(clinic.zone).date() > before
            and speaks(details.interpreter, slot.languages)
            and not any(rules.in_two_places(hindrances.stay(slot, details.whom), other) for other in taken)
            and not booking.standing_at(standing, slot.id, details.whom)
        ]
        wanted = datetime.combine(due, at.time(), clinic.zone)
        best = min(suited, key=lambda slot: distance(slot.starts_at, wanted, clinic), default=None)
        before = best.starts_at.astimezone(clinic.zone).date() if best else before
        found.append(Repeat(due, best))
    return found


async def book(
    session: AsyncSession,
    person: Person,
    slot_ids: Sequence[int],
    details: Details,
    *,
    clinics: Clinics,
    now: datetime,
    new_code: Callable[[], str],
) -> list[Visit]:
    """Book all of these, the first one from its hold, in one transaction. Asking twice gives the same visits.

    Raises:
        TooManyBookings, Clash, OfferStands: as for `booking.book`; the series counts as one visit.
        SeriesChanged: one of them has gone; nothing was booked.
    """
    await store.hold_person(session, person.id)
    standing = await store.standing_visits(session, person.id, now)
    there = {slot_id: booking.standing_at(standing, slot_id, details.whom) for slot_id in slot_ids}
    if all(there.values()):
        return [visit for visit in there.values() if visit]
    hold = await store.find_hold(session, slot_ids[0], person.id, Why.CONFIRM)
    series, slots = draw_reference(), list[Slot]()
    try:
        for slot_id in slot_ids:
            held = hold is not None and slot_id == slot_ids[0]
            slots.append(await hindrances.open_slot(session, slot_id, clinics, now, held=held))
        for slot in slots:
            if there[slot.id]:
                raise Clash(slot.starts_at)
            await hindrances.refuse(session, person, slot, details.whom, standing)
        made = [
            await booking.enter(
                session, person.id, slot, details, clinics=clinics, now=now, new_code=new_code, series=series
            )
            for slot in slots
        ]
        for slot in sorted(slots, key=lambda slot: slot.id):
            await booking.take(session, slot, hold if slot.id == slot_ids[0] else None)
    except (SlotFull, SlotGone, TooLate) as gone:
        raise SeriesChanged(slot_ids[0], details.whom, details.interpreter) from gone
    for kept, slot in zip(made, slots, strict=True):
        await booking.note_act(session, "visit-booked", person, kept, slot, now)
    return [Visit(kept, slot) for kept, slot in zip(made, slots, strict=True)]


async def later(session: AsyncSession, person: Person, visit: Visit) -> list[Visit]:
    """This visit of a series and those after it."""
    if visit.booking.series is None:
        return []
    rows = await store.series_visits(session, person.id, visit.booking.series, visit.slot.starts_at)
    return [Visit(kept, slot) for kept, slot in rows]


async def cancel_later(session: AsyncSession, person: Person, booking_id: int, *, now: datetime) -> list[Visit]:
    """Give up a visit of a series and all after it; cancelling twice changes nothing.

    Raises:
        BookingGone: no such visit of this person, or of no series.
    """
    await store.hold_person(session, person.id)
    found = await store.visit(session, booking_id)
    if found is None or found[0].person_id != person.id or found[0].series is None:
        raise BookingGone
    return await booking.cancel_all(session, person, await later(session, person, Visit(found[0], found[1])), now)


def due_days(first: datetime, clinic: Clinic, series: Sequence[int]) -> list[date]:
    """The days on which repeat visits are due."""
    day = first.astimezone(clinic.zone).date()
    return [day + timedelta(days=days) for days in series]


def distance(starts_at: datetime, wanted: datetime, clinic: Clinic) -> tuple[bool, int, timedelta, datetime]:
    """How far a time is from the wanted one: about the same hour counts most, then the day, then the minutes."""
    at = starts_at.astimezone(clinic.zone)
    same_day = datetime.combine(at.date(), wanted.time(), clinic.zone)
    hours = abs(at - same_day)
    return hours > SAME_HOUR, abs((at.date() - wanted.date()).days), hours, starts_at


async def _around(session: AsyncSession, first: Slot, clinic: Clinic, due: date, now: datetime) -> list[Slot]:
    begin, _ = rules.day_bounds(due - rules.SERIES_SLACK, clinic.zone)
    _, end = rules.day_bounds(due + rules.SERIES_SLACK, clinic.zone)
    opens, closes = finding.bounds(clinic, now)
    return await store.free_slots(session, first.clinic_id, first.service, max(begin, opens), min(end, closes))
