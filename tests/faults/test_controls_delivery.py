"""Controls of what is owed: each switches one guard off, here in the test, and the message is late, lost or doubled."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Select, false, text
from sqlalchemy.exc import DBAPIError

from answers.ask import Finder
from bot import gate
from delivery import claiming
from delivery.rules import Kind
from simulator.server import Simulator
from storage.database import Database
from storage.failures import state_of
from tests.acts import ON_POSTGRESQL, ON_SQLITE
from tests.faults.scene import Scene
from tests.faults.test_two_senders import sender

VISIT, ALERT = "Your code", "Cholera"
LOCK_NOT_AVAILABLE = "55P03"


async def _claimed_beside_another(scene: Scene, database_url: str) -> list[int]:
    """Two processes claim ten rows each of twenty, the second while the first has not committed; the rows."""
    await scene.reminders(await scene.people(20))
    second, real = Database(database_url), datetime.now(UTC)
    try:
        async with scene.database.writing() as one, second.writing() as other:
            await other.execute(text("SET LOCAL lock_timeout = '500ms'"))
            mine = await claiming.claim(one, scene.now(), real, 10)
            return [row.id for row in (*mine, *await claiming.claim(other, scene.now(), real, 10))]
    finally:
        await second.close()


@ON_POSTGRESQL
async def test_two_who_claim_at_once_do_not_wait_for_each_other(scene: Scene, database_url: str) -> None:
    assert len(set(await _claimed_beside_another(scene, database_url))) == 20


@ON_POSTGRESQL
async def test_without_skip_locked_the_second_waits_until_the_first_has_committed(
    scene: Scene, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Select.with_for_update
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: whole(self))
    monkeypatch.setattr(claiming, "_claiming", claiming._claiming.__wrapped__)  # put together anew, without it
    with pytest.raises(DBAPIError) as caught:
        await _claimed_beside_another(scene, database_url)
    assert state_of(caught.value) == LOCK_NOT_AVAILABLE


async def _left_by_a_dead_process(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene
) -> tuple[list[int], set[str]]:
    """A process died with two reminders in hand, longer ago than a lease; copies, and where the rows stand."""
    reminded = await scene.people(2)
    await scene.reminders(reminded)
    async with scene.database.writing() as session:
        await claiming.claim(session, scene.now(), datetime.now(UTC), 10)
    await scene.lease_passes()
    async with sender(telegram, database_url, finder, scene) as survivor:
        await survivor.drain()
    rows = [row for row in await scene.owed(Kind.REMINDER) if row.claim]
    return scene.copies(reminded, VISIT), {row.state for row in rows}


async def test_what_a_dead_process_had_in_hand_is_taken_over_after_its_lease(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene
) -> None:
    copies, _ = await _left_by_a_dead_process(telegram, database_url, finder, scene)
    assert copies == [1, 1]


@ON_SQLITE
async def test_without_the_end_of_leases_it_is_never_sent(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "_ran_out", lambda _wall: false())
    copies, states = await _left_by_a_dead_process(telegram, database_url, finder, scene)
    assert copies == [0, 0]
    assert states == {"claimed"}


async def _slowed_down(telegram: Simulator, database_url: str, finder: Finder, scene: Scene, seconds: float = 2) -> int:
    """Telegram slows two people of an alert to forty down for half a minute; how many got it before that is over."""
    people = await scene.people(40)
    await scene.alert(people)
    telegram.faults.add("429:30", "sendMessage", count=2)
    async with sender(telegram, database_url, finder, scene) as sending:
        sending.in_hand = 0.02  # so few at once that what was on its way already does not blur it
        await sending.drain(seconds)  # or until nothing is left that may go out
        await sending.finish(2)
    return sum(scene.copies(people, ALERT))


@ON_SQLITE
async def test_two_people_who_are_slowed_down_pause_their_lane(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene
) -> None:
    assert await _slowed_down(telegram, database_url, finder, scene) <= 8


@ON_SQLITE
async def test_without_the_pause_of_the_lane_calls_go_on_as_if_nothing_was_said(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "LANE_MANY", 99)
    monkeypatch.setattr(gate, "MANY", 99)
    assert await _slowed_down(telegram, database_url, finder, scene, seconds=25) > 16
