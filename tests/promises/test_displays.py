"""What only shows something is shown where the database refuses to write, and a display that writes is caught there."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select

from answers.ask import Finder
from bot import log
from bot.displays import display
from bot.house import build_house
from bot.incoming import Incoming
from bot.metrics import Metrics
from bot.shown import ShownMessages
from bot.unit import Unit
from handlers import choosing, routes
from handlers.press_codec import encode
from handlers.presses.choosing import ChooseScript, MuteTopic, OpenMenu, SeeTopics
from handlers.presses.visits import PickClinic
from people.authority import RULES, Role
from storage.database import Database
from storage.tables import Booking, Mute, Owed, Person
from tests.conftest import settings_for
from tests.promises.rooms import NOW, given, somebody, stranger
from tests.promises.ways import CODED, UPDATES, ways

PATIENCE = 20.0


@pytest.fixture
def unit(database: Database, finder: Finder) -> Unit:
    """From the update to the commit, without a Telegram."""
    house = build_house(settings_for("http://127.0.0.1:1", database.url), finder)
    return Unit(house, database, Metrics(), lambda: NOW, ShownMessages())


class Told(logging.Handler):
    """How often the log was told that a display wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "display-wrote":
            self.kinds.append(record.__dict__["fields"]["kind"])


@contextmanager
def told() -> Iterator[Told]:
    handler, logger = Told(), logging.getLogger(log.OURS)
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)


@contextmanager
def begun(database: Database) -> Iterator[list[bool]]:
    """Which transactions begin: True for one that could write."""
    found: list[bool] = []
    engines = {database.writer.sync_engine, database.looker.sync_engine}

    def note(connection: Any) -> None:
        found.append(connection.engine is not database.looker.sync_engine)

    for engine in engines:
        event.listen(engine, "begin", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "begin", note)


def press(person: Person, pressed: Any) -> Incoming:
    number = next(UPDATES)
    return Incoming(
        number, "press", int(person.telegram_id), encode(pressed), callback_id="1", message_id=number, protected=True
    )


async def test_no_display_writes_whoever_comes_and_from_wherever(unit: Unit, database: Database) -> None:
    """Every route that says so: a stranger, somebody who may, and somebody with a visit."""
    things = await given(database)
    people = {role: await somebody(database, role) for role in (None, *Role)}
    async with database.reading() as session:
        owner = (
            select(Person)
            .join(Booking, Booking.person_id == Person.id)
            .where(Booking.id == things.bookings["mae-sot"][0])
        )
        visitor = (await session.scalars(owner)).one()
    tried = set()
    with told() as log_lines:
        for way in ways():
            if way.waits or way.name.startswith("a ") or (way.name.removeprefix("/") in CODED):
                continue
            role = next((role for role in Role if role in (RULES[way.action].roles or ())), None)
            for person in (people[role], visitor, stranger()):
                incoming = await way.enter(things, person, database)
                incoming = replace(incoming, text="") if incoming.kind == "command" else incoming
                if display(incoming) is None:
                    continue
                await unit.decide(replace(incoming, protected=True))
                tried.add(way.name)
                assert log_lines.kinds == [], way.name
    flagged = {f"/{name}" for name, route in routes.COMMANDS.items() if route.reads}
    assert tried == flagged | {kind.__name__ for kind, route in routes.BUTTONS.items() if route.reads}
    assert len(tried) > 50


@pytest.mark.parametrize("words", ["where is a dentist", "hello", "ဆေးခန်း", "qwrtpsdf", "I have chest pain"])
async def test_a_question_writes_nothing(unit: Unit, database: Database, words: str) -> None:
    person = await somebody(database, None)
    async with database.writing() as session:
        (await session.get_one(Person, person.id)).last_seen = NOW.date()
    unit.readers.learn(int(person.telegram_id), person)
    with told() as log_lines, begun(database) as found:
        screen = await unit.decide(Incoming(next(UPDATES), "text", int(person.telegram_id), words))
    assert screen
    assert screen.text
    assert (found, log_lines.kinds) == ([False], [])


async def test_the_menu_waits_for_no_writer(unit: Unit, database: Database) -> None:
    person = await somebody(database, None)
    async with database.writing() as session:
        session.add(Mute(person_id=person.id, topic="flood"))
        await session.flush()
        async with asyncio.timeout(PATIENCE):
            screen = await unit.decide(press(person, OpenMenu()))
    assert screen
    assert screen.rows
    assert not unit.committed.is_set()


async def test_details_shown_on_a_shared_phone_are_owed_their_cover_before_they_are_shown(
    unit: Unit, database: Database
) -> None:
    person = await somebody(database, None)
    seen = press(person, PickClinic("mae-sot"))
    with begun(database) as found:
        assert (await unit.decide(seen)) is not None
    assert found == [False, True]
    assert await _covers(database, person) == 1
    with begun(database) as found:
        await unit.decide(replace(press(person, OpenMenu()), message_id=seen.message_id))
    assert found == [False, True]
    assert await _covers(database, person) == 0
    with begun(database) as found:
        await unit.decide(replace(press(person, OpenMenu()), message_id=seen.message_id))
    assert found == [False]


async def _covers(database: Database, person: Person) -> int:
    async with database.reading() as session:
        return len(list(await session.scalars(select(Owed.id).where(Owed.person_id == person.id))))


async def test_whoever_was_not_seen_today_or_is_in_a_step_takes_the_way_that_can_write(
    unit: Unit, database: Database
) -> None:
    person = await somebody(database, None)
    async with database.writing() as session:
        one = await session.get_one(Person, person.id)
        one.last_seen, one.reachable = NOW.date().replace(day=1), False
    with begun(database) as found:
        await unit.decide(press(person, OpenMenu()))
    assert found == [False, True]
    async with database.reading() as session:
        one = await session.get_one(Person, person.id)
        assert (one.last_seen, one.reachable) == (NOW.date(), True)


@pytest.mark.parametrize("pressed", [ChooseScript(True), MuteTopic("flood", True, True)])
async def test_a_route_that_stores_something_and_is_called_a_display_still_stores_it(
    unit: Unit, database: Database, monkeypatch: pytest.MonkeyPatch, pressed: Any
) -> None:
    """The control: a flag in the wrong place costs time, is in the log, and is never seen by a person."""
    person = await somebody(database, None)
    wrong = replace(routes.BUTTONS[type(pressed)], reads=True)
    monkeypatch.setitem(routes.BUTTONS, type(pressed), wrong)
    with told() as log_lines:
        screen = await unit.decide(press(person, pressed))
    assert screen
    assert "wrong" not in screen.text
    assert log_lines.kinds == ["press"]
    async with database.reading() as session:
        one = await session.get_one(Person, person.id)
        muted = list(await session.scalars(select(Mute.topic).where(Mute.person_id == person.id)))
    assert one.script == "zawgyi" or muted == ["flood"]


async def test_a_change_that_nobody_flushed_is_noticed_too(
    unit: Unit, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await somebody(database, None)

    async def forgetful(request: Any, pressed: SeeTopics) -> Any:
        request.person.discreet = False
        return await choosing.see_topics(request, pressed)

    monkeypatch.setitem(routes.BUTTONS, SeeTopics, replace(routes.BUTTONS[SeeTopics], handler=forgetful))
    with told() as log_lines:
        assert await unit.decide(press(person, SeeTopics()))
    assert log_lines.kinds == ["press"]
    async with database.reading() as session:
        assert not (await session.get_one(Person, person.id)).discreet
