"""An alert that holds no longer: what has not gone out will not, and what was delivered says so."""

from datetime import timedelta

from delivery.rules import Kind
from tests.acts import ON_SQLITE, is_in, spoken
from tests.flows.alert_scene import report, set_alert, standing, states, watch
from tests.flows.alerting import TEXTS, operators, reader, received, sends, window_passes, writes
from tests.house import House

MARK = "⌛ <b>No longer valid since {clock}</b> ({day})"


async def test_at_its_end_delivered_messages_are_marked_in_their_language_and_the_rest_is_not_sent(
    house: House,
) -> None:
    author, approver = await operators(house)
    readers = {language: await reader(house, 10 + n, language) for n, language in enumerate(TEXTS)}
    await writes(author, *TEXTS)
    await set_alert(house, valid_until=house.now + timedelta(hours=2))
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")
    await window_passes(house)
    await watch(house)
    late = await reader(house, 30, "my")
    before = {language: len(one.messages) for language, one in readers.items()}
    house.advance(hours=2)
    await watch(house)
    assert (await standing(house)).state == "expired"
    for language, one in readers.items():
        assert len(received(one)) == 1
        mark = spoken(house, language, MARK, clock="|", day="|").split("|")
        assert all(part in received(one)[0] for part in mark)
        assert is_in(language, "".join(mark))
        assert TEXTS[language] in received(one)[0], "what it said can still be read"
    assert before == {language: len(one.messages) for language, one in readers.items()}
    assert received(late) == []
    house.advance(seconds=40)
    await watch(house)
    found = await report(house)
    assert (found.total, found.adds_up) == ({"sent": 4}, True)
    assert found.changed
    assert (found.changed.done, found.alert.edits) == (4, "done")
    assert (await states(house, Kind.EXPIRED_MARK)) == {"sent": 4}
    assert "Marked as no longer valid: 4 of 4 messages" in await approver.taps("Refresh")


async def test_an_operator_ends_it_while_it_rests_and_what_waits_is_too_late(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    await approver.taps("Pause")
    await window_passes(house)
    await watch(house)
    assert "cannot be undone" in await approver.taps("No longer valid")
    await approver.has_pin()
    assert "No longer valid since" in await approver.taps("Yes, no longer valid")
    await watch(house)
    house.advance(seconds=40)
    await watch(house)
    assert received(aye) == []
    found = await report(house)
    assert (found.total, found.adds_up) == ({"expired": 1}, True)
    assert found.alert.done_at is not None


@ON_SQLITE
async def test_ending_it_takes_the_pin_and_a_second_press_changes_nothing(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    await window_passes(house)
    await watch(house)
    house.advance(minutes=11)
    await approver.taps("No longer valid")
    assert "tap your PIN" in await approver.taps("Yes, no longer valid")
    assert "No longer valid since" in await approver.enters_pin()
    await approver.presses("as5.1")
    await watch(house)
    assert received(aye)[0].count("No longer valid since") == 1


@ON_SQLITE
async def test_what_is_left_when_the_window_ends_is_too_late_and_delivered_messages_stay_as_they_are(
    house: House,
) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    await approver.taps("Pause")
    await window_passes(house)
    house.advance(hours=13)
    await watch(house)
    assert received(aye) == []
    found = await report(house)
    assert (found.total, found.adds_up, found.alert.ended_at) == ({"expired": 1}, True, None)
