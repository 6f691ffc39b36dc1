"""A small day of a clinic, lived by the same code that writes docs/a-day.md, and that page's figures."""

import re

from tests.acts import ON_SQLITE
from tests.flows import a_day, day_page
from tests.flows.a_day import PAGE
from tests.flows.day_scene import FULL, SMALL
from tests.house import House


@ON_SQLITE
async def test_on_a_small_day_everybody_is_told_once_and_nobody_is_forgotten(house: House) -> None:
    day, desk = await a_day.live(house, SMALL)
    page = day_page.written(day, desk.typed, a_day.version())
    assert day.figures["Visits booked the day before"] == SMALL.booked
    assert all(f"| {label} | {count} |" in page for label, count in day.figures.items())
    assert all(visitor.code in page for visitor in day.visitors)


def test_the_page_was_written_by_this_version_and_for_the_whole_day() -> None:
    page = PAGE.read_text("utf-8")
    assert f"version `{a_day.version()}`" in page, "out of date: run python -m tests.flows.a_day"
    told = {label: int(count) for label, count in re.findall(r"^\| ([^|]+) \| (\d+) \|$", page, re.MULTILINE)}
    assert told["Visits booked the day before"] == FULL.booked
    assert told["People without a visit"] == FULL.walk_ins
    assert told["Did not come"] == FULL.missing
    afternoon = FULL.booked - FULL.morning
    assert told["Came early and gave a later time back"] + told["Visits ended by the closed afternoon"] == afternoon
    assert told["Told that the afternoon is closed"] == told["Visits ended by the closed afternoon"] - 1, "one blocked"
    assert len(re.findall(r"^### \d+\. ", page, re.MULTILINE)) == FULL.booked
