"""Booking in a test: the taps to a time and to a place, and what the database holds of them."""

from sqlalchemy import select

from storage.tables import Hold, Slot
from tests.acts import at
from tests.house import House, Someone

TAKEN = "Someone has just taken the last place"


async def chooses(aye: Someone, time: str = "09:30") -> str:
    """From the menu to the screen that asks whether everything is right: four taps."""
    await aye.taps("📅")
    await aye.taps("Mae Sot")
    await aye.taps("Vaccination")
    return await aye.taps(time)


async def books(aye: Someone, time: str = "09:30") -> str:
    """Five taps from the menu."""
    await chooses(aye, time)
    return await aye.taps("Keep it")


async def slot_at(house: House, time: str, days: int = 1) -> Slot:
    """The slot of a time of day, tomorrow unless told otherwise."""
    async with house.app.database.reading() as session:
        there = (Slot.clinic_id == "mae-sot", Slot.starts_at == at(house, days, time))
        found = await session.scalars(select(Slot).where(*there))
        return found.one()


async def holds(house: House) -> list[Hold]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Hold).order_by(Hold.id)))
