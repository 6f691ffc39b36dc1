"""What a clinic's staff are owed: the day sheet, whom to call, that reminders fell silent. Worded when it is sent.

The rule: the row's name says clinic and day; whoever is no longer staff there gets nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.request import House
from handlers.screen import Screen
from handlers.screens import calling as screens
from handlers.screens import sheet as sheet_screens
from people.authority import Action, may
from people.store import grants_of
from scheduling import calling, sheets, silence
from scheduling.sheets import Form
from scheduling.store.calling import oldest_waiting, on_their_way
from storage.tables import Owed, Person

FEW_WAITS, MOST_WAITS = 3, 100
"""How often the alarm waits for reminders that are late, and how often for such as are being sent."""
WAITED = "waited "


@dataclass(frozen=True)
class About:
    """What the name of a row says."""

    clinic_id: str
    day: date
    rest: str


async def read(session: AsyncSession, house: House, row: Owed, person: Person) -> About | None:
    """What a row is about; None when its receiver may not know (any more), or the clinic is gone."""
    _, clinic_id, day, *rest = row.key.split(":")
    if clinic_id not in house.clinics.clinics or not may(
        await grants_of(session, person.id), Action.SEE_DAY, clinic_id
    ):
        return None
    return About(clinic_id, date.fromisoformat(day), rest[-1])


async def day_sheet(session: AsyncSession, house: House, row: Owed, person: Person, now: datetime) -> Screen | None:
    """One form of the sheet; None when nobody is booked any more."""
    about = await read(session, house, row, person)
    if about is None:
        return None
    made = await sheets.sheet_of(session, about.clinic_id, about.day, house.clinics.clinics[about.clinic_id], now)
    if not made.lines:
        return None
    return sheet_screens.in_form(house.catalogues, person.language, house.clinics, made, Form(about.rest))


async def call_list(session: AsyncSession, house: House, row: Owed, person: Person, now: datetime) -> Screen | None:
    """Whom to call before the day; None when nobody is left to call."""
    about = await read(session, house, row, person)
    if about is None:
        return None
    clinic = house.clinics.clinics[about.clinic_id]
    calls = await calling.calls_of_day(session, about.clinic_id, about.day, clinic, now)
    left = [call for call in calls if not call.booking.called_at]
    say = house.catalogues.say(person.language)
    return screens.notice(say, clinic, about.clinic_id, about.day, left) if left else None


async def alarm(session: AsyncSession, house: House, row: Owed, person: Person, now: datetime) -> Screen | None:
    """Since when reminders were silent, and whose visits may be forgotten over it."""
    about = await read(session, house, row, person)
    if about is None:
        return None
    clinic, since = house.clinics.clinics[about.clinic_id], datetime.fromtimestamp(row.subject_id, UTC)
    visits = await silence.may_not_know(session, about.clinic_id, since, now)
    say = house.catalogues.say(person.language)
    return screens.silence(say, clinic, about.clinic_id, (since, now), visits)


async def is_early(session: AsyncSession, row: Owed, now: datetime) -> str:
    """Whether the alarm should wait a moment, because late reminders go out just now and it would list them in vain.

    Returns:
        What the row shall remember: how often in a row it has waited; empty when it has waited enough.
    """
    waited = int(row.reason.removeprefix(WAITED)) if row.reason.startswith(WAITED) else 0
    if waited >= MOST_WAITS:
        return ""
    late = waited < FEW_WAITS and await oldest_waiting(session, now) is not None
    return f"{WAITED}{waited + 1}" if late or await on_their_way(session) else ""
