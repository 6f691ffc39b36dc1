"""Openings in a test: a nurse and their day, what a screen says, which times stand in the database."""

import json
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from people.authority import Role
from scheduling import store
from scheduling.undoing import UNDO
from storage.tables import Deed, Opening, Slot
from tests.acts import at
from tests.house import House, Someone

STALE = "Somebody changed this in the meantime"


async def nurse_of(house: House, clinic: str = "mae-sot", language: str = "en", telegram_id: int = 500) -> Someone:
    return await house.staff(telegram_id, Role.STAFF, clinic, language)


def local_day(house: House, ahead: int = 0) -> date:
    return at(house, ahead, "00:00").date()


def said(day: date) -> str:
    return day.isoformat()


async def slots(house: House, clinic: str = "mae-sot", service: str = "vaccination") -> list[Slot]:
    zone = house.app.house.clinics.clinics[clinic].zone
    begin = datetime.combine(local_day(house), time(0), zone)
    async with house.app.database.reading() as session:
        found = await store.slots_of_service(session, clinic, service, begin, begin + timedelta(days=400))
    return [found[key] for key in sorted(found)]


async def open_slots(house: House) -> list[Slot]:
    return [slot for slot in await slots(house) if not slot.closed]


async def undo_last(house: House) -> None:
    async with house.app.database.writing() as session:
        deed = (await session.scalars(select(Deed).order_by(Deed.id.desc()).limit(1))).one()
        await UNDO[deed.kind](session, json.loads(deed.undo), house.now)


async def weekly(house: House, nurse: Someone, line: str = "", days: int = 27) -> int:
    """Open Monday to Friday 09:00 to 12:00 from tomorrow for four weeks; the opening's number."""
    first, last = local_day(house, 1), local_day(house, days)
    await nurse.says(f"/open vaccination mon-fri 09:00-12:00 every 30m x2 from {said(first)} to {said(last)} {line}")
    await nurse.taps("Yes, do it")
    async with house.app.database.reading() as session:
        return int(await session.scalar(select(func.max(Opening.id))) or 0)
