"""Steps of tests about the waiting list."""

from datetime import datetime

from sqlalchemy import func, select, update

from handlers.press_codec import encode
from handlers.presses.visits import CancelVisit
from handlers.presses.waiting import Wish
from locales.languages import LANGUAGES
from people.store import telegram_key
from scheduling import store
from scheduling.rules import Status
from storage.tables import Booking, Hold, Person, Slot
from tests.acts import at, it_becomes
from tests.house import House, Someone

FREE = "A place is free"


CLINIC, SERVICE = "mae-sot", "vaccination"


MIGRANTS = [language for language in LANGUAGES if language != "en"]


async def one_place(house: House, *, days: int = 1, clock: str = "09:30") -> datetime:
    """One place in all, so many days ahead."""
    starts_at = at(house, days, clock)
    await house.opens(day=starts_at.date(), capacity=1)
    async with house.app.database.writing() as session:
        other = update(Slot).where(Slot.starts_at != starts_at)
        await session.execute(other.values(capacity=0), execution_options={"synchronize_session": False})
    return starts_at


async def waits(one: Someone, wish: str = "mas") -> str:
    """Join the list, by the last of its buttons."""
    return await one.presses(encode(Wish(CLINIC, SERVICE, wish)))


async def gives_up(one: Someone) -> None:
    """Cancel the visit."""
    async with one.house.app.database.reading() as session:
        mine = select(Booking.id).join(Person).where(Booking.status == Status.STANDING)
        ids = list(await session.scalars(mine.where(Person.telegram_key == key_of(one))))
    for booking_id in ids:
        await one.presses(encode(CancelVisit(booking_id)))
    await a_beat(one.house)


def key_of(one: Someone) -> bytes:
    return telegram_key(one.id)


async def a_beat(house: House) -> None:
    """What is done every second, now, until nothing is left to do; and what it sends."""
    while await house.by_hand(house.app.offering.run()):
        await house.quiet()
    await house.quiet()


async def later(house: House, moment: datetime) -> None:
    """It becomes a moment, and the beat after it."""
    await it_becomes(house, moment)
    await a_beat(house)


def offers(one: Someone) -> list[str]:
    return [text for text in one.texts if FREE in text]


async def counts(house: House) -> tuple[int, int, int]:
    """Places taken, places held, rows of holds."""
    async with house.app.database.reading() as session:
        places = (await session.execute(select(func.sum(Slot.taken), func.sum(Slot.held)))).one()
        return int(places[0] or 0), int(places[1] or 0), int(await session.scalar(select(func.count(Hold.id))) or 0)


def slot_row(starts_at: datetime, capacity: int = 1) -> dict[str, object]:
    return {
        "clinic_id": CLINIC,
        "service_key": store.service_key(SERVICE),
        "service": SERVICE,
        "starts_at": starts_at,
        "minutes": 30,
        "capacity": capacity,
        "taken": 0,
        "held": 0,
        "walkin": 0,
        "languages": "",
        "closed": False,
    }
