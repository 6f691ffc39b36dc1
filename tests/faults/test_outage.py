"""The database is away or hangs: nothing is confirmed that is not stored, danger is answered, and all comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from time import monotonic

import pytest
from aiohttp import ClientSession
from sqlalchemy import select, update

from bot import readiness
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from simulator.server import Simulator
from simulator.world import World
from storage.database import Database
from storage.tables import Owed, Slot
from tests.acts import ON_POSTGRESQL, ON_SQLITE, at, take
from tests.faults.conftest import Launcher
from tests.faults.process import BotProcess
from tests.faults.scene import Known, Scene, until
from tests.flows.test_reminders import reminders
from tests.house import House, Someone
from tests.outage import Server, away, hanging

DANGER, CALL = "my friend is not breathing", "Call 1669 now"
KEPT, VISIT = "Your place is kept", "Your code"
RED, BACK = 5.0, 10.0
"""Seconds until readiness tells, and until everything works again: what is promised."""
IN_THE_MIDDLE = timedelta(seconds=20)
Fault = Callable[[], AbstractAsyncContextManager[None]]


async def ready(port: int) -> bool:
    """Whether the process says that it can work."""
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return answer.status == 200


async def becomes(port: int, well: bool, seconds: float) -> None:
    """Wait until readiness says so; a failure after so many seconds."""
    async with asyncio.timeout(seconds):
        while await ready(port) is not well:  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.05)


async def _through(house: House, fault: Fault, *, refused: bool = True) -> tuple[list[Someone], Someone]:
    """People take places while the database is away, and reminders fall due; those people, and who is reminded."""
    world = house.simulator.world
    people, reminded = [await house.person(number) for number in range(11, 16)], await house.person(20)
    times = await house.opens(capacity=9)
    await take(reminded, times[2])
    async with house.app.database.reading() as session:
        slots = list(await session.scalars(select(Slot.id).order_by(Slot.starts_at)))
    stranger = house.someone(30)
    async with fault():
        for person in people:
            world.press(person.id, encode(KeepPlace(slots[0], False, "", False)))
        world.say(stranger.id, DANGER)
        world.clock.advance_to(at(house, 0, "17:30:01"))
        await becomes(house.app.port, False, RED)
        await until(lambda: bool(stranger.messages) and CALL in stranger.screen)
        if refused:  # what hangs is not refused at once
            await until(lambda: "503" in last_error(world))
        assert world.updates_pending() >= len(people), "something was confirmed that was not stored"
        assert not any(KEPT in text for person in people for text in person.texts)
    back = monotonic()
    await becomes(house.app.port, True, BACK)
    await world.quiet(BACK)
    await house.quiet()
    assert monotonic() - back < BACK
    return people, reminded


def last_error(world: World) -> str:
    """What Telegram met at the webhook last."""
    return (world.bot.webhook.last_error_message or "") if world.bot.webhook else ""


async def _all_once(house: House, people: list[Someone], reminded: Someone) -> None:
    scene = Scene(house.app.database, house.simulator.world, lambda: house.now)
    assert len(await scene.standing()) == len(people) + 1
    assert [sum(KEPT in text for text in person.texts) for person in people] == [1] * len(people)
    assert await scene.states(Kind.RECEIPT) == {"sent": len(people) + 1}
    assert ["tomorrow at 10:00" in text for text in reminders(reminded)] == [True]


async def test_a_database_that_was_away_has_lost_nothing_and_done_nothing_twice(
    house_by_webhook: House, database_url: str
) -> None:
    await _all_once(house_by_webhook, *await _through(house_by_webhook, lambda: away(database_url)))


@ON_POSTGRESQL
async def test_a_database_that_hung_has_lost_nothing_and_done_nothing_twice(
    house_by_webhook: House, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "LONGEST", 0.5)
    await _all_once(house_by_webhook, *await _through(house_by_webhook, lambda: hanging(database_url), refused=False))


@pytest.fixture
async def own() -> AsyncIterator[Server]:
    """A PostgreSQL that nobody else uses."""
    async with Server() as server:
        yield server


async def _half_a_minute(process: BotProcess, telegram: Simulator, scene: Scene, fault: Fault) -> None:
    """The real process, half a minute, sixty presses, and reminders that fall due in the middle of it."""
    people, reminded, [hurt] = await scene.people(60), await scene.people(20), await scene.people(1)
    slots = await scene.slots(50)
    await scene.reminders(reminded)
    async with scene.database.writing() as session:
        due = (Owed.kind == Kind.REMINDER, Owed.due_at < scene.now())
        await session.execute(update(Owed).where(*due).values(due_at=scene.now() + IN_THE_MIDDLE))
    await process.start()
    port = int(process.settings["port"])
    async with fault():
        begun = monotonic()
        pressing = asyncio.create_task(_press(telegram, people, slots))
        await becomes(port, False, RED)
        telegram.world.say(hurt.telegram_id, DANGER)
        await until(lambda: scene.got(hurt, CALL) == 1)
        await asyncio.sleep(max(0.0, 30 - (monotonic() - begun)))
        pressed = telegram.world.updates_pending()
        assert pressed > 0
    back = monotonic()
    await becomes(port, True, BACK)
    await pressing
    await telegram.world.quiet(60)
    print(f"30 s away: all of {pressed} done {monotonic() - back:.1f} s after it came back")
    await scene.settled()
    assert len(await scene.standing()) == len(people) + len(reminded)
    assert scene.copies(people, KEPT) == [1] * len(people)
    assert scene.copies(reminded, VISIT) == [1] * len(reminded)
    assert await process.stop() < 10


async def _press(telegram: Simulator, people: list[Known], slots: list[int]) -> None:
    for number, person in enumerate(people):
        telegram.world.press(person.telegram_id, encode(KeepPlace(slots[number % 6], False, "", False)))
        await asyncio.sleep(0.4)


@pytest.mark.soak
@pytest.mark.parametrize("how", ["stopped", "killed", "frozen"])
@ON_POSTGRESQL
async def test_half_a_minute_without_postgresql_loses_nothing(
    own: Server, bot: Launcher, telegram: Simulator, scene: Scene, how: str
) -> None:
    url = await own.house()
    database = Database(url)
    fault: dict[str, Fault] = {
        "stopped": own.down,
        "killed": lambda: own.down(at_once=True),
        "frozen": own.frozen,
    }
    process = bot("webhook", database_url=url)
    try:
        await _half_a_minute(process, telegram, Scene(database, telegram.world, scene.now), fault[how])
    finally:
        await database.close()


@pytest.mark.soak
@ON_SQLITE
async def test_half_a_minute_without_sqlite_loses_nothing(
    bot: Launcher, telegram: Simulator, scene: Scene, database_url: str
) -> None:
    await _half_a_minute(bot("webhook"), telegram, scene, lambda: away(database_url))
