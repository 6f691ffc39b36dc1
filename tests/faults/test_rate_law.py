"""Telegram's law: at most thirty calls in any second, whatever else is going on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from answers.ask import Finder
from bot.gate import Gate
from bot.lines import CATCH_UP, WINDOW, Line
from delivery.rules import Lane
from simulator.pace import Pace
from simulator.server import Simulator
from storage.tables import Owed
from tests.acts import ON_SQLITE
from tests.conftest import TOKEN, settings_for
from tests.faults.scene import Scene, until
from tests.house import House


@asynccontextmanager
async def busy(
    database_url: str, finder: Finder, rate: float, pace: Pace, due: int, asking: int
) -> AsyncIterator[House]:
    """A bot to which so many reminders fall due at once, while so many people write to it."""
    telegram = Simulator(pace=pace, page=False)
    telegram.world.register(TOKEN)
    async with telegram:
        house = House(
            settings_for(telegram.url, database_url, send_rate=rate, free_rate=max(rate, 30)), telegram, finder
        )
        scene = Scene(house.app.database, telegram.world)
        reminded, writers = await scene.people(due), await scene.people(asking)
        await scene.reminders(reminded)
        async with house:
            for person in writers:
                telegram.world.say(person.telegram_id, "/mine")
                await asyncio.sleep(0.02)
            await house.quiet()
            assert sum(scene.copies(reminded, "Your code")) == due
            assert all(scene.got(person, "") for person in writers)
            yield house


@asynccontextmanager
async def lateness() -> AsyncIterator[list[float]]:
    """How late this process comes back from short waits, in seconds: so much late may be what it sends in time."""
    late = [0.0]

    async def wait() -> None:
        while True:
            begun = time.monotonic()
            await asyncio.sleep(0.01)
            late.append(time.monotonic() - begun - 0.01)

    waiting = asyncio.create_task(wait())
    yield late
    waiting.cancel()


@ON_SQLITE
async def test_ninety_reminders_and_their_replies_never_break_the_law(database_url: str, finder: Finder) -> None:
    pace = Pace()
    async with busy(database_url, finder, 28, pace, due=90, asking=20) as house:
        assert pace.breaches["second"] == 0
        assert pace.breaches["early"] == 0
        assert pace.counted == 110
        assert pace.breaches["chat"] == 0
        assert 15 <= pace.most_in_a_second <= 30, "slower than it may be, or faster"
        assert [call for call in house.simulator.world.calls if call.status == 429] == []


@ON_SQLITE
async def test_messages_that_fall_due_together_reach_one_person_a_second_apart(
    database_url: str, finder: Finder
) -> None:
    telegram = Simulator(pace=Pace.unlimited(), page=False)
    telegram.world.register(TOKEN)
    async with telegram:
        house = House(settings_for(telegram.url, database_url, send_rate=30, free_rate=30), telegram, finder)
        scene = Scene(house.app.database, telegram.world)
        [person] = await scene.people(1)
        await scene.reminders([person])
        async with scene.database.writing() as session:
            await session.execute(update(Owed).values(state="pending", due_at=scene.now() - timedelta(seconds=1)))
        async with house, lateness() as late:
            await until(lambda: scene.got(person, "") >= 3)
        sent = [call.at for call in telegram.world.calls if call.chat_id == person.telegram_id]
    assert len(sent) >= 3
    assert min(after - before for before, after in pairwise(sent)) >= 1 - max(late), max(late)


@ON_SQLITE
async def test_without_the_pace_the_law_is_broken(database_url: str, finder: Finder) -> None:
    """The control."""
    pace = Pace(enforce=False)
    async with busy(database_url, finder, 1000, pace, due=60, asking=5):
        assert pace.breaches["second"] > 0


async def test_turns_missed_while_the_process_was_held_up_never_break_the_law() -> None:
    """They are made up for only as far as the last second has room; a machine that is busy besides has another try."""
    without = 250 / 96 + 2 * 0.4
    took: list[float] = []
    for _ in range(3):
        taken = await _held_up_twice()
        assert min(later - first for first, later in zip(taken, taken[100:], strict=False)) >= WINDOW - 0.001
        took.append(taken[-1] - taken[0])
        if took[-1] <= without - CATCH_UP:
            return
    raise AssertionError(f"nothing was made up for: {took}")


async def _held_up_twice() -> list[float]:
    """When each of 250 turns was taken, a hundred a second, by a process that twice stands still."""
    line, taken = Line(100), list[float]()

    async def take() -> None:
        await line.turn()
        taken.append(time.monotonic())
        if len(taken) in (40, 120):
            time.sleep(0.4)  # noqa: ASYNC251 - the whole process is held up, not this task alone

    await asyncio.gather(*(take() for _ in range(250)))
    return taken


async def test_whoever_waits_in_a_lower_lane_goes_first() -> None:
    line, went = Line(50), []

    async def wait(lane: Lane) -> None:
        await line.turn(lane)
        went.append(lane)

    lanes = [Lane.ALERTS, Lane.ALERTS, Lane.VISITS, Lane.ALERTS, Lane.REPLIES, Lane.VISITS]
    await asyncio.gather(*map(wait, lanes))
    assert went == sorted(lanes)


async def test_who_gives_up_waiting_costs_nobody_a_turn() -> None:
    assert min([await _seconds_behind_twenty_who_gave_up() for _ in range(3)]) < 0.3


async def _seconds_behind_twenty_who_gave_up() -> float:
    line = Line(20)
    gone = [asyncio.create_task(line.turn()) for _ in range(20)]
    await asyncio.sleep(0.01)
    for task in gone:
        task.cancel()
    await asyncio.gather(*gone, return_exceptions=True)
    begun = time.monotonic()
    await line.turn()
    return time.monotonic() - begun


async def test_a_chat_gets_a_small_burst_and_then_one_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gate.monotonic", lambda: 1000.0)  # all at one moment, however busy the machine is
    gate = Gate(30)
    waits = [await gate.place(7) for _ in range(6)]
    assert waits[:3] == [0, 0, 0]
    assert all(0.8 < later - earlier < 1.3 for earlier, later in pairwise(waits[3:]))
    in_a_group = [await gate.place(-100) for _ in range(21)]
    assert in_a_group[4] == 0
    assert in_a_group[20] > 60, "more than twenty in a minute"
