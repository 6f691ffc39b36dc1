"""A process that is frozen in the middle of something holds nobody up, and what it did not finish another does once.

A sender that is frozen for longer than its lease is in `test_two_senders.py`.
"""

import asyncio

import pytest
from sqlalchemy import text, update

from people import leaving
from scheduling import booking, store
from storage import engines
from storage.database import Database
from storage.failures import is_outage
from storage.tables import Person
from tests.acts import ON_POSTGRESQL
from tests.faults.scene import Known, Scene

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@ON_POSTGRESQL
async def test_whoever_is_silent_in_a_transaction_is_given_up_and_holds_nobody_up(
    database: Database, database_url: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "IDLE_SECONDS", 1)
    [person] = await scene.people(1)
    silent, lock = Database(database_url), update(Person).where(Person.id == person.id).values(discreet=False)

    async def hold() -> None:
        async with silent.writing() as session:
            await session.execute(lock)
            async with asyncio.timeout(20), database.writing() as other:
                await other.execute(lock)
            await session.execute(lock)

    with pytest.raises(Exception) as caught:
        await hold()
    assert is_outage(caught.value), "what it did is to come again"
    await silent.close()


@ON_POSTGRESQL
async def test_whoever_has_said_that_it_will_think_for_long_is_not_given_up(
    database_url: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "IDLE_SECONDS", 1)
    [person] = await scene.people(1)
    patient, change = Database(database_url), update(Person).where(Person.id == person.id).values(discreet=False)
    async with patient.writing(patient=True) as session:
        await session.execute(change)
        await asyncio.sleep(1.5)
        await session.execute(change)
    await patient.close()


async def _erase(database: Database, person: Known, scene: Scene, stop: asyncio.Barrier | None = None) -> bool:
    """As `/forgetme` does; whether there was anybody to erase. With `stop`, wait there before the commit, twice."""
    async with database.writing() as session:
        known = await session.get_one(Person, person.id)
        if not await leaving.is_here(session, known):
            return False
        await booking.give_everything_up(session, known)
        await leaving.erase(session, known, {}, scene.now())
        if stop:
            await stop.wait()
            await stop.wait()
    return True


async def _erased_by_two(scene: Scene, database: Database) -> list[bool]:
    """One of two with a visit leaves; a second process gets the same update before the first commits."""
    leaves, stays = await scene.people(2)
    [slot, *_] = await scene.slots(5)
    for person in (leaves, stays):
        await scene.book(person, slot)
    stop = asyncio.Barrier(2)
    both = [asyncio.create_task(_erase(database, leaves, scene, stop))]
    await stop.wait()
    both.append(asyncio.create_task(_erase(database, leaves, scene)))
    async with asyncio.timeout(20):
        while not await _somebody_waits(database):  # noqa: ASYNC110 - nothing tells when somebody does
            await asyncio.sleep(0.02)
    await stop.wait()
    return list(await asyncio.gather(*both))


async def _somebody_waits(database: Database) -> bool:
    """Asked in a transaction of its own: PostgreSQL shows the same picture until one ends."""
    async with database.reading() as session:
        return bool(await session.scalar(text(WAITS)))


@ON_POSTGRESQL
async def test_an_erasure_that_came_to_two_processes_gives_each_place_back_once(
    database: Database, scene: Scene
) -> None:
    assert await _erased_by_two(scene, database) == [True, False]
    assert len(await scene.standing()) == 1


@ON_POSTGRESQL
async def test_without_holding_the_person_a_place_is_given_back_twice(
    database: Database, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    async def nobody(*_: object) -> bool:
        return True

    monkeypatch.setattr(store, "hold_person", nobody)
    monkeypatch.setattr(leaving, "is_here", nobody)
    assert await _erased_by_two(scene, database) == [True, True]
    with pytest.raises(AssertionError, match="a place is taken without a booking"):
        await scene.standing()
