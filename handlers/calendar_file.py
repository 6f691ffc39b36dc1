"""iCalendar (RFC 5545): a person's visit for the calendar of their phone, and a clinic's days for its own program.

The rule: calendars are copied to clouds and shared with families, so neither kind says who comes for what.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from locales.catalogue import Translator
from scheduling.booking import Visit
from scheduling.clinics import Clinic
from scheduling.feeds import Booked
from scheduling.rules import Status

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar

MAKER = "-//front-door//calendar//EN"
WARNED_BEFORE = timedelta(hours=2)
"""When the calendar of somebody's own phone rings."""
SHOWN = timedelta(minutes=30)
"""How long every entry of a clinic's calendar is: the true length of a visit would tell what it is for."""
REFRESH = timedelta(minutes=30)
"""How often a program is asked to look again."""


@dataclass(frozen=True)
class Keeper:
    """Whose calendar a visit goes into."""

    say: Translator
    discreet: bool


def visit_file(visit: Visit, clinic: Clinic, keeper: Keeper, now: datetime) -> tuple[str, bytes]:
    """Name and content of a visit's file. What was cancelled takes itself out of the calendar again.

    The service stands in none; the clinic and a bell only on a phone of one's own.
    """
    from icalendar import Event  # with the first file: it takes 3 MB

    booking, slot = visit.booking, visit.slot
    gone = booking.status in (Status.CANCELLED, Status.CLOSED)
    event = Event()
    event.add("uid", f"{booking.id:x}@appointment.invalid")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", booking.changed_at.astimezone(UTC))
    event.add("dtstart", slot.starts_at.astimezone(UTC))
    length = SHOWN if keeper.discreet else timedelta(minutes=slot.minutes)
    event.add("dtend", (slot.starts_at + length).astimezone(UTC))
    event.add("summary", keeper.say.label("Appointment {code}", code=booking.code))
    event.add("sequence", booking.moves + gone)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("class", "PRIVATE")
    if not keeper.discreet:
        event.add("location", clinic.name[keeper.say.language])
        if clinic.latitude is not None and clinic.longitude is not None:
            event.add("geo", (clinic.latitude, clinic.longitude))
        if not gone:
            event.add_component(_bell(keeper.say))
    calendar = _calendar("CANCEL" if gone else "PUBLISH")
    calendar.add_component(event)
    return f"{booking.code}.ics", bytes(calendar.to_ical())


def _bell(say: Translator) -> "Alarm":
    from icalendar import Alarm

    bell = Alarm()
    bell.add("action", "DISPLAY")
    bell.add("trigger", -WARNED_BEFORE)
    bell.add("description", say.label("Appointment"))
    return bell


def clinic_file(clinic_id: str, clinic: Clinic, booked: Iterable[Booked], say: Translator, made_at: datetime) -> bytes:
    """A clinic's days: at each time how many places are taken, and nothing of anybody.

    Args:
        made_at: stands as the time of every entry; the same for the same content, so that programs see no change.
    """
    from icalendar import Event

    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", clinic.name[say.language])
    calendar.add("x-wr-timezone", clinic.timezone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for each in booked:
        event = Event()
        start = each.starts_at.astimezone(UTC)
        event.add("uid", f"{start:%Y%m%dT%H%M}-{clinic_id}@clinic.invalid")
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", start)
        event.add("dtend", start + SHOWN)
        event.add("summary", say.label("Booked {taken} of {capacity}", taken=each.taken, capacity=each.capacity))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar
