"""Steps of tests about the queue."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from locales.languages import LANGUAGES
from people.authority import Role
from people.store import find_person
from storage.tables import Booking, Queued, Slot
from tests.acts import at, take
from tests.conftest import BANGKOK, next_wednesday
from tests.house import House, Someone

CLINIC = "mae-sot"


MIGRANTS = [language for language in LANGUAGES if language != "en"]


async def nurse_of(house: House, clinic: str = CLINIC, telegram_id: int = 500) -> Someone:
    return await house.staff(telegram_id, Role.STAFF, clinic)


async def booked(house: House, *clocks: str, languages: str = "my", days: int = 1) -> dict[str, tuple[Someone, str]]:
    """Somebody for each time, with the code of their visit; the clinic is open tomorrow morning."""
    await house.opens(day=at(house, days, "09:00").date(), capacity=3)
    found = {}
    for number, clock in enumerate(clocks):
        one = await house.person(20 + number, languages.split()[number % len(languages.split())])
        found[clock] = (one, await take(one, at(house, days, clock)))
    return found


def tomorrow(clock: str) -> datetime:
    """A time of the day after the one on which every test begins."""
    return datetime.combine(next_wednesday().date() + timedelta(days=1), time.fromisoformat(clock), BANGKOK)


async def rows(house: House) -> list[Queued]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Queued).order_by(Queued.number)))


async def booking_of(house: House, code: str) -> Booking:
    async with house.app.database.reading() as session:
        return (await session.scalars(select(Booking).where(Booking.code == code))).one()


async def taken(house: House) -> int:
    async with house.app.database.reading() as session:
        return sum(await session.scalars(select(Slot.taken)))


async def id_of(house: House, one: Someone) -> int:
    async with house.app.database.reading() as session:
        person = await find_person(session, one.id)
        assert person
        return person.id
