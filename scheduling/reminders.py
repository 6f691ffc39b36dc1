"""When people are reminded of a visit: the lead times of its service, inside the hours in which the clinic writes.

The rule: a reminder may only move earlier, never after the hour at which it stops, and two that fall together are one.
"""

from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import Message, message, owe_all
from delivery.rules import Kind
from scheduling.clinics import Clinic, Service
from scheduling.rules import REMINDER_STOPS
from storage.tables import Booking, Slot

EVENING_BEFORE = time(17, 30)
"""The day-before reminder goes out when people are off work (17:00 to 19:30)."""
MORNING_LEAD = timedelta(hours=3)
"""The same-day reminder goes out this long before the visit, but not while the clinic is quiet."""
APART = timedelta(hours=1)
"""Of two reminders that come closer together than this, only the later one is owed."""
DAY_BEFORE, SAME_DAY = "day-before", "same-day"
"""The names of the default reminders; one of a service is named by its minutes, such as `m1440`."""


def reminder_times(starts_at: datetime, clinic: Clinic, service: Service, now: datetime) -> dict[str, datetime]:
    """When a visit's reminders are due, by name; one whose time has already passed is not owed at all.

    What falls into the clinic's quiet hours moves to the hour at which these begin. The default same-day reminder
    waits for the morning instead, unless the visit is so early that only the evening before is left.
    """
    wanted = _wanted(starts_at, clinic, service, now)
    times = {name: due for name, due in wanted.items() if now < due <= starts_at - REMINDER_STOPS}
    later = sorted(times.values())
    return {
        name: due
        for name, due in times.items()
        if not any(due < other < due + APART for other in later)
        and name == min(same for same, at in times.items() if at == due)
    }


def _wanted(starts_at: datetime, clinic: Clinic, service: Service, now: datetime) -> dict[str, datetime]:
    local = starts_at.astimezone(clinic.zone)
    if service.remind_before:
        leads = {f"m{minutes}": timedelta(minutes=minutes) for minutes in service.remind_before}
        return {name: awake((starts_at - lead).astimezone(clinic.zone), clinic) for name, lead in leads.items()}
    evening = awake(datetime.combine(local.date() - timedelta(days=1), EVENING_BEFORE, clinic.zone), clinic)
    morning = (starts_at - MORNING_LEAD).astimezone(clinic.zone)
    if clinic.quiet_until < clinic.quiet_from and local.time() > clinic.quiet_until:
        morning = max(morning, datetime.combine(local.date(), clinic.quiet_until, clinic.zone))
    if morning <= starts_at - REMINDER_STOPS:
        return {DAY_BEFORE: evening, SAME_DAY: awake(morning, clinic)}
    if now < evening:  # too early a visit for a word on the same day
        return {DAY_BEFORE: evening}
    return {SAME_DAY: awake(datetime.combine(local.date(), time(0), clinic.zone), clinic)}


def is_quiet(at: datetime, clinic: Clinic) -> bool:
    """Whether the clinic writes to nobody at this time. Quiet hours may last over midnight; equal ends mean none."""
    told, begin, end = at.astimezone(clinic.zone).time(), clinic.quiet_from, clinic.quiet_until
    return begin <= told < end if begin <= end else told >= begin or told < end


def awake(at: datetime, clinic: Clinic) -> datetime:
    """The time itself; out of quiet hours, the minute before these began."""
    local = at.astimezone(clinic.zone)
    if not is_quiet(local, clinic):
        return at
    day = local.date() if local.time() >= clinic.quiet_from else local.date() - timedelta(days=1)
    return datetime.combine(day, clinic.quiet_from, clinic.zone) - timedelta(minutes=1)


async def owe_for(
    session: AsyncSession, booking: Booking, slot: Slot, clinic: Clinic, service: Service, now: datetime
) -> int:
    """Owe the reminders of a visit at its present time; how many there are. Owing them again changes nothing."""
    owed = of_visit(booking, slot, clinic, service, now)
    await owe_all(session, owed)
    return len(owed)


def of_visit(booking: Booking, slot: Slot, clinic: Clinic, service: Service, now: datetime) -> list[Message]:
    """The reminders of a visit at its present time; none for somebody without Telegram, whom the desk booked.

    Their names carry the count of moves, so that reminders of an older time never pass for those of this one.
    """
    if booking.person_id is None:
        return []
    ends = slot.starts_at - REMINDER_STOPS
    return [
        message(
            Kind.REMINDER,
            f"{version(booking)}:{name}",
            booking.person_id,
            booking.id,
            due_at=due,
            expires_at=ends,
        )
        for name, due in reminder_times(slot.starts_at, clinic, service, now).items()
    ]


def version(booking: Booking) -> str:
    """The visit at its present time, as the names of its messages have it."""
    return f"{booking.id}.{booking.moves}"
