"""Openings as rules: which days, which times, which places are kept for people without a booking."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import plans, rules
from scheduling.capacity import resized
from scheduling.plans import Template, read_template
from scheduling.refusals import NoPlaces, PlanEmpty, PlanPast, PlanTooLarge, PlanWithoutDays
from storage.refusal import Refusal
from storage.tables import Slot

ZONE = ZoneInfo("Asia/Bangkok")
TODAY = date(2026, 11, 25)
WEEKLY = Template(
    "mae-sot", "vaccination", frozenset(range(5)), time(9), time(12), 20, 2, date(2026, 12, 1), date(2027, 2, 28),
    except_days=(date(2026, 12, 10),), languages=("my", "km"),
)  # fmt: skip


def test_its_days_are_its_weekdays_between_its_ends_but_for_the_exceptions() -> None:
    found = list(plans.days(WEEKLY, TODAY, TODAY + timedelta(days=30)))
    assert found[0] == date(2026, 12, 1)
    assert found[-1] == date(2026, 12, 25)
    assert date(2026, 12, 10) not in found
    assert {day.weekday() for day in found} == set(range(5))
    assert len(found) == 18


def test_weekdays_across_the_end_of_the_week() -> None:
    weekend = replace(WEEKLY, weekdays=frozenset({4, 5, 6, 0}))
    found = list(plans.days(weekend, date(2026, 12, 1), date(2026, 12, 8)))
    assert [day.weekday() for day in found] == [4, 5, 6, 0]


def test_the_last_time_ends_a_step_before_closing() -> None:
    assert [at.isoformat("minutes") for at in plans.start_times(replace(WEEKLY, every=50))] == [
        "09:00", "09:50", "10:40",
    ]  # fmt: skip
    assert plans.start_times(replace(WEEKLY, every=181)) == []
    assert len(plans.start_times(WEEKLY)) == 9


@given(st.integers(1, 50), st.integers(0, 100), st.integers(1, 60))
def test_walk_in_places_are_the_days_share_evenly_and_never_more_than_there_are(
    capacity: int, share: int, times: int
) -> None:
    kept = [plans.kept_for_walkins(place, capacity, share) for place in range(times)]
    assert sum(kept) == times * capacity * share // 100
    assert all(0 <= each <= capacity for each in kept)
    assert max(kept) - min(kept) <= 1


def test_a_fifth_of_single_places_is_every_fifth_time() -> None:
    assert [plans.kept_for_walkins(place, 1, 20) for place in range(10)] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    starts = plans.starts(replace(WEEKLY, walkin_share=50), TODAY, ZONE)
    assert starts[0].at == datetime(2026, 11, 25, 9, tzinfo=ZONE)
    assert {start.walkin for start in starts} == {1}


def test_a_template_comes_back_from_its_json_as_it_was() -> None:
    for template in (
        WEEKLY,
        replace(WEEKLY, valid_until=None, except_days=()),
        plans.one_day("a", "b", TODAY, time(9), time(10)),
    ):
        assert read_template(template.written()) == template


IMPOSSIBLE: list[tuple[Template, type[Refusal]]] = [
    (replace(WEEKLY, capacity=0), NoPlaces),
    (replace(WEEKLY, capacity=10_000), PlanTooLarge),
    (replace(WEEKLY, closes=time(9)), PlanEmpty),
    (replace(WEEKLY, closes=time(8)), PlanEmpty),
    (replace(WEEKLY, valid_until=date(2026, 11, 30)), PlanEmpty),
    (replace(WEEKLY, opens=time(0), closes=time(23, 59), every=5), PlanTooLarge),
    (replace(WEEKLY, valid_from=date(2026, 1, 1), valid_until=date(2026, 11, 24)), PlanPast),
    (replace(WEEKLY, valid_from=date(2028, 1, 1), valid_until=None), PlanPast),
    (replace(WEEKLY, weekdays=frozenset({6}), valid_until=date(2026, 12, 5)), PlanWithoutDays),
    (replace(plans.one_day("a", "b", TODAY, time(9), time(10)), except_days=(TODAY,)), PlanWithoutDays),
]


@pytest.mark.parametrize(("template", "refusal"), IMPOSSIBLE)
def test_what_cannot_be_meant_is_refused(template: Template, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        plans.check(template, TODAY)


def test_openings_overlap_when_hours_and_days_meet() -> None:
    assert plans.overlap(WEEKLY, replace(WEEKLY, opens=time(11), closes=time(13), weekdays=frozenset({4})))
    assert not plans.overlap(WEEKLY, replace(WEEKLY, opens=time(12), closes=time(13)))
    assert not plans.overlap(WEEKLY, replace(WEEKLY, weekdays=frozenset({5, 6})))
    assert not plans.overlap(WEEKLY, replace(WEEKLY, valid_from=date(2027, 3, 1), valid_until=None))
    assert not plans.overlap(WEEKLY, replace(WEEKLY, service="tb-symptom-check"))


def test_ending_takes_the_days_from_then_on() -> None:
    assert plans.ending(WEEKLY, date(2026, 12, 15)).valid_until == date(2026, 12, 14)
    assert plans.ending(WEEKLY, date(2027, 6, 1)).valid_until == WEEKLY.valid_until
    assert list(plans.days(plans.ending(WEEKLY, TODAY), TODAY, date(2027, 3, 1))) == []


def slot(capacity: int, taken: int, held: int = 0, walkin: int = 0) -> Slot:
    return Slot(capacity=capacity, taken=taken, held=held, walkin=walkin)


def test_fewer_places_cost_walk_ins_first_and_then_overbook() -> None:
    for had, wanted, walkin, over in (
        (slot(4, 1, 0, 2), 3, 2, 0),
        (slot(4, 2, 0, 2), 3, 1, 0),
        (slot(4, 2, 1, 1), 3, 0, 0),
        (slot(4, 3, 1), 2, 0, 2),
    ):
        new = resized(had, wanted)
        assert (new.walkin, new.over) == (walkin, over)
        assert new.over == rules.overbooked(wanted, new.walkin, had.taken + had.held)
    with pytest.raises(NoPlaces):
        resized(slot(4, 0), 0)
    with pytest.raises(PlanTooLarge):
        resized(slot(4, 0), 51)
