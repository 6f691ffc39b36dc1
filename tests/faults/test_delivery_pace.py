"""Several processes in one line: the law as Telegram sees it, chats, and silences Telegram asked for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import select, text

from bot.gate import Gate, budget_of
from delivery import pacing
from delivery.owing import owe
from delivery.rules import Kind, Lane
from handlers.due import Due, Worded
from handlers.screen import Screen
from handlers.wording import WORDING
from locales.catalogue import Html
from simulator.pace import Pace as Law
from storage.database import Database
from storage.tables import Pace
from tests.acts import ON_POSTGRESQL
from tests.faults.scene import Scene
from tests.house import House
from tests.thrift import many

SECONDS = float(many(3, 6))


@pytest.fixture
async def gates(database: Database, database_url: str) -> AsyncIterator[list[Gate]]:
    """Three processes."""
    async with AsyncExitStack() as opened:
        made = []
        for _ in range(3):
            own = Database(database_url)
            opened.push_async_callback(own.close)
            made.append(Gate(30, 30, own))
            opened.push_async_callback(made[-1].close)
        yield made


async def _crowd(gates: list[Gate], law: Law) -> int:
    """Each process calls as fast as it may, in two lanes; how many calls came."""
    until = monotonic() + SECONDS

    async def call(gate: Gate, lane: Lane, person: int) -> None:
        while monotonic() < until:
            await gate.turn(lane)
            person += 1
            law.weigh(1, person)

    callers = [
        call(gate, lane, 100_000 * (3 * number + lane))
        for number, gate in enumerate(gates, start=1)
        for lane in (Lane.REPLIES, Lane.ALERTS)
    ]
    await asyncio.gather(*callers)
    return law.counted


@ON_POSTGRESQL
async def test_three_processes_together_keep_the_law(gates: list[Gate]) -> None:
    law = Law(enforce=False)
    calls = await _crowd(gates, law)
    assert law.breaches["second"] == 0
    assert law.most_in_a_second <= 30
    assert calls >= 15 * SECONDS, "slower than any busy machine explains"


@ON_POSTGRESQL
async def test_without_a_line_in_common_they_break_it(database: Database) -> None:
    """The control."""
    law = Law(enforce=False)
    await _crowd([Gate(30), Gate(30)], law)
    assert law.breaches["second"] > 0


@ON_POSTGRESQL
async def test_a_reply_does_not_wait_behind_an_alert_of_another_process(gates: list[Gate]) -> None:
    mine, other = gates[:2]
    crowd = [asyncio.create_task(other.turn(Lane.ALERTS)) for _ in range(60)]
    await asyncio.sleep(0.5)
    waited = [await _seconds_of(mine.turn(Lane.REPLIES)) for _ in range(3)]
    assert min(waited) < 1.0, "what others reserved is a fraction of a second"
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def _seconds_of(turn: Awaitable[None]) -> float:
    begun = monotonic()
    await turn
    return monotonic() - begun


@ON_POSTGRESQL
async def test_idle_processes_ask_nothing_of_the_database(gates: list[Gate], database: Database) -> None:
    await gates[0].turn()
    await gates[0]._all.close()  # what it reserved beside that turn is written
    before = await _pace(database)
    await asyncio.sleep(1.0)
    assert await _pace(database) == before


@ON_POSTGRESQL
async def test_a_chat_has_its_places_whichever_process_writes_to_it(gates: list[Gate], database: Database) -> None:
    waits: list[float] = []
    asked: list[tuple[float, float]] = []
    for number in range(6):
        gate, begun = gates[number % 2], monotonic()
        async with database.writing() as session:
            waits += await gate.places(session, [7])
        asked.append((begun, monotonic()))
    assert waits[0] == 0
    latest = [end + wait for (_, end), wait in zip(asked, waits, strict=True)]
    earliest = [begun + wait for (begun, _), wait in zip(asked, waits, strict=True)]
    assert all(later - earlier > 1 for earlier, later in zip(earliest, latest[1:], strict=False)), (asked, waits)
    async with database.writing() as session:
        group = await gates[2].places(session, [-5] * 21)
    assert group[4] < 1e-6  # of a second
    assert group[20] > 60, "more than twenty in a minute"


async def test_a_silence_that_telegram_asked_for_holds_in_every_process(database: Database) -> None:
    first, second = Gate(30, 30, database), Gate(30, 30, database)
    first.hold(7, 200, Lane.ALERTS)
    await first.close()
    assert (first.held(), first.held(lane=Lane.ALERTS), second.held(7)) == (0, 0, 0)
    await second.open()
    assert 180 < second.held(7) <= 200
    assert second.held(8) == 0
    first.hold(8, 100, Lane.ALERTS)
    await first.close()
    await second.open()
    assert second.held(lane=Lane.ALERTS) > 80, "two of a lane at once mean the lane"
    assert (second.held(lane=Lane.VISITS), second.held()) == (0, 0)
    first.hold(9, 50, Lane.VISITS)
    await first.close()
    await second.open()
    assert second.held() > 180, "three at once mean everybody, for as long as any of them"


async def test_a_shorter_silence_never_ends_a_longer_one(database: Database) -> None:
    async def hold(seconds: float) -> None:
        async with database.writing() as session:
            await pacing.hold(session, "all", datetime.now(UTC), seconds)

    async def held() -> float:
        async with database.reading() as session:
            return (await pacing.holds(session, datetime.now(UTC)))["all"]

    await hold(20)
    await hold(5)
    assert 15 < await held() <= 20
    await asyncio.gather(*(hold(seconds) for seconds in (10, 60, 30)))
    assert 50 < await held() <= 60, "processes that note it at once keep the longest"


async def test_a_busy_group_silences_nobody_else(database: Database) -> None:
    gate = Gate(30, 30, database)
    for group in (-1, -2, -3):
        gate.hold(group, 300, Lane.VISITS)
    await gate.close()
    assert gate.held(-1) > 290
    assert (gate.held(), gate.held(lane=Lane.VISITS)) == (0, 0)


@ON_POSTGRESQL
async def test_another_process_hears_of_a_silence_with_its_next_turns(gates: list[Gate]) -> None:
    first, second = gates[:2]
    first.hold(7, 200)
    await first.close()
    await second.turn()
    assert second.held(7) > 180


async def test_of_chats_that_are_quiet_nothing_is_kept_and_never_an_id(database: Database) -> None:
    gate = Gate(30, 30, database)
    gate.hold(123456789, 1)
    await gate.close()
    [row] = [row for row in await _pace(database) if row.startswith(pacing.CHAT)]
    assert row.startswith(budget_of(123456789))
    assert "123456789" not in row
    async with database.writing() as session:
        later = datetime.now(UTC) + timedelta(seconds=1) + pacing.KEEP
        if database.is_sqlite:
            assert await pacing.forget(session, later) == 1


@ON_POSTGRESQL
async def test_a_row_that_spoils_the_claim_silences_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(house.app.database, house.simulator.world, lambda: house.now)
    people = await scene.people(4)

    async def say(due: Due) -> Worded:
        if due.person.id == people[1].id:
            await due.session.execute(text("SELECT 1 / 0"))
        return Screen(text=Html("fine"))

    monkeypatch.setitem(WORDING, Kind.LATE, say)
    async with house.app.database.writing() as session:
        for person in people:
            await owe(session, Kind.LATE, f"{person.id}", person.id, 1, due_at=house.now)
    await house.quiet()
    assert [row.state for row in await scene.owed(Kind.LATE)] == ["sent", "failed", "sent", "sent"]


async def test_while_the_database_is_away_calls_go_on_slowly(database_url: str) -> None:
    """Danger signs are answered without it."""
    away = Database("postgresql://nobody@127.0.0.1:9/none")
    gate = Gate(30, 30, away)
    begun = monotonic()
    for _ in range(3):
        await gate.turn()
    assert monotonic() - begun < 2
    await gate.close()
    await away.close()


async def _pace(database: Database) -> list[str]:
    async with database.reading() as session:
        rows = await session.scalars(select(Pace).where(Pace.budget != "signals").order_by(Pace.budget))
        return [f"{row.budget} {row.next_at} {row.held_until}" for row in rows]
