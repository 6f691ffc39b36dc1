"""Whose turn it is, and how long it may take."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from scheduling import pace
from scheduling.pace import Comer

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def after(count: float) -> datetime:
    return NINE + minutes(count)


def order(now: datetime, *people: Comer) -> list[int]:
    return [one.number for one in sorted(people, key=lambda one: pace.turn(one, now))]


def test_booked_people_whose_time_has_come_go_before_walk_ins_and_early_ones_last() -> None:
    early, walk_in, due = Comer(1, after(-30), after(60)), Comer(2, after(-20)), Comer(3, after(-5), after(0))
    assert order(NINE, early, walk_in, due) == [3, 2, 1]


def test_who_comes_late_goes_behind_whoever_was_due_and_there_meanwhile() -> None:
    late, punctual = Comer(2, after(20), after(0)), Comer(1, after(8), after(10))
    assert order(after(25), late, punctual) == [1, 2]


def test_who_comes_first_does_not_overtake_an_earlier_time() -> None:
    first, second = Comer(1, after(-30), after(10)), Comer(2, after(-5), after(0))
    assert order(after(15), first, second) == [2, 1]


def test_a_walk_in_who_has_waited_an_hour_goes_before_those_whose_time_came_later() -> None:
    walk_in, due, just_due = Comer(1, after(0)), Comer(2, after(30), after(40)), Comer(3, after(50), after(61))
    assert order(after(59), walk_in, due) == [2, 1]
    assert order(after(62), walk_in, due, just_due) == [2, 1, 3]


@given(some.lists(some.integers(-120, 240), min_size=1, max_size=12), some.integers(0, 300))
def test_no_walk_in_waits_for_ever_behind_people_with_visits(booked: list[int], at: int) -> None:
    """Whose time comes more than an hour after a walk-in came is called after them."""
    walk_in = Comer(99, NINE)
    people = [Comer(number, after(start - 10), after(start)) for number, start in enumerate(booked)]
    before = pace.before(walk_in, people, after(at))
    assert all(one.starts_at and one.starts_at <= after(60) for one in before if at >= 60)


@given(some.permutations(range(6)), some.integers(-60, 120))
def test_the_line_has_one_order_whoever_is_looked_at_first(numbers: list[int], at: int) -> None:
    people = {
        number: Comer(number, after(number * 7), after(number * 11 - 20) if number % 2 else None) for number in range(6)
    }
    assert order(after(at), *(people[number] for number in numbers)) == order(after(at), *people.values())


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ([], None),
        ([10, 12], None),
        ([10, 12, 50], 12),
        ([200, 0.2, 10, 11, 12], 11),  # a forgotten button and a double tap
        ([60, 60, 60, 5, 5, 5, 5, 5, 5, 5, 5], 5),  # the last eight
    ],
)
def test_the_pace_is_the_median_of_the_last_eight_believable_ones(seen: list[float], told: float | None) -> None:
    assert pace.pace([minutes(each) for each in seen]) == (None if told is None else minutes(told))


@given(some.lists(some.floats(1, 180), min_size=3, max_size=30), some.floats(0, 10_000))
def test_one_wild_time_never_takes_the_pace_out_of_what_was_seen(seen: list[float], wild: float) -> None:
    told = pace.pace([minutes(each) for each in (*seen, wild)])
    assert told is not None
    assert minutes(1) <= told <= minutes(180)


def test_the_wait_counts_who_is_inside_and_each_before() -> None:
    ahead = [minutes(20), minutes(30)]
    assert pace.wait(ahead, None) == minutes(50)
    assert pace.wait(ahead, minutes(10)) == minutes(20)
    assert pace.wait(ahead, minutes(10), inside=[minutes(6)]) == minutes(26)
    assert pace.wait(ahead, minutes(10), inside=[minutes(0)]) == minutes(20)
    assert pace.wait([], None, inside=[minutes(15)]) == minutes(15)
    assert pace.wait([], minutes(10), not_before=minutes(40)) == minutes(40)


def test_each_before_somebody_goes_into_the_room_that_is_free_first() -> None:
    ahead = [minutes(20), minutes(30), minutes(10)]
    assert pace.wait(ahead, None, rooms=3) == minutes(10)
    assert pace.wait(ahead, None, rooms=4) == minutes(0)
    assert pace.wait(ahead, None, inside=[minutes(5), minutes(15)], rooms=2) == minutes(35)
    assert pace.wait([minutes(20)] * 22, minutes(12), inside=[minutes(4)] * 3, rooms=3) == minutes(88)


def test_rooms_are_counted_from_who_was_inside_at_each_call() -> None:
    one = [(after(each * 10), after(each * 10 + 9)) for each in range(6)]
    assert pace.rooms(one) == 1
    three = [(after(each * 4), after(each * 4 + 11)) for each in range(12)]
    assert pace.rooms(three) == 3
    assert pace.rooms([*three[:2]]) == 1, "too few to tell"
    assert pace.rooms([(after(-20), None), *one]) == 1, "nobody is inside for so long"
    assert pace.rooms([]) == 1


@given(
    some.lists(some.integers(5, 60), max_size=20),
    some.integers(1, 60) | some.none(),
    some.integers(0, 200),
    some.integers(1, 4),
)
def test_one_more_before_somebody_never_shortens_their_wait(
    ahead: list[int], day: int | None, floor: int, rooms: int
) -> None:
    day_pace, not_before = minutes(day) if day else None, minutes(floor)
    told = [
        pace.wait([minutes(one) for one in ahead[:count]], day_pace, rooms=rooms, not_before=not_before)
        for count in range(len(ahead) + 1)
    ]
    assert told == sorted(told)
    assert all(pace.about(each) >= each / minutes(1) for each in told)


def test_what_is_told_is_rounded_up_to_five_minutes() -> None:
    assert [pace.about(minutes(each)) for each in (0, 0.2, 1, 5, 5.1, 6, 26)] == [0, 0, 5, 5, 5, 10, 30]


def test_the_desk_is_asked_half_an_hour_after_the_time_and_what_is_late_counts() -> None:
    assert not pace.is_overdue(NINE, after(29))
    assert pace.is_overdue(NINE, after(30))
    assert not pace.is_overdue(NINE, after(69), clinic_late=40)
    assert not pace.is_overdue(NINE, after(49), said_late=20)
    assert pace.is_overdue(NINE, after(70), clinic_late=40, said_late=20)


def test_people_hear_of_steps_of_a_quarter_of_an_hour() -> None:
    assert [pace.news(0, each) for each in (5, 14, 15, 40)] == [False, False, True, True]
    assert [pace.news(40, each) for each in (40, 50, 55, 26, 25, 0)] == [False, False, True, False, True, True]
