"""Controls of how updates come in and are stored: each switches one guard off, here in the test, and something is lost,
done twice, or done for somebody who may not ask for it.
"""

import asyncio
import contextlib
import fcntl
import hmac
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from telegram import Update

from answers.ask import Finder
from bot import dispatch, incoming, polling, quarantine
from bot import web as doors
from bot.incoming import Incoming
from bot.single import AlreadyRunning, claim_database
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from people.recognise import settle_language
from people.store import find_person
from scheduling import booking, hindrances
from simulator.server import Simulator
from storage.database import Database
from storage.failures import is_transient
from storage.tables import Person, Slot
from tests.acts import ON_POSTGRESQL, ON_SQLITE, count, until
from tests.conftest import settings_for
from tests.faults.conftest import Launcher
from tests.faults.process import BotProcess
from tests.faults.scene import Scene
from tests.house import House, called


async def _killed_before_the_commit(process: BotProcess, telegram: Simulator, scene: Scene) -> int:
    """Four people press, and the process is killed before anything is stored; how many updates are lost for good."""
    people, slot = await scene.people(4), (await scene.slots(5))[0]
    for person in people:
        telegram.world.press(person.telegram_id, encode(KeepPlace(slot, False, "", False)))
    await process.run_until_killed("before-commit")
    assert await scene.standing() == []
    return len(people) - telegram.world.updates_pending()


@pytest.mark.soak
@ON_SQLITE
async def test_without_waiting_for_the_commit_what_was_confirmed_is_lost_with_the_process(
    bot: Launcher, telegram: Simulator, scene: Scene
) -> None:
    process = bot("webhook")
    process.module = "tests.faults.hasty"
    assert await _killed_before_the_commit(process, telegram, scene) > 0


async def _forged(house: House) -> int:
    """Somebody posts an update without the secret; how many people are known afterwards."""
    who = {"id": 66, "is_bot": False, "first_name": "P", "language_code": "en"}
    chat = {"id": 66, "type": "private", "first_name": "P"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    update = {"id": "1", "from": who, "chat_instance": "1", "message": message, "data": "lg1.en"}
    address = f"http://127.0.0.1:{house.app.port}/telegram"
    headers = {doors.SECRET_HEADER: "x" * 40}
    house.simulator.world.person(66, name="P", language_code="en")
    async with ClientSession() as session:
        await session.post(address, json={"update_id": 5, "callback_query": update}, headers=headers)
    return await count(house, Person)


@pytest.fixture
async def house_that_polls(database_url: str, simulator: Simulator, finder: Finder) -> AsyncIterator[House]:
    """A bot that fetches its updates."""
    async with House(settings_for(simulator.url, database_url), simulator, finder) as opened:
        yield opened


@ON_SQLITE
async def test_without_the_secret_compared_anybody_speaks_for_anybody(
    house_by_webhook: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _forged(house_by_webhook) == 0
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    assert await _forged(house_by_webhook) == 1


async def _delivered_twice(scene: Scene) -> list[str]:
    """The same press twice, as after a 200 that got lost; what became of the second."""
    [person], slot = await scene.people(1), (await scene.slots(5))[0]
    ends = []
    for _ in range(2):
        try:
            await scene.book(person, slot)
            ends.append("booked")
        except DBAPIError as error:
            ends.append(type(error).__name__)
    return ends


async def test_what_is_delivered_twice_finds_its_own_first_effect(scene: Scene) -> None:
    assert await _delivered_twice(scene) == ["booked", "booked"]
    assert len(await scene.standing()) == 1


async def test_without_a_look_for_its_first_effect_the_index_alone_stops_a_second_place(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(booking, "standing_at", lambda *_: None)
    monkeypatch.setattr(hindrances, "refuse", nothing)
    assert await _delivered_twice(scene) == ["booked", "IntegrityError"]
    async with scene.database.writing() as session:
        await session.execute(text("DROP INDEX uq_bookings_standing"))
    [person], slot = await scene.people(1), (await scene.slots(5))[1]
    for _ in range(2):
        await scene.book(person, slot)
    async with scene.database.reading() as session:
        assert (await session.get_one(Slot, slot)).taken == 2, "two places for one person"


async def _comes_at_once(database: Database, database_url: str) -> int:
    """Somebody new taps their language ten times, in two processes; how many people they are."""
    second = Database(database_url)
    now, all_here = datetime.now(UTC), asyncio.Barrier(10)

    async def tap(number: int) -> None:
        try:
            async with (database, second)[number % 2].writing() as session:
                await find_person(session, 7)
                if not database.is_sqlite:  # which lets one in at a time
                    await all_here.wait()
                await settle_language(session, 7, "en", now)
        except IntegrityError:
            return

    try:
        await asyncio.gather(*(tap(number) for number in range(10)))
        async with database.reading() as session:
            return int(await session.scalar(text("SELECT count(*) FROM people")) or 0)
    finally:
        await second.close()


async def test_whoever_comes_ten_times_at_once_is_one_person(database: Database, database_url: str) -> None:
    assert await _comes_at_once(database, database_url) == 1


@ON_POSTGRESQL
async def test_without_the_uniqueness_of_the_blind_index_they_are_several(
    database: Database, database_url: str
) -> None:
    """SQLite has one writer: there, the second sees what the first has written."""
    named = "SELECT conname FROM pg_constraint WHERE conrelid = 'people'::regclass AND contype = 'u'"
    async with database.writing() as session:
        for name in list(await session.scalars(text(named))):
            await session.execute(text(f'ALTER TABLE people DROP CONSTRAINT "{name}"'))
    assert await _comes_at_once(database, database_url) > 1


async def _poisoned(house: House, patch: pytest.MonkeyPatch, seconds: float = 20) -> bool:
    """One person's row can be opened no more; whether somebody who writes after them is answered."""
    patch.setattr(polling, "RETRY_SECONDS", 0.05)
    await house.person(7)
    min_ = await house.person(8)
    async with house.app.database.writing() as session:
        found = await find_person(session, 7)
        assert found
        junk = {"junk": b"\x00junk", "id": found.id}
        await session.execute(text("UPDATE people SET telegram_id = :junk WHERE id = :id"), junk)
    tried = house.app.metrics.updates.labels("command", "failed")
    min_.world.say(7, "/menu")
    await until(lambda: tried._value.get() >= 2)
    min_.world.say(8, "/help")
    with contextlib.suppress(TimeoutError):
        await until(lambda: "What you can do here" in min_.screen, seconds)
        return True
    return False


@ON_SQLITE
async def test_nobody_waits_behind_an_update_that_fails_again_and_again(
    house_that_polls: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _poisoned(house_that_polls, monkeypatch)


@ON_SQLITE
async def test_nobody_waits_behind_an_update_that_cannot_even_be_read(
    house_that_polls: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "RETRY_SECONDS", 0.05)
    min_, real = await house_that_polls.person(8), incoming.read

    def read(update: Update) -> Incoming | None:
        if update.effective_user and update.effective_user.id == 7:
            raise ValueError("nothing here knows such an update")
        return real(update)

    monkeypatch.setattr(dispatch, "read", read)
    min_.world.person(7, name=called(7), language_code="en")
    min_.world.say(7, "/menu")
    assert "What you can do here" in await min_.says("/help")


@ON_SQLITE
async def test_without_setting_it_aside_everybody_waits_behind_it(
    house_that_polls: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "TRIES", 10**9)
    assert not await _poisoned(house_that_polls, monkeypatch, 1.5)
    monkeypatch.setattr(quarantine, "TRIES", 3)
    await house_that_polls.quiet()


@ON_SQLITE
async def test_without_begin_immediate_people_who_book_at_once_are_thrown_out(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it they wait for each other in line, and nobody hears of a lock."""
    people, slot = await scene.people(16), (await scene.slots(20))[0]

    async def errors() -> int:
        ends = await asyncio.gather(*(scene.book(each, slot) for each in people), return_exceptions=True)
        return sum(isinstance(end, Exception) and is_transient(end) for end in ends)

    assert await errors() == 0
    monkeypatch.setattr(scene.database, "_writing", scene.database._reading)  # its transactions begin with BEGIN
    slot = (await scene.slots(20))[1]
    assert await errors() > 0


@ON_SQLITE
async def test_without_the_lock_a_second_process_would_serve_the_same_sqlite(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = claim_database(database_url)
    assert first
    with closing(first):
        with pytest.raises(AlreadyRunning):
            claim_database(database_url)
        monkeypatch.setattr(fcntl, "flock", lambda *_: None)
        second = claim_database(database_url)
        assert second
        second.close()
