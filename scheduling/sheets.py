"""The day sheet: what a clinic needs on paper before it opens, so that the day works without the internet.

The rule: it is made when it is sent, from the database as it is then; owed once for each clinic, day, person and form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind
from scheduling import calling, rules, store
from scheduling.calling import Call
from scheduling.clinics import Clinic
from scheduling.rules import Status
from scheduling.store import calling as rows
from storage.tables import Booking, Slot

BEFORE_OPENING = timedelta(minutes=60)
"""So long before the clinic opens its sheet goes out."""
AFTER_OPENING = timedelta(minutes=30)
"""For so long after opening it is made up for, when the bot was not running."""
SHOWN = (Status.STANDING, Status.NO_SHOW, Status.DONE)


class Form(StrEnum):
    """In which forms it comes; each is a message of its own, so that one that fails holds up no other."""

    TEXT = "text"
    TABLE = "table"
    PAGE = "page"


@dataclass(frozen=True)
class Line:
    """One visit: nothing but what the desk may see."""

    slot: Slot
    booking: Booking
    language: str


@dataclass(frozen=True)
class Sheet:
    """One day of one clinic."""

    clinic_id: str
    day: date
    lines: list[Line]
    calls: list[Call]


async def sheet_of(session: AsyncSession, clinic_id: str, day: date, clinic: Clinic, now: datetime) -> Sheet:
    """The sheet of a day, as things are now."""
    begin, end = rules.day_bounds(day, clinic.zone)
    visits = await store.visits_between(session, clinic_id, begin, end, *SHOWN, fresh=True)
    lines = [Line(slot, booking, person.language if person else "") for booking, slot, person in visits]
    return Sheet(clinic_id, day, lines, await calling.calls_of_day(session, clinic_id, day, clinic, now))


def day_to_send(clinic: Clinic, now: datetime) -> date | None:
    """The day whose sheet is due now, if any."""
    today = now.astimezone(clinic.zone).date()
    for day in (today, today + timedelta(days=1)):  # a clinic that opens at midnight gets it the evening before
        opens = datetime.combine(day, clinic.opens, clinic.zone)
        if opens - BEFORE_OPENING <= now < opens + AFTER_OPENING:
            return day
    return None


async def owe_sheet(
    session: AsyncSession, clinic_id: str, day: date, clinic: Clinic, staff: Sequence[int], now: datetime
) -> bool:
    """Owe each of the staff the sheet of a day; False on a day without visits, when none goes out."""
    if not await rows.has_visits(session, clinic_id, *rules.day_bounds(day, clinic.zone)):
        return False
    for person_id in staff:
        for form in Form:
            key = f"{clinic_id}:{day}:{person_id}:{form}"
            await owe(session, Kind.DAY_SHEET, key, person_id, day.toordinal(), due_at=now)
    return True
