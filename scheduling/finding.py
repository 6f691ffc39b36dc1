"""Finding a free time: which days have places, which times a day has, what is soonest, nearest, or elsewhere.

The rule: everything keeps to the clinic's notice and horizon, and nothing here is promised: only taking a place is.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import rules, store
from scheduling.clinics import Clinic, Clinics
from scheduling.refusals import SlotGone, TooLate
from storage.tables import Slot

WINDOW = timedelta(days=14)
"""Nearest times are looked for until so long after the wanted one."""
MOST_CLINICS = 3
"""Other clinics named when one is full."""


@dataclass(frozen=True)
class Free:
    """A start time with places left."""

    id: int
    """The slot's number."""
    starts_at: datetime
    left: int


def mind_time(slot: Slot, clinics: Clinics, now: datetime, *, held: bool = False) -> None:
    """Let nobody book what is not offered, or not now; with a place held in time, the clinic's notice may have begun.

    Raises:
        SlotGone: closed, beyond the horizon, or of a clinic or service that is not offered any more.
        TooLate: too near.
    """
    clinic = clinics.clinics.get(slot.clinic_id)
    if clinic is None or slot.closed or slot.service not in clinic.services:
        raise SlotGone
    if not rules.is_bookable(slot.starts_at, now, timedelta(0) if held else timedelta(minutes=clinic.notice_minutes)):
        raise TooLate
    ahead = slot.starts_at.astimezone(clinic.zone).date() - now.astimezone(clinic.zone).date()
    if ahead.days > clinic.horizon_days:
        raise SlotGone


async def free(
    session: AsyncSession, clinic_id: str, service: str, clinic: Clinic, now: datetime, until: datetime | None = None
) -> list[Free]:
    """Every time that can be booked now, earliest first; `until` is not included."""
    begin, end = bounds(clinic, now)
    rows = await store.free_places(session, clinic_id, service, begin, min(end, until) if until else end)
    return [Free(slot_id, starts_at, left) for slot_id, starts_at, left in rows]


def by_day(times: list[Free], clinic: Clinic) -> dict[date, int]:
    """Places left by day of the clinic, for days that have any, earliest first."""
    places: Counter[date] = Counter()
    for each in times:
        places[each.starts_at.astimezone(clinic.zone).date()] += each.left
    return dict(places)


async def free_days(
    session: AsyncSession, clinic_id: str, service: str, clinic: Clinic, now: datetime
) -> dict[date, int]:
    """Places left by day of the clinic, for days that have any, earliest first."""
    return by_day(await free(session, clinic_id, service, clinic, now), clinic)


async def free_times(
    session: AsyncSession, clinic_id: str, service: str, day: date, clinic: Clinic, now: datetime
) -> list[Slot]:
    """Slots of one day that can still be booked, earliest first."""
    begin, end = rules.day_bounds(day, clinic.zone)
    first, last = bounds(clinic, now)
    return await store.free_slots(session, clinic_id, service, max(begin, first), min(end, last))


async def nearest(
    session: AsyncSession, clinic_id: str, service: str, wanted: datetime, clinic: Clinic, now: datetime
) -> list[Free]:
    """The free times closest to one that is full or closed."""
    found = await free(session, clinic_id, service, clinic, now, wanted + WINDOW)
    closest = sorted(found, key=lambda each: abs(each.starts_at - wanted))[: rules.NEAREST]
    return sorted(closest, key=lambda each: each.starts_at)


async def elsewhere(session: AsyncSession, clinics: Clinics, clinic_id: str, service: str, now: datetime) -> list[str]:
    """Other clinics that have a place for a service, the one with the earliest first; at most three."""
    offering = {key: clinic for key, clinic in clinics.clinics.items() if service in clinic.services}
    offering.pop(clinic_id, None)
    if not offering:
        return []
    spans = [bounds(clinic, now) for clinic in offering.values()]
    begin, end = min(first for first, _ in spans), max(last for _, last in spans)
    found = await store.clinics_with_places(session, service, begin, end)
    return [key for key in found if key in offering][:MOST_CLINICS]


def bounds(clinic: Clinic, now: datetime) -> tuple[datetime, datetime]:
    """From when until when a clinic's times can be booked: after its notice, to the end of the horizon's last day."""
    last = now.astimezone(clinic.zone).date() + timedelta(days=clinic.horizon_days)
    return now + timedelta(minutes=clinic.notice_minutes), rules.day_bounds(last, clinic.zone)[1]
