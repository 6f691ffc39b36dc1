"""A large audience is tried on a few people first: the rest follows if that goes well, and not before."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.canary import verdict
from alerts.store.going import Tried
from delivery.rules import Kind
from people.authority import Role
from storage.tables import Owed
from tests.acts import ON_SQLITE
from tests.flows.alert_scene import got, many, report, standing, states, watch
from tests.flows.alerting import operators, sends, window_passes
from tests.house import House

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
PEOPLE = 520


def tried(settled: int, bad: int = 0, lost: int = 0, *, waited: float = 0, size: int = 20) -> Tried:
    return Tried(size, settled, bad, lost, NOW - timedelta(seconds=waited))


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (tried(0), "wait"),
        (tried(19), "wait"),
        (tried(20), "passed"),
        (tried(20, bad=2), "passed"),
        (tried(20, bad=3), "held"),
        (tried(5, bad=3), "held"),
        (tried(20, lost=6), "passed"),
        (tried(20, lost=7), "held"),
        (tried(18, waited=119), "wait"),
        (tried(18, waited=120), "passed"),
        (tried(17, waited=600), "wait"),
    ],
)
def test_the_verdict_over_twenty_people(seen: Tried, found: str) -> None:
    assert verdict(20, seen, NOW) == found


async def test_twenty_people_first_and_all_others_when_that_went_well(house: House) -> None:
    author, approver = await operators(house)
    ids = await many(house, PEOPLE)
    await sends(house, author, approver, "en")
    assert (await standing(house)).canary_size == 20
    async with house.app.database.reading() as session:
        mine = select(Owed.id).where(Owed.kind == Kind.ALERT)
        first = set(await session.scalars(mine.where(Owed.state == "pending")))
        assert (len(first), len(set(await session.scalars(mine)))) == (20, PEOPLE)
    await window_passes(house)
    await watch(house)
    assert [got(house, one) for one in ids] == [1] * PEOPLE
    async with house.app.database.reading() as session:
        ended = list(await session.scalars(select(Owed.id).where(Owed.kind == Kind.ALERT).order_by(Owed.settled_at)))
    assert set(ended[:20]) == first, "somebody else got it before the first few had ended"
    found = await report(house)
    assert (found.total, found.adds_up, found.alert.canary) == ({"sent": PEOPLE}, True, "passed")


async def test_it_stops_by_itself_when_many_have_blocked_the_bot_and_operators_decide(house: House) -> None:
    author, approver = await operators(house)
    ids = await many(house, PEOPLE)
    for telegram_id in ids:
        house.simulator.world.people[telegram_id].deactivated = True
    await sends(house, author, approver, "en")
    third = await house.staff(702, Role.OPERATOR)
    await window_passes(house)
    await watch(house)
    held = await standing(house)
    assert (held.state, held.canary) == ("held", "held")
    found = await report(house)
    assert (found.total, found.adds_up) == ({"unreachable": 20, "waiting": 500}, True)
    for one in (author, approver, third):
        told = [text for text in one.texts if "An alert stopped by itself" in text]
        assert len(told) == 1
        assert "20 cannot be reached, 500 waiting" in told[0]
    await watch(house)
    assert (await report(house)).total == {"unreachable": 20, "waiting": 500}
    for telegram_id in ids:
        house.simulator.world.people[telegram_id].deactivated = False
    await approver.has_pin()
    await approver.taps("Send it to everybody all the same")
    house.advance(seconds=6)
    await watch(house)
    found = await report(house)
    assert (found.total, found.adds_up) == ({"unreachable": 20, "sent": 500}, True)


@ON_SQLITE
async def test_what_failed_or_is_unknown_holds_it_too_and_it_can_be_stopped(house: House) -> None:
    author, approver = await operators(house)
    ids = await many(house, PEOPLE)
    await sends(house, author, approver, "en")
    for telegram_id in ids:
        house.simulator.faults.add("reset_after", "sendMessage", chat_id=telegram_id)
    await window_passes(house)
    await watch(house)
    house.simulator.faults.clear()
    assert (await standing(house)).state == "held"
    await approver.taps("Stop")
    await watch(house)
    found = await report(house)
    assert found.adds_up
    assert found.total["unknown"] >= 3
    assert found.total["unknown"] + found.total.get("sent", 0) <= 20
    assert found.total["dropped"] == 500


@ON_SQLITE
async def test_a_pause_while_a_few_are_tried_lets_no_more_of_them_out_afterwards(house: House) -> None:
    author, approver = await operators(house)
    await many(house, PEOPLE)
    await sends(house, author, approver, "en")
    await approver.taps("Pause")
    await window_passes(house)
    await watch(house)
    assert (await report(house)).total == {"waiting": PEOPLE}
    await approver.has_pin()
    await approver.taps("Resume")
    house.advance(seconds=6)
    await watch(house)
    found = await report(house)
    assert (found.total, found.alert.canary) == ({"sent": PEOPLE}, "passed")


@ON_SQLITE
async def test_a_small_audience_and_one_whose_lives_depend_on_it_go_out_at_once(house: House) -> None:
    author, approver = await operators(house)
    ids = await many(house, 30)
    await sends(house, author, approver, "en")
    assert (await states(house, Kind.ALERT)) == {"pending": 30}
    await window_passes(house)
    await watch(house)
    assert [got(house, one) for one in ids] == [1] * 30
