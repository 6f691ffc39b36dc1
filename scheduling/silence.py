"""Reminders that fell silent: found among what is still owed, told once to the staff of each clinic on a day.

The rule: whoever is told is told what is so when the message goes out, not when the silence was found.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind, Outcome
from scheduling import store
from scheduling.calling import SILENT_AFTER
from scheduling.clinics import Clinic
from scheduling.rules import Status
from scheduling.store import calling as rows
from storage.tables import Booking, Slot

FAR = timedelta(days=60)
"""Visits further ahead than this have no reminder that could be due."""
NOT_SENT = (*rows.OPEN, Outcome.EXPIRED, Outcome.FAILED, Outcome.UNKNOWN)


async def find_silence(session: AsyncSession, now: datetime) -> dict[str, datetime]:
    """Clinics with reminders that have waited for ten minutes or more, each with the time the first was due."""
    since: dict[str, datetime] = {}
    for _, slot, planned in await rows.overdue(session, now - SILENT_AFTER):
        since[slot.clinic_id] = min(planned, since.get(slot.clinic_id, planned))
    return since


async def owe_alarm(
    session: AsyncSession, clinic_id: str, clinic: Clinic, since: datetime, staff: Sequence[int], now: datetime
) -> bool:
    """Owe each of the staff the alarm; False when this clinic was told today."""
    day = now.astimezone(clinic.zone).date()
    if not staff or not await rows.note_silence(session, clinic_id, day, now):
        return False
    for person_id in staff:
        key = f"{clinic_id}:{day}:{person_id}"
        await owe(session, Kind.SILENCE, key, person_id, int(since.timestamp()), due_at=now)
    return True


async def may_not_know(
    session: AsyncSession, clinic_id: str, since: datetime, now: datetime
) -> list[tuple[Booking, Slot]]:
    """Standing visits whose reminder was due between `since` and now and has not arrived, in order of time."""
    visits = await store.visits_between(session, clinic_id, since, now + FAR, Status.STANDING, fresh=True)
    found = await rows.reminders_of(session, [booking for booking, _, _ in visits])
    begin = since.replace(microsecond=0)

    def silent(booking: Booking) -> bool:
        due = [row for row in found[booking.id] if begin <= (row.late_since or row.due_at) <= now]
        return bool(due) and due[-1].state in NOT_SENT and booking.confirmed_at is None

    return [(booking, slot) for booking, slot, _ in visits if silent(booking)]
