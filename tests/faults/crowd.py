"""Marked people who use the bot, and everything it leaves anywhere: what a scan for them reads."""

import io
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot.commands.maintenance import back_up
from handlers.press_codec import Press, encode
from handlers.presses.asking import KeepQuestion, NoneOfThese
from handlers.presses.booking import AskName, KeepPlace
from handlers.presses.waiting import Wish
from people.authority import Role
from storage.tables import Booking, Person, Slot, Table
from tests.faults.traces import Marks
from tests.house import House, Someone
from tests.postgres import NamedServer, PostgresServer

ANCHOR = 0x6A7C391 << 20
"""Where the Telegram ids of the marked begin, so that one search finds all of them."""
NAME, WORDS, SERVICE, WISHED = "Wxqhjzn", "Zqvjxkw", "vaccination", "tb-symptom-check"
SIDE_BY_SIDE = 10


@dataclass
class Crowd:
    """The marked people, and what of theirs the database knows."""

    house: House
    people: list[Someone] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    """Numbers of rows: people and bookings."""
    log: io.StringIO = field(default_factory=io.StringIO)

    def sealed(self) -> Marks:
        """What nobody may read without the keys, or at all."""
        marks = Marks()
        marks.alike_numbers("Telegram id", [one.id for one in self.people])
        marks.text("name", NAME)
        marks.text("question", WORDS)
        marks.text("service", SERVICE, WISHED)
        return marks

    def everything(self) -> Marks:
        """What may not be left of anybody who was forgotten."""
        marks = self.sealed()
        marks.text("code", *self.codes)
        marks.number("row", *self.rows)
        return marks

    async def know(self) -> None:
        """Read from the database what stands for these people in it."""
        async with self.house.app.database.reading() as session:
            self.codes = list(await session.scalars(select(Booking.code)))
            self.rows = [*await session.scalars(select(Booking.id)), *await session.scalars(select(Person.id))]


async def gather(house: House, many: int, stream: io.StringIO) -> Crowd:
    """Bring them in, a few at a time."""
    times = [at for days in range(5) for at in await house.opens(day=_day(house, days), capacity=50)]
    assert times
    async with house.app.database.reading() as session:
        slots = list(await session.scalars(select(Slot.id)))
    crowd = Crowd(house, log=stream)
    for begin in range(0, many, SIDE_BY_SIDE):
        group = range(begin, min(begin + SIDE_BY_SIDE, many))
        crowd.people += await _live(house, group, slots)
    for number, role in enumerate((Role.STAFF, Role.LEAD, Role.EDITOR, Role.OPERATOR)):
        await house.staff(crowd.people[number].id, role, "mae-sot" if number < 2 else "")
    await crowd.know()
    return crowd


def _day(house: House, ahead: int) -> date:
    return house.now.date() + timedelta(days=1 + ahead)


async def _live(house: House, group: range, slots: list[int]) -> list[Someone]:
    """Some marked people, side by side: everything in which the bot takes something from people."""
    world, people = house.simulator.world, {}
    for number in group:
        telegram_id = ANCHOR + number * 7 + 1
        world.person(telegram_id, name=f"{NAME}{number}", language_code="en")
        people[number] = house.someone(telegram_id)

    async def all_do(what: Callable[[Someone, int], object]) -> None:
        for number, one in people.items():
            what(one, number)
        await house.quiet()

    await all_do(lambda one, _: world.start(one.id))
    await all_do(lambda one, number: press(one, f"lg1.{('en', 'th', 'my', 'km')[number % 4]}"))
    await all_do(lambda one, _: press(one, "ag1.book"))
    await all_do(lambda one, number: press(one, encode(AskName(slots[number % len(slots)], False, ""))))
    await all_do(lambda one, number: world.say(one.id, f"{NAME}{number}"))
    await all_do(lambda one, number: press(one, encode(KeepPlace(slots[number % len(slots)], False, "", True))))
    await all_do(lambda one, _: press(one, encode(Wish("mae-sot", WISHED, "was"))))
    await all_do(lambda one, _: world.say(one.id, "/alerts_on"))
    await all_do(lambda one, number: world.say(one.id, f"my name is {NAME}{number}, I like the guitar"))
    await all_do(lambda one, number: world.say(one.id, f"my neighbour plays the guitar too loud {WORDS}{number}"))
    await all_do(lambda one, _: press(one, encode(NoneOfThese())) if _offers(one, NoneOfThese()) else None)
    await all_do(lambda one, _: press(one, encode(KeepQuestion())))
    return list(people.values())


def press(one: Someone, data: str) -> None:
    one.world.press(one.id, data, message_id=one.messages[-1].message_id)


def _offers(one: Someone, press: Press) -> bool:
    return encode(press) in [button.get("callback_data") for button in one.messages[-1].buttons]


async def leavings(crowd: Crowd, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, bytes]:
    """Everything the bot has left anywhere, by the name of the place."""
    house, url = crowd.house, crowd.house.settings.database_url
    await house.app.shown.flush(house.app.database, house.now)
    async with aiohttp.ClientSession() as web, web.get(f"http://127.0.0.1:{house.app.port}/metrics") as answer:
        places = {"log": crowd.log.getvalue().encode(), "metrics": await answer.read()}
    if house.app.database.is_sqlite:
        return places | _sqlite(Path(str(make_url(url).database)), tmp_path)
    return places | await _postgresql(request.getfixturevalue("postgres"), url)


def _sqlite(file: Path, tmp_path: Path) -> dict[str, bytes]:
    copy = tmp_path / f"backup-{random.randrange(10**9)}"
    back_up(copy)
    places = {path.name: path.read_bytes() for path in file.parent.iterdir() if path.is_file()}
    copy.unlink()  # an old backup keeps what it copied: docs say to keep none longer than needed
    assert {copy.name, file.name, f"{file.name}-wal"} <= places.keys()
    return places


async def _postgresql(server: NamedServer, url: str) -> dict[str, bytes]:
    places = {}
    async with asyncpg_connection(url) as connection:
        await connection.execute("CHECKPOINT")
        for table in Table.metadata.tables:
            for form in ("text", "binary"):
                copy = io.BytesIO()
                await connection.copy_from_table(table, output=copy, format=form)
                places[f"copy of {table}, {form}"] = copy.getvalue()
        number = await connection.fetchval("SELECT oid FROM pg_database WHERE datname = current_database()")
    if isinstance(server, PostgresServer):
        data = server.data
        for path in (*(data / "base" / str(number)).iterdir(), *(data / "pg_wal").iterdir()):
            if path.is_file():
                places[str(path.relative_to(data))] = path.read_bytes()
    return places


@asynccontextmanager
async def asyncpg_connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Past the house, as whoever owns the server could."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    try:
        yield connection
    finally:
        await connection.close()
