"""What people in several tests do in one line, and the databases a test may ask for."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from scheduling import store
from storage.tables import Owed, Person, Table, Wipe
from tests.house import House, Someone

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests in which the database makes no difference."""
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
LETTERS = {"th": "[\u0e00-\u0e7f]{3}", "my": "[\u1000-\u109f]{3}", "km": "[\u1780-\u17ff]{3}", "en": "[A-Za-z]{3}"}
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{6}\b")


def is_in(language: str, text: str) -> bool:
    """Whether a text is written in the letters of a language."""
    return re.search(LETTERS[language], text) is not None


def spoken(house: House, language: str, sentence: str, **holes: object) -> str:
    """A sentence of ours as people of a language read it, without its markup."""
    return re.sub("<[^>]+>", "", house.app.house.catalogues.say(language).label(sentence, **holes))


async def take(one: Someone, starts_at: datetime, clinic: str = "mae-sot", service: str = "vaccination") -> str:
    """Take a place at a time; the code of the visit."""
    async with one.house.app.database.reading() as session:
        slot, *_ = await store.free_slots(session, clinic, service, starts_at, starts_at + timedelta(minutes=1))
    ticket = await one.presses(encode(KeepPlace(slot.id, False, "", False)))
    return str(CODE.findall(ticket)[-1])


def at(house: House, days: int, clock: str) -> datetime:
    """A time of a day from today on, in Mae Sot."""
    zone = house.app.house.clinics.clinics["mae-sot"].zone
    day = house.now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time.fromisoformat(clock), zone)


async def it_becomes(house: House, moment: datetime) -> None:
    """Move everybody's clock to a moment, and let what is due happen."""
    house.simulator.world.clock.advance_to(moment)
    await house.quiet()


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something is so, where the database cannot be asked."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.01)


async def cleared(house: House) -> None:
    """Wait until every message that stands in a chat is noted, and every one that must go is gone."""
    app = house.app
    async with asyncio.timeout(20):
        while True:
            await app.shown.flush(app.database, house.now)
            async with app.database.reading() as session:
                if not await session.scalar(select(func.count()).select_from(Wipe)):
                    return
            await asyncio.sleep(0.05)


async def nothing_is_covered(house: House) -> None:
    """From now on details stay: where a test moves the clock by minutes, their cover would come at any moment."""
    await house.app.shown.flush(house.app.database, house.now)
    async with house.app.database.writing() as session:
        await session.execute(update(Person).values(discreet=False))
        await session.execute(delete(Owed).where(Owed.kind == Kind.COVER))


async def count(house: House, table: type[Table]) -> int:
    """How many rows a table has."""
    async with house.app.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)
