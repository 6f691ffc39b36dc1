"""An alert on its way: shown as it gets on, paused, resumed, stopped; and nothing goes out that was held back."""

import pytest
from sqlalchemy import delete

from delivery.rules import Kind
from people.authority import Role
from people.store import find_person
from storage.tables import Alert, Grant
from tests.acts import ON_SQLITE, is_in, spoken
from tests.flows.alert_scene import follows, report, standing, states, watch
from tests.flows.alerting import TEXTS, figures, operators, reader, received, sends, window_passes, writes
from tests.house import House


async def test_author_and_approver_each_follow_it_in_one_message_that_changes_itself(house: House) -> None:
    author, approver = await operators(house)
    readers = {language: await reader(house, 10 + n, language) for n, language in enumerate(TEXTS)}
    await sends(house, author, approver, *TEXTS)
    await watch(house)
    before = len(author.messages)
    assert "It begins to go out at" in author.screen
    assert figures(author.screen, "All") == {"waiting": 4}
    await window_passes(house)
    await watch(house)
    for one in (author, approver):
        assert "It has gone out." in follows(one)[-1]
        assert figures(follows(one)[-1], "All") == {"sent": 4}
    assert len(author.messages) == before, "it was not changed but sent anew"
    assert len(follows(author)) == 1
    assert all(len(received(one)) == 1 for one in readers.values())
    assert (await standing(house)).done_at is not None


async def test_what_is_paused_waits_and_goes_out_when_it_is_resumed(house: House) -> None:
    author, approver = await operators(house)
    aye, bee = await reader(house, 7, "my"), await reader(house, 8, "km")
    await sends(house, author, approver, *TEXTS)
    assert "Paused. Nothing goes out" in await approver.taps("Pause")
    await window_passes(house)
    await watch(house)
    assert (received(aye), received(bee)) == ([], [])
    assert (await report(house)).total == {"waiting": 2}
    third = await house.staff(702, Role.OPERATOR)
    await third.says("/alerts")
    await third.taps("Alert 1: paused")
    assert "choose a PIN" in await third.taps("Resume")
    await approver.taps("Resume")
    house.advance(seconds=6)
    await watch(house)
    assert (len(received(aye)), len(received(bee))) == (1, 1)
    assert (await report(house)).adds_up
    assert "It has gone out" in await approver.taps("Refresh")


async def test_the_kill_switch_stops_everything_that_runs_without_a_pin(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    await sends(house, author, approver, "en")
    await approver.taps("Pause")
    third = await house.staff(702, Role.OPERATOR)
    stopped = await third.says("/stop_alerts")
    assert "Nothing more goes out of: 1, 2" in stopped
    await window_passes(house)
    await watch(house)
    assert received(aye) == []
    for number in (1, 2):
        found = await report(house, number)
        assert (found.total, found.adds_up) == ({"dropped": 1}, True)
    assert "Nothing had to be stopped" in await third.says("/stop_alerts")


@ON_SQLITE
@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_operators_read_the_page_in_their_own_language(house: House, language: str) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    third = await house.staff(702, Role.OPERATOR, language=language)
    await sends(house, author, approver, "en")
    await third.says("/alerts")
    page = await third.taps("1")
    assert spoken(house, language, "<b>Alert {number}</b>", number=1) in page
    assert is_in(language, page)
    await third.taps(spoken(house, language, "⏸ Pause"))
    assert spoken(house, language, "⏸ Paused. Nothing goes out until it is resumed.") in third.screen
    assert is_in(language, await third.says("/stop_alerts"))


async def test_whoever_turns_alerts_off_or_blocks_while_it_rests_is_counted_and_never_sent(house: House) -> None:
    author, approver = await operators(house)
    aye, bee, cee = [await reader(house, 10 + number, "en") for number in range(3)]
    await sends(house, author, approver, "en")
    await approver.taps("Pause")
    await window_passes(house)
    await watch(house)
    await aye.says("/alerts_off")
    house.simulator.world.people[bee.id].deactivated = True
    await approver.has_pin()
    await approver.taps("Resume")
    house.advance(seconds=6)
    await watch(house)
    assert (received(aye), received(bee), len(received(cee))) == ([], [], 1)
    found = await report(house)
    assert found.total == {"sent": 1, "unreachable": 1, "opted-out": 1}
    assert found.adds_up


@ON_SQLITE
async def test_the_list_names_each_alert_with_its_state_and_pages_back(house: House) -> None:
    author, _ = await operators(house)
    await reader(house, 7, "en")
    async with house.app.database.writing() as session:
        session.add_all([Alert(state="stopped", created_at=house.now, done_at=house.now) for _ in range(8)])
    listed = await author.says("/alerts")
    assert "Alerts" in listed
    assert [label for label in author.labels if label.startswith("Alert ")] == [
        f"Alert {number}: stopped" for number in range(8, 2, -1)
    ]
    await author.taps("Older alerts")
    assert [label for label in author.labels if label.startswith("Alert ")] == ["Alert 2: stopped", "Alert 1: stopped"]
    await writes(author, "en")
    await author.taps("Ask for approval")
    await author.says("/alerts")
    assert "Alert 9: waits for approval" in author.labels


@ON_SQLITE
async def test_a_progress_message_goes_to_nobody_whose_role_has_ended(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    await watch(house)
    shown = follows(approver)
    async with house.app.database.writing() as session:
        person = await find_person(session, approver.id)
        assert person
        await session.execute(delete(Grant).where(Grant.person_id == person.id))
    await window_passes(house)
    await watch(house)
    assert follows(approver) == shown
    assert "It has gone out" in follows(author)[-1]
    assert (await states(house, Kind.PROGRESS)) == {"dropped": 1, "sent": 1}
