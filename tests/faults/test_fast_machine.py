"""Machines that do not agree about the time: what one process has in hand, no other takes because its clock is fast."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from answers.ask import Finder
from bot.beats.wiper import Wiper
from delivery import wiping
from handoff import asking
from simulator.server import Simulator
from storage import leases
from storage.tables import Person
from tests.acts import ON_POSTGRESQL, ON_SQLITE
from tests.faults.another import another_process
from tests.faults.scene import Scene, until
from tests.faults.test_clock_jumps import HOUR, VISIT, set_machine
from tests.faults.test_handoff import QUESTION, staffed, topics, worker
from tests.faults.test_two_senders import sender


async def _meanwhile(
    telegram: Simulator,
    method: str,
    calls: int,
    first: Callable[[], Coroutine[None, None, int]],
    fast: Callable[[], Coroutine[None, None, int]],
    patch: pytest.MonkeyPatch,
) -> tuple[int, int]:
    """While so many calls of the first process hang, one with a fast clock looks for work; how much each did."""
    slow = telegram.faults.add("slow", method, delay=15)
    working = asyncio.create_task(first())
    await until(lambda: slow.hits == calls)
    telegram.faults.clear()
    set_machine(patch, HOUR)
    found = await fast()
    slow.released.set()
    return await working, found


async def _beside_a_fast_one(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, patch: pytest.MonkeyPatch
) -> list[int]:
    """One process is sending when another, whose clock is an hour fast, looks what it could do; copies by person."""
    reminded = await scene.people(4)
    await scene.reminders(reminded)
    async with (
        sender(telegram, database_url, finder, scene) as first,
        sender(telegram, database_url, finder, scene) as fast,
    ):
        await _meanwhile(telegram, "sendMessage", 4, first.drain, fast.drain, patch)
    return scene.copies(reminded, VISIT)


@ON_POSTGRESQL
async def test_a_process_whose_clock_is_fast_takes_nothing_from_the_others(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _beside_a_fast_one(telegram, database_url, finder, scene, monkeypatch) == [1] * 4


@ON_POSTGRESQL
async def test_with_leases_by_each_machines_own_clock_reminders_come_twice(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(leases, "is_shared", lambda _session: False)
    assert await _beside_a_fast_one(telegram, database_url, finder, scene, monkeypatch) == [2] * 4


async def _topics_beside_a_fast_one(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, patch: pytest.MonkeyPatch
) -> int:
    """One process is opening a topic when a fast one looks what it could do; how many topics there are then."""
    await staffed(scene)
    [aye] = await scene.people(1)
    async with scene.database.writing() as session:
        person = await session.get_one(Person, aye.id)
        await asking.ask(session, person, "mae-sot", QUESTION, 77, now=scene.now())
    async with (
        worker(telegram, database_url, finder, scene) as first,
        worker(telegram, database_url, finder, scene) as fast,
    ):
        await _meanwhile(telegram, "createForumTopic", 1, first.run, fast.run, patch)
    return topics(scene)


@ON_POSTGRESQL
async def test_a_topic_that_is_being_opened_is_not_opened_by_a_fast_machine(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _topics_beside_a_fast_one(telegram, database_url, finder, scene, monkeypatch) == 1


@ON_POSTGRESQL
async def test_with_leases_by_each_machines_own_clock_a_topic_is_opened_twice(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(leases, "is_shared", lambda _session: False)
    assert await _topics_beside_a_fast_one(telegram, database_url, finder, scene, monkeypatch) == 2


@asynccontextmanager
async def _wiper(telegram: Simulator, database_url: str, scene: Scene) -> AsyncIterator[Wiper]:
    """With connections of its own, as another process would have."""
    async with another_process(telegram, database_url) as (database, out):
        yield Wiper(database, out, scene.now)


@ON_POSTGRESQL
async def test_messages_that_are_being_deleted_are_left_alone_by_a_fast_machine(
    telegram: Simulator, database_url: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    [aye] = await scene.people(1)
    async with scene.database.writing() as session:
        await wiping.owe_wipe(session, aye.telegram_id, [1, 2], scene.now())
    async with _wiper(telegram, database_url, scene) as first, _wiper(telegram, database_url, scene) as fast:
        done = await _meanwhile(telegram, "deleteMessages", 1, first.drain, fast.drain, monkeypatch)
    assert done == (1, 0)


@ON_SQLITE
async def test_what_a_dead_process_was_deleting_is_deleted_though_the_clock_was_set_back(
    telegram: Simulator, database_url: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a machine that starts with an earlier time the lease would last for another hour."""
    [aye] = await scene.people(1)
    async with scene.database.writing() as session:
        await wiping.owe_wipe(session, aye.telegram_id, [1, 2], scene.now())
        assert len(await wiping.claim(session, scene.now(), datetime.now(UTC), 10)) == 1
    set_machine(monkeypatch, -HOUR)
    async with _wiper(telegram, database_url, scene) as survivor:
        assert await survivor.drain() == 1
