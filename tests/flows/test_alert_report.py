"""The report: every person of the audience in exactly one column, whatever happened, also as a file."""

import csv
import io

import pytest

from tests.acts import ON_SQLITE
from tests.flows.alert_scene import many, report, watch
from tests.flows.alerting import NAMES, TEXTS, figures, operators, reader, sends, window_passes
from tests.house import House, Someone


def file_of(one: Someone) -> list[list[str]]:
    """The newest file in somebody's chat, as a table."""
    file = next(message.file for message in reversed(one.messages) if message.file)
    assert file
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))


async def test_the_columns_sum_to_the_audience_in_each_language_and_over_all(house: House) -> None:
    author, approver = await operators(house)
    groups = {}
    for number, language in enumerate(TEXTS, 1):
        groups[language] = [await reader(house, 100 * number + place, language) for place in range(5)]
    faults, people = house.simulator.faults, house.simulator.world.people
    await sends(house, author, approver, *TEXTS)
    for ones in groups.values():
        await ones[0].says("/alerts_off")
        people[ones[1].id].deactivated = True
        faults.add("400", "sendMessage", chat_id=ones[2].id)
        faults.add("reset_after", "sendMessage", chat_id=ones[3].id)
    await window_passes(house)
    await watch(house)
    faults.clear()
    each = {"opted-out": 1, "unreachable": 1, "failed": 1, "unknown": 1, "sent": 1}
    found = await report(house)
    assert found.by_language == dict.fromkeys(TEXTS, each)
    assert found.total == dict.fromkeys(each, 4)
    assert found.adds_up
    page = await approver.taps("Refresh")
    assert "Audience: 20 people. The numbers add up." in page
    for name in NAMES.values():
        assert sum(figures(page, name).values()) == 5
    assert sum(figures(page, "All").values()) == 20
    await approver.taps("As a file")
    titles, *rows = file_of(approver)
    assert (titles[0], titles[-1]) == ("Language", "people")
    assert {row[0]: [int(cell) for cell in row[1:]] for row in rows} == {
        **{name: [1, 1, 1, 0, 1, 1, 0, 0, 5] for name in NAMES.values()},
        "All": [4, 4, 4, 0, 4, 4, 0, 0, 20],
    }


@ON_SQLITE
async def test_rows_that_were_not_moved_yet_count_as_what_they_will_be(house: House) -> None:
    author, approver = await operators(house)
    await many(house, 20)
    await sends(house, author, approver, "en")
    page = await approver.taps("Stop")
    assert figures(page, "All") == {"stopped": 20}
    assert "This alert was stopped" in page
    assert (await report(house)).adds_up


@pytest.mark.parametrize("ended", [False, True])
@ON_SQLITE
async def test_people_who_are_erased_stay_counted_without_a_trace(house: House, ended: bool) -> None:
    author, approver = await operators(house)
    aye, _ = await reader(house, 7, "en"), await reader(house, 8, "en")
    await sends(house, author, approver, "en")
    if ended:
        await window_passes(house)
    await aye.says("/forgetme")
    await aye.taps("Yes")
    await window_passes(house)
    await watch(house)
    found = await report(house)
    assert (found.adds_up, sum(found.total.values())) == (True, 2)
