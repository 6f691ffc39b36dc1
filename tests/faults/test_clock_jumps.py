"""The machine's clock is set, stands still for a while, or is in an odd zone: no reminder is lost, doubled or early."""

import asyncio
import sys
import time as clocks
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from apscheduler.schedulers import base
from apscheduler.triggers import interval
from sqlalchemy import update

from answers.ask import Finder
from bot import clock
from bot.beats import ticker
from bot.beats.ticker import Ticker
from delivery import claiming
from delivery.rules import Kind
from scheduling.store import calling
from simulator.server import Simulator
from storage.tables import Owed
from tests.acts import ON_SQLITE, at, it_becomes, take
from tests.faults.clocked import set_clock
from tests.faults.conftest import Launcher
from tests.faults.scene import Known, Scene, until
from tests.faults.test_two_senders import sender
from tests.flows.test_reminders import reminders, states
from tests.house import House

VISIT = "Your code"
HOUR = timedelta(hours=1)


def set_machine(patch: pytest.MonkeyPatch, jump: timedelta) -> None:
    """Set the clock of the machine: by it go leases, and whatever else is not about people."""
    for name, module in list(sys.modules.items()):
        if name.startswith("bot.") and isinstance(module, ModuleType) and hasattr(module, "wall"):
            patch.setattr(module, "wall", lambda: datetime.now(UTC) + jump)


async def jumps(house: House, by: timedelta) -> None:
    """Everybody's clock is set, also back, and what is due by it happens."""
    house.simulator.world.clock.offset += by
    await house.quiet()


async def _late_by_both(house: House) -> list[str]:
    """A visit tomorrow at ten, and nothing runs until eight in the morning of it; what its person is reminded of."""
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[2])
    await it_becomes(house, at(house, 0, "16:00"))
    await it_becomes(house, at(house, 1, "08:00"))
    await jumps(house, -HOUR)
    await jumps(house, HOUR)
    return reminders(aye)


async def test_a_clock_that_jumps_past_both_reminders_brings_the_newer_one_alone(house: House) -> None:
    assert ["today at 10:00" in text for text in await _late_by_both(house)] == [True]
    assert await states(house, Kind.REMINDER) == ["dropped", "sent"]


@ON_SQLITE
async def test_without_a_look_at_the_newer_one_both_come_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""

    async def never(*_: object) -> bool:
        return False

    monkeypatch.setattr(calling, "is_superseded", never)
    assert len(await _late_by_both(house)) == 2


@ON_SQLITE
async def test_a_reminder_that_is_merely_late_still_comes_and_so_does_the_next(house: House) -> None:
    """Ten minutes' pause, an evening's outage: the newer one is not due yet."""
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[2])
    await it_becomes(house, at(house, 0, "17:29"))
    await jumps(house, timedelta(minutes=10))
    assert ["tomorrow at 10:00" in text for text in reminders(aye)] == [True]
    await jumps(house, timedelta(hours=-3))
    await jumps(house, timedelta(hours=8))
    assert len(reminders(aye)) == 1
    await it_becomes(house, at(house, 1, "07:30"))
    assert ["at 10:00" in text for text in reminders(aye)] == [True, True]
    assert await states(house, Kind.REMINDER) == ["sent", "sent"]


@pytest.fixture(params=["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"])
def server_elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server at either end of the day, or three quarters of an hour off."""
    monkeypatch.setenv("TZ", request.param)
    clocks.tzset()
    yield
    monkeypatch.undo()
    clocks.tzset()


@pytest.mark.usefixtures("server_elsewhere")
@ON_SQLITE
async def test_the_zone_of_the_server_changes_nothing(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[2])
    for day, hour, many in ((0, "17:29", 0), (0, "17:31", 1), (1, "06:59", 1), (0, "07:01", 2), (0, "12:00", 2)):
        await it_becomes(house, at(house, day, hour))
        assert len(reminders(aye)) == many, f"{hour}: {reminders(aye)}"
    assert "tomorrow at 10:00" in reminders(aye)[0]
    assert "today at 10:00" in reminders(aye)[1]


@pytest.mark.parametrize("jump", [HOUR, -HOUR, timedelta(minutes=10)], ids=["ahead", "back", "a pause"])
async def test_what_is_on_its_way_when_the_clock_is_set_goes_out_once(
    house: House, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    scene = Scene(house.app.database, house.simulator.world, lambda: house.now)
    reminded = await scene.people(4)
    slow = house.simulator.faults.add("slow", "sendMessage", delay=1.2)
    async with house.app.sender._busy:  # before all of them are there, none goes out, nor any ticket
        await scene.reminders(reminded)
    house.app.dispatcher.committed.set()
    await until(lambda: slow.hits == 4)
    set_machine(monkeypatch, jump)
    house.simulator.world.clock.offset += jump
    await asyncio.sleep(1.1)  # a beat in which rows of dead senders are looked for
    house.simulator.faults.clear()
    await house.quiet()
    assert scene.copies(reminded, VISIT) == [1] * 4
    assert await scene.states(Kind.REMINDER) == {"sent": 4, "pending": 4}


@ON_SQLITE
async def test_what_a_dead_process_had_in_hand_goes_out_though_the_clock_was_set_back(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that starts with yesterday's time: by it, the lease would last until tomorrow."""
    reminded = await scene.people(2)
    await scene.reminders(reminded)
    async with scene.database.writing() as session:
        assert len(await claiming.claim(session, scene.now(), datetime.now(UTC), 10)) == 2
    set_machine(monkeypatch, -HOUR)
    async with sender(telegram, database_url, finder, scene) as survivor:
        await survivor.drain()
    assert scene.copies(reminded, VISIT) == [1, 1]


@asynccontextmanager
async def _set_back_while_beating(patch: pytest.MonkeyPatch) -> AsyncIterator[list[int]]:
    """The machine's clock was set back by an hour a moment ago; one entry for each beat since."""
    beats: list[int] = []

    async def beat() -> None:
        beats.append(1)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) - HOUR

    patch.setattr(ticker, "TICK_SECONDS", 0.05)
    beating = Ticker(beat, asyncio.Event())
    beating.start()
    await until(lambda: len(beats) > 2)
    patch.setattr(base, "datetime", Earlier)
    patch.setattr(interval, "datetime", Earlier)
    await asyncio.sleep(0.3)  # the scheduler wakes once more, finds that nothing is due, and sleeps for an hour
    for _ in range(20):
        await asyncio.sleep(0)  # and what it had woken before is through, also when all of this was late
    beats.clear()
    yield beats
    await beating.stop(1)


async def test_the_beat_goes_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticker, "LONGEST_SECONDS", 0.1)
    async with _set_back_while_beating(monkeypatch) as beats:
        await until(lambda: len(beats) > 2)


async def test_by_the_scheduler_alone_nothing_happens_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(ticker, "LONGEST_SECONDS", 3600)
    async with _set_back_while_beating(monkeypatch) as beats:
        await asyncio.sleep(0.5)
        assert beats == []


def test_the_clock_of_the_machine_is_the_one_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests move what they mean to move."""
    set_machine(monkeypatch, HOUR)
    assert clock.wall() - datetime.now(UTC) > HOUR / 2


@pytest.mark.soak
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_process_whose_machine_is_set_forth_and_back_reminds_everybody_once(
    bot: Launcher, scene: Scene, tmp_path: Path
) -> None:
    """By its own clock: an hour ahead everything due in that hour comes; back again nothing comes twice, nor late."""
    reminded, process, file = await scene.people(30), bot("webhook"), tmp_path / "clock"
    process.module = "tests.faults.clocked"
    await scene.reminders(reminded)
    await _due_in(scene, reminded[:10], HOUR / 2)
    await _due_in(scene, reminded[10:20], timedelta(seconds=25))
    await _due_in(scene, reminded[20:], timedelta(seconds=-1))
    await process.start(command=f"{file} run")
    await until(lambda: sum(scene.copies(reminded[20:], VISIT)) == 10)
    set_clock(file, HOUR)
    await until(lambda: sum(scene.copies(reminded, VISIT)) == 30)
    set_clock(file, -HOUR)
    await scene.settled()
    [late] = await scene.people(1)
    slot = (await scene.slots(50))[0]
    await scene.book(late, slot)
    async with scene.database.writing() as session:
        mine = (Owed.kind == Kind.RECEIPT, Owed.person_id == late.id)
        await session.execute(update(Owed).where(*mine).values(due_at=scene.now() - 2 * HOUR))
    await until(lambda: scene.got(late, VISIT) == 1, 10)
    assert scene.copies(reminded, VISIT) == [1] * 30
    assert await process.stop() < 10


async def _due_in(scene: Scene, people: list[Known], wait: timedelta) -> None:
    async with scene.database.writing() as session:
        theirs = (Owed.kind == Kind.REMINDER, Owed.person_id.in_([each.id for each in people]))
        first = Owed.key.endswith("day-before")
        await session.execute(update(Owed).where(*theirs, first).values(due_at=scene.now() + wait))
