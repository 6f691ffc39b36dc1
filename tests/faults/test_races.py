"""Many people, few places. Each guard has its control: without it, the race is lost.

SQLite has one writer, so its transactions cannot overlap: only PostgreSQL can show what the guard is for.
"""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from delivery.rules import Kind
from scheduling import closing, finding, store
from scheduling.closing import Span
from scheduling.refusals import SlotFull, SlotGone
from scheduling.rules import NOTICE
from simulator.world import World
from storage.database import Database, changed
from storage.failures import is_outage, is_transient
from storage.tables import Slot
from tests.acts import ON_POSTGRESQL, ON_SQLITE
from tests.faults.scene import CLINICS, SITE, Known, Scene
from tests.thrift import costly

AT_ONCE = 100
"""Updates that Telegram delivers to one webhook at the same time: what `bot/app.py` asks for."""
DELIVERIES = 5
"""How often an update is delivered here before it counts as lost."""


@pytest.fixture
def scene(database: Database) -> Scene:
    """Without a Telegram: nothing is sent here."""
    return Scene(database, World())


async def test_three_places_go_to_three_of_twenty(scene: Scene) -> None:
    people, slot = await scene.people(20), (await scene.slots(capacity=3))[0]
    kept = await asyncio.gather(*(_try(scene, person, slot) for person in people))
    assert sum(kept) == 3
    assert len(await scene.standing()) == 3
    assert await scene.states(Kind.RECEIPT) == {"pending": 3}


@ON_POSTGRESQL
async def test_ten_places_go_to_ten_of_five_hundred_who_come_through_two_processes(
    scene: Scene, database_url: str
) -> None:
    slots = await scene.slots(capacity=10, every=90)
    await _five_hundred(scene, database_url, *slots)


@ON_POSTGRESQL
@pytest.mark.soak
async def test_ten_places_go_to_ten_of_five_hundred_twenty_times(scene: Scene, database_url: str) -> None:
    slots = await scene.slots(capacity=10, every=15, days=4)
    took = [await _five_hundred(scene, database_url, *slots[turn * 2 : turn * 2 + 2]) for turn in range(20)]
    print(f"500 people, 10 places, 20 runs: {min(took):.2f} to {max(took):.2f} s, median {sorted(took)[10]:.2f} s")


@costly
@ON_POSTGRESQL
async def test_without_the_guard_five_hundred_get_more_than_ten_places(
    scene: Scene, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the race of five hundred."""
    monkeypatch.setattr(store, "take_place", _take_unguarded)
    slots = await scene.slots(capacity=10, every=90)
    with pytest.raises(AssertionError, match="not ten"):
        await _five_hundred(scene, database_url, *slots)


async def _five_hundred(scene: Scene, database_url: str, slot: int, other: int) -> float:
    """Ten get a place, everybody else a plain "full" with the nearest times, nothing else happens; the seconds."""
    people, before = await scene.people(500), len(await scene.standing())
    second, ends, again = Database(database_url), Counter[str](), Counter[str]()
    pools, clinic = [scene.database, second], CLINICS.clinics["mae-sot"]
    doors = [asyncio.Semaphore(AT_ONCE) for _ in pools]

    async def come(number: int) -> str:
        pool = pools[number % 2]
        if await _try(scene, people[number], slot, pool):
            return "kept"
        async with pool.reading() as session:
            wanted = (await session.get_one(Slot, slot)).starts_at
            near = await finding.nearest(session, "mae-sot", "vaccination", wanted, clinic, scene.now())
            return "told" if other in [each.id for each in near] else "left without a way on"

    async def deliver(number: int) -> None:
        async with doors[number % 2]:
            for _ in range(DELIVERIES):
                try:
                    ends[await come(number)] += 1
                except Exception as error:
                    if is_outage(error) and not is_transient(error):
                        again[type(error).__name__] += 1
                        continue  # no connection within ten seconds: 503, and Telegram delivers again
                    ends[type(error).__name__] += 1
                return
            ends["never handled"] += 1

    try:
        began = time.monotonic()
        await asyncio.gather(*(deliver(number) for number in range(500)))
        took = time.monotonic() - began
    finally:
        await second.close()
    print(f"500 people, 10 places: {took:.2f} s, delivered again: {dict(again)}")
    assert ends == {"kept": 10, "told": 490}, f"not ten: {ends}"
    assert len(await scene.standing()) == before + 10
    return took


@ON_POSTGRESQL
async def test_without_the_guard_the_last_places_go_to_more_than_there_are(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: read, think, then write without looking again."""
    monkeypatch.setattr(store, "take_place", _take_unguarded)
    people, slot = await scene.people(20), (await scene.slots(capacity=3))[0]
    kept = await asyncio.gather(*(_try(scene, person, slot) for person in people))
    assert sum(kept) > 3
    assert len(await scene.standing()) == sum(kept)


@ON_SQLITE
async def test_on_sqlite_not_even_a_missing_guard_can_oversell(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why the control above runs on PostgreSQL."""
    monkeypatch.setattr(store, "take_place", _take_unguarded)
    people, slot = await scene.people(20), (await scene.slots(capacity=3))[0]
    assert sum(await asyncio.gather(*(_try(scene, person, slot) for person in people))) == 3


async def test_one_person_who_taps_ten_times_at_once_gets_one_place(scene: Scene) -> None:
    [person], slot = await scene.people(1), (await scene.slots(capacity=10))[0]
    await asyncio.gather(*(_try(scene, person, slot) for _ in range(10)))
    assert len(await scene.standing()) == 1


async def test_nobody_is_left_on_a_time_that_closes_while_people_book_it(scene: Scene) -> None:
    sold = await _close_while_booking(scene, rounds=50 if not scene.database.is_sqlite else 10)
    assert sold > 0, "nobody was ever quick enough: the race was not run"


@pytest.mark.soak
async def test_nobody_is_left_on_a_closed_time_in_five_hundred_races(scene: Scene) -> None:
    assert await _close_while_booking(scene, rounds=500) > 0


@ON_POSTGRESQL
async def test_without_looking_whether_it_is_closed_people_are_left_on_a_closed_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the place is taken whether or not the time is still open."""

    async def take_closed(session: AsyncSession, slot_id: int) -> bool:
        free = (Slot.id == slot_id, Slot.taken < Slot.capacity)
        return await changed(session, update(Slot).where(*free).values(taken=Slot.taken + 1)) == 1

    async def think(*arguments: Any) -> Any:
        seen = await look(*arguments)
        await asyncio.sleep(0.1)  # a written booking locks its slot's row: this comes before
        return seen

    look = store.look
    monkeypatch.setattr(store, "look", think)
    monkeypatch.setattr(store, "take_place", take_closed)
    with pytest.raises(AssertionError, match="left on a closed time"):
        await _close_while_booking(scene, rounds=50)  # one is enough, and the first mostly is


@ON_SQLITE
async def test_a_deferred_begin_fails_where_ours_waits(scene: Scene) -> None:
    """Writers that begin by reading: with BEGIN IMMEDIATE they queue, with BEGIN they are thrown out."""
    await scene.slots(capacity=10)
    database = scene.database
    assert await _read_then_write(async_sessionmaker(database.writer)) == 0
    assert await _read_then_write(async_sessionmaker(database.reader)) > 0


async def _try(scene: Scene, person: Known, slot: int, database: Database | None = None) -> bool:
    """Book as the dispatcher does: a lost race is run again."""
    for _ in range(3):
        try:
            await scene.book(person, slot, database)
        except (SlotFull, SlotGone):
            return False
        except Exception as error:
            if not is_transient(error):
                raise
        else:
            return True
    raise AssertionError("three lost races in a row")


async def _take_unguarded(session: AsyncSession, slot_id: int) -> bool:
    seen = (await session.execute(select(Slot.taken, Slot.capacity).where(Slot.id == slot_id))).one()
    await asyncio.sleep(0.02)
    if seen.taken >= seen.capacity:
        return False
    await session.execute(
        update(Slot).where(Slot.id == slot_id).values(taken=Slot.taken + 1),
        execution_options={"synchronize_session": False},
    )
    return True


async def _close_while_booking(scene: Scene, rounds: int) -> int:
    """Close one slot after the other, each while four people book it; how many had been quick enough."""
    people = await scene.people(4)
    slots = (await scene.slots(capacity=3, days=rounds // 18 + 1, every=10))[:rounds]
    sold = 0
    for turn, slot in enumerate(slots):
        async with scene.database.reading() as session:
            begin = (await session.get_one(Slot, slot)).starts_at
        span = Span(begin, begin + NOTICE / 60)

        async def close(span: Span = span, turn: int = turn) -> int:
            await asyncio.sleep(turn % 10 * 0.002)
            async with scene.database.writing() as session:
                closed = await closing.close_times(session, None, SITE, [span], now=scene.now())
                return closed.told

        *_, ended = await asyncio.gather(*(_try(scene, person, slot) for person in people), close())
        sold += ended
        left = [booking for booking in await scene.standing() if booking.slot_id == slot]
        assert left == [], "left on a closed time"
    assert (await scene.states(Kind.CLOSED))["pending"] >= sold
    return sold


async def _read_then_write(sessions: async_sessionmaker[AsyncSession]) -> int:
    """Sixteen transactions at once; how many failed because of a lock."""

    async def one() -> int:
        try:
            async with sessions.begin() as session:
                await session.execute(text("SELECT count(*) FROM slots"))
                await asyncio.sleep(0.01)
                await session.execute(text("UPDATE slots SET capacity = capacity + 1"))
        except OperationalError as error:
            return int(is_transient(error))
        return 0

    return sum(await asyncio.gather(*(one() for _ in range(16))))
