"""Places spread over people whose visits were closed: each their own, the nearest, where they are free to come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.rules import clash
from scheduling.spreading import Busy, Displaced, Place, spread

NINE = datetime(2026, 12, 2, 2, tzinfo=UTC)


def at(half_hours: int) -> datetime:
    return NINE + timedelta(minutes=30 * half_hours)


def place(number: int, half_hours: int, left: int = 1, languages: str = "") -> Place:
    return Place(number, "vaccination", at(half_hours), 30, left, frozenset(filter(None, languages.split(","))))


def visit(number: int, half_hours: int, person: int | None = None, **rest: object) -> Displaced:
    return Displaced(number, person or number, "vaccination", at(half_hours), **rest)  # type: ignore[arg-type]


def test_each_gets_the_nearest_that_is_left_in_the_order_of_their_times() -> None:
    assert spread([visit(2, 1), visit(1, 0)], [place(10, 2), place(11, 4)]) == {1: 10, 2: 11}
    assert spread([visit(1, 0), visit(2, 1)], [place(10, 2)]) == {1: 10}


def test_an_interpreter_comes_before_nearness_and_an_unknown_one_is_no_hindrance() -> None:
    found = [place(10, 2, languages="km"), place(11, 6, languages="my,km")]
    assert spread([visit(1, 0, interpreter="my")], found) == {1: 11}
    assert spread([visit(1, 0, interpreter="my")], [*found, place(12, 4)]) == {1: 12}


def test_nobody_is_sent_where_they_are_needed_elsewhere() -> None:
    assert spread([visit(1, 0, busy=(Busy(at(2), 30),))], [place(10, 2), place(11, 4)]) == {1: 11}
    assert spread([visit(1, 0, person=7), visit(2, 0, person=7)], [place(10, 2, left=2), place(11, 3)]) == {
        1: 10,
        2: 11,
    }
    assert spread([visit(1, 0, not_in=frozenset({10}))], [place(10, 2)]) == {}


VISITS = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 5)), max_size=12)
PLACES = st.lists(st.tuples(st.integers(0, 23), st.integers(0, 3)), max_size=8)


@given(VISITS, PLACES)
def test_no_place_is_given_twice_and_nobody_is_in_two_places(
    visits: list[tuple[int, int]], places: list[tuple[int, int]]
) -> None:
    found = [place(number, half_hours, left) for number, (half_hours, left) in enumerate(places)]
    displaced = [visit(number, half_hours, person) for number, (half_hours, person) in enumerate(visits)]
    given_out = spread(displaced, found)
    for one in found:
        assert list(given_out.values()).count(one.slot_id) <= one.left
    theirs: dict[int, list[Place]] = {}
    for booking_id, slot_id in given_out.items():
        theirs.setdefault(displaced[booking_id].person_id, []).append(found[slot_id])
    for mine in theirs.values():
        for n, one in enumerate(mine):
            assert not any(clash(one.starts_at, 30, other.starts_at, 30) for other in mine[n + 1 :])
    assert len(given_out) == len(displaced) or all(
        list(given_out.values()).count(one.slot_id) == one.left
        or any(each.busy or each.person_id in theirs for each in displaced if each.booking_id not in given_out)
        for one in found
    )
