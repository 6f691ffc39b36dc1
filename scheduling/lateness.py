"""A clinic that runs late: today's times shift, and whoever is on the way is told once for each step.

The rule: nobody who is there is told to come later, and nobody is told what they know already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe, withdraw
from delivery.rules import Kind
from scheduling import pace, rules, undoing
from scheduling.clinics import Clinic
from scheduling.refusals import PlanTooLarge
from scheduling.store import queue as store
from scheduling.undoing import CLINICS, Undone
from storage.audit import record
from storage.tables import Booking, Person, Slot

MOST = 300
"""Minutes; a clinic that is later than this closes the time instead."""


@dataclass(frozen=True)
class OnTheWay:
    """Somebody who is not there yet: what they were told so far, in minutes, and how often."""

    booking: Booking
    slot: Slot
    person: Person
    told: int
    times: int


async def forecast(session: AsyncSession, clinic_id: str, clinic: Clinic, minutes: int, now: datetime) -> int:
    """How many people would be told.

    Raises:
        PlanTooLarge: more minutes than anyone means.
    """
    return len(_to_tell(await _on_the_way(session, clinic_id, clinic, now), check(minutes), now))


async def run_late(
    session: AsyncSession, nurse_id: int, clinic_id: str, clinic: Clinic, minutes: int, *, now: datetime
) -> int:
    """The clinic runs so many minutes late today (0: on time again); how many people are told.

    Raises:
        PlanTooLarge: as for `forecast`.
    """
    check(minutes)
    day = now.astimezone(clinic.zone).date()
    known = await store.hold_day(session, clinic_id, day)
    was, known.late_minutes = known.late_minutes, minutes
    await session.flush()
    told = await _tell(session, clinic_id, clinic, minutes, now)
    await undoing.note(session, nurse_id, clinic_id, "late", {"clinic": clinic_id, "was": was}, now)
    detail = f"{minutes} minutes, {told} told"
    await record(session, "ran-late", now=now, actor=nurse_id, clinic_id=clinic_id, detail=detail, chain=clinic_id)
    return told


def check(minutes: int) -> int:
    """The minutes themselves, if somebody can mean them.

    Raises:
        PlanTooLarge: more than `MOST`.
    """
    if minutes > MOST:
        raise PlanTooLarge(MOST)
    return minutes


def minutes_told(key: str) -> int:
    """The minutes that a message is about, from its name."""
    return int(key.rpartition(":")[2])


async def _tell(session: AsyncSession, clinic_id: str, clinic: Clinic, minutes: int, now: datetime) -> int:
    for one in await _on_the_way(session, clinic_id, clinic, now):
        await withdraw(session, one.booking.id, Kind.LATE)  # not sent yet: nobody has been told of it
    found = _to_tell(await _on_the_way(session, clinic_id, clinic, now), minutes, now)
    for one in found:
        shift = timedelta(minutes=max(minutes, one.told))
        key = f"{one.booking.id}.{one.booking.moves}:{one.times}:{minutes}"
        due, ends = max(now, one.slot.starts_at - pace.LATE_AHEAD), one.slot.starts_at + shift
        await owe(session, Kind.LATE, key, one.person.id, one.booking.id, due_at=due, expires_at=ends)
    return len(found)


def _to_tell(found: Sequence[OnTheWay], minutes: int, now: datetime) -> list[OnTheWay]:
    """Whom it is news for, and who can still make use of it."""
    shift = timedelta(minutes=minutes)
    return [one for one in found if pace.news(one.told, minutes) and one.slot.starts_at + shift > now]


async def _on_the_way(session: AsyncSession, clinic_id: str, clinic: Clinic, now: datetime) -> list[OnTheWay]:
    begin, end = rules.day_bounds(now.astimezone(clinic.zone).date(), clinic.zone)
    rows = [row for row in await store.not_here(session, clinic_id, begin, end) if row[2] and row[2].reachable]
    notices = await store.late_notices(session, [booking.id for booking, _, _ in rows])
    found = []
    for booking, slot, person in rows:
        start = f"{Kind.LATE}:{booking.id}.{booking.moves}:"
        keys = [key for about, key in notices if about == booking.id and key.startswith(start)]
        told = minutes_told(keys[-1]) if keys else 0
        found.append(OnTheWay(booking, slot, person, told, len(keys)))  # type: ignore[arg-type]
    return found


@undoing.undoes("late")
async def _undo_late(session: AsyncSession, data: dict[str, Any], now: datetime) -> Undone | None:
    """As late as before; who has been told meanwhile is told again if that is news."""
    clinic_id = data["clinic"]
    clinic = data[CLINICS].clinics[clinic_id]
    known = await store.hold_day(session, clinic_id, now.astimezone(clinic.zone).date())
    known.late_minutes = data["was"]
    await session.flush()
    await _tell(session, clinic_id, clinic, data["was"], now)
    return None
