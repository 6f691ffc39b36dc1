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
from bot.gate import SLACK, Gate
from simulator.pace import Pace
from simulator.server import Simulator
from storage.tables import Owed
from tests.conftest import TOKEN, settings_for
from tests.faults.scene import Scene
from tests.house import House

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@asynccontextmanager
async def busy(
    database_url: str, finder: Finder, rate: float, pace: Pace, due: int, asking: int
) -> AsyncIterator[House]:
    """A bot to which so many reminders fall due at once, while so many people write to it."""
    telegram = Simulator(pace=pace, page=False)
    telegram.world.register(TOKEN)
    async with telegram:
        house = House(settings_for(telegram.url, database_url, send_rate=rate), telegram, finder)
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


@SQLITE
async def test_ninety_reminders_and_their_replies_never_break_the_law(database_url: str, finder: Finder) -> None:
    pace = Pace()
    async with busy(database_url, finder, 28, pace, due=90, asking=20) as house:
        assert pace.breaches["second"] == 0
        assert pace.breaches["early"] == 0
        assert pace.counted == 110
        assert 15 <= pace.most_in_a_second <= 30, "slower than it may be, or faster"
        assert [call for call in house.simulator.world.calls if call.status == 429] == []


@SQLITE
async def test_messages_that_fall_due_together_reach_one_person_a_second_apart(
    database_url: str, finder: Finder
) -> None:
    telegram = Simulator(pace=Pace.unlimited(), page=False)
    telegram.world.register(TOKEN)
    async with telegram:
        house = House(settings_for(telegram.url, database_url), telegram, finder)
        scene = Scene(house.app.database, telegram.world)
        [person] = await scene.people(1)
        await scene.reminders([person])
        async with scene.database.writing() as session:
            await session.execute(update(Owed).values(state="pending", due_at=scene.now() - timedelta(seconds=1)))
        async with house:
            await house.quiet()
        sent = [call.at for call in telegram.world.calls if call.chat_id == person.telegram_id]
    assert len(sent) > 1
    assert min(after - before for before, after in pairwise(sent)) >= 1


@SQLITE
async def test_without_the_pace_the_law_is_broken(database_url: str, finder: Finder) -> None:
    """The control."""
    pace = Pace(enforce=False)
    async with busy(database_url, finder, 1000, pace, due=60, asking=5):
        assert pace.breaches["second"] > 0


async def test_turns_missed_while_the_process_was_held_up_do_not_come_as_a_burst() -> None:
    gate, taken = Gate(100), []
    for turn in range(40):
        await gate.turn()
        taken.append(time.monotonic())
        if turn == 20:
            time.sleep(0.2)  # noqa: ASYNC251 - the whole process is held up, not this task alone
    gaps = [after - before for before, after in pairwise(taken)]
    assert min(gaps) > 0.01 - SLACK - 0.002
    assert max(gaps) >= 0.2
