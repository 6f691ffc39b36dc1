"""What clinic staff see: a day of their clinic."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import rules, store
from scheduling.rules import Status
from storage.tables import Booking, Slot


@dataclass(frozen=True)
class Line:
    """One booking as staff see it: nothing but time, code, status, service, language and whether we can reach them."""

    slot: Slot
    booking: Booking
    language: str
    reachable: bool


async def day_of(session: AsyncSession, clinic_id: str, day: date, zone: ZoneInfo) -> tuple[list[Slot], list[Line]]:
    """A clinic's day: its slots, and its bookings in order of time."""
    begin, end = rules.day_bounds(day, zone)
    slots = await store.slots_between(session, clinic_id, begin, end)
    rows = await store.visits_between(session, clinic_id, begin, end, Status.STANDING, Status.NO_SHOW, Status.DONE)
    return slots, [
        Line(slot, booking, person.language if person else "", bool(person and person.reachable))
        for booking, slot, person in rows
    ]
