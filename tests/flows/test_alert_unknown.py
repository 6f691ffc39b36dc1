"""Of whom nobody knows whether an alert arrived: listed by language, sent again by decision and once, counted apart."""

from delivery.rules import Kind
from tests.acts import ON_SQLITE
from tests.flows.alert_scene import report, states, watch
from tests.flows.alerting import NAMES, TEXTS, figures, operators, reader, received, sends, window_passes
from tests.house import House, Someone


async def half_known(house: House) -> tuple[Someone, list[Someone]]:
    """An alert that arrived at everybody, and the bot knows it of one; the approver, and the readers."""
    author, approver = await operators(house)
    ones = [await reader(house, 10 + number, language) for number, language in enumerate(("th", "my", "my", "km"))]
    await sends(house, author, approver, *TEXTS)
    for one in ones[1:]:
        house.simulator.faults.add("reset_after", "sendMessage", chat_id=one.id)
    await window_passes(house)
    await watch(house)
    house.simulator.faults.clear()
    return approver, ones


async def test_they_are_listed_and_sent_again_after_a_second_press_only(house: House) -> None:
    approver, ones = await half_known(house)
    page = await approver.taps("Refresh")
    assert figures(page, "All") == {"sent": 1, "not known whether it arrived": 3}
    assert [len(received(one)) for one in ones] == [1, 1, 1, 1]
    asked = await approver.taps("3 not known: send again?")
    assert f"{NAMES['my']}: 2 people" in asked
    assert f"{NAMES['km']}: 1 person" in asked
    assert "some of them get it twice" in asked
    await watch(house)
    assert [len(received(one)) for one in ones] == [1, 1, 1, 1], "nothing is sent by asking"
    await approver.has_pin()
    await approver.taps("Yes, send it again")
    await watch(house)
    assert [len(received(one)) for one in ones] == [1, 2, 2, 2]
    found = await report(house)
    assert (found.total, found.again) == ({"sent": 1, "unknown": 3}, {"sent": 3})
    assert found.adds_up
    page = await approver.taps("Refresh")
    assert figures(page, "Sent again") == {"sent": 3}
    assert figures(page, "All") == {"sent": 1, "not known whether it arrived": 3}


async def test_pressing_again_sends_nothing_more(house: House) -> None:
    approver, ones = await half_known(house)
    await approver.has_pin()
    for _ in range(3):
        await approver.presses("as7.1")
        await watch(house)
    assert [len(received(one)) for one in ones] == [1, 2, 2, 2]
    assert (await states(house, Kind.ALERT_AGAIN)) == {"sent": 3}
    assert not [label for label in approver.labels if "send again" in label]


@ON_SQLITE
async def test_what_is_unknown_once_more_stays_so(house: House) -> None:
    approver, ones = await half_known(house)
    for one in ones:
        house.simulator.faults.add("reset_after", "sendMessage", chat_id=one.id)
    await approver.has_pin()
    await approver.taps("3 not known")
    await approver.taps("Yes, send it again")
    await watch(house)
    house.simulator.faults.clear()
    found = await report(house)
    assert (found.again, found.adds_up) == ({"unknown": 3}, True)
    assert [len(received(one)) for one in ones] == [1, 2, 2, 2]


@ON_SQLITE
async def test_a_stopped_alert_is_sent_to_nobody_again(house: House) -> None:
    approver, ones = await half_known(house)
    await approver.says("/stop_alerts")
    await approver.has_pin()
    assert "cannot be changed any more" in await approver.presses("as7.1")
    await watch(house)
    assert [len(received(one)) for one in ones] == [1, 1, 1, 1]


@ON_SQLITE
async def test_whoever_turned_alerts_off_since_gets_no_second_one(house: House) -> None:
    approver, ones = await half_known(house)
    await ones[1].says("/alerts_off")
    await approver.has_pin()
    await approver.taps("3 not known")
    await approver.taps("Yes, send it again")
    await watch(house)
    assert [len(received(one)) for one in ones] == [1, 1, 2, 2]
    assert (await report(house)).again == {"sent": 2, "opted-out": 1}
