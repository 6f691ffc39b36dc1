"""The shortest ways to what the model found; each has been mended since."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.faults.model.machine import Calendar
from tests.faults.model.play import Model

Case = Callable[[Calendar], None]
HOUR = timedelta(hours=1)
NINE, HALF_PAST_NINE, TEN = 1, 4, 7
"""The first times of the vaccination in Mae Sot, as the model numbers them at eight."""


def off_by_the_desk(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.the_desk_calls_off(0, 0)


def undone_beside_a_hold(here: Calendar) -> None:
    """The place went to somebody who is just confirming it: there is none to come back to."""
    off_by_the_desk(here)
    here.somebody_holds(1, HALF_PAST_NINE, False)
    here.a_nurse_takes_back(0)


def a_move_undone_beside_a_hold(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.the_desk_moves(0, 0, TEN)
    here.somebody_holds(1, HALF_PAST_NINE, False)
    here.a_nurse_takes_back(0)


def family_moved_to_family(here: Calendar) -> None:
    """Two of a family, and one is moved to the other's time."""
    here.somebody_books(0, NINE, True)
    here.somebody_books(0, TEN, True)
    here.somebody_moves(0, 0, TEN)


def a_series_onto_itself(here: Calendar) -> None:
    """Its first visit is given up and booked again; the repeat still stands."""
    for _ in range(2):
        here.somebody_holds(0, NINE, True)
        here.somebody_books_a_series(0, True)
        here.somebody_cancels(0, 0)


def closed_family_taken_to_family(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, True)
    here.a_nurse_closes(0, 0, 0, 9, 1)
    here.somebody_books(0, TEN, True)
    here.somebody_answers_a_closure(0, 0, TEN, False)


def closed_told_reopened_closed(here: Calendar) -> None:
    """The second closure is told too, although SQLite gives it the first one's number."""
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.a_nurse_closes(0, 0, 0, 9, 1)
    here.the_bot_does_its_part("send")
    here.a_nurse_takes_back(0)
    here.a_nurse_closes(0, 0, 0, 9, 1)


def closed_and_the_kept_place_taken(here: Calendar) -> None:
    """Rare at random: the place kept for a closed visit is taken, by a second tap too."""
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.a_nurse_closes(0, 0, 0, 9, 1)
    here.somebody_answers_a_closure(0, 0, 0, True)
    here.the_last_is_done_twice()
    assert here.tally["take kept: done"] == 1, here.tally


def the_kept_place_closed_too(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.a_nurse_closes(0, 0, 0, 9, 1)
    here.the_bot_does_its_part("send")
    here.a_nurse_closes(1, 0, 0, 10, 24)
    here.a_nurse_takes_back(0)


def reminded_once(here: Calendar) -> None:
    here.time_passes(-2 * HOUR, False)
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.time_passes(1.5 * HOUR, True)
    here.time_passes(HOUR / 4, True)
    assert here.tally["reminder sent"] == 1, here.tally


def undone_at_the_limit(here: Calendar) -> None:
    """The visit comes back to somebody who has two others by now."""
    off_by_the_desk(here)
    here.somebody_books(0, NINE, False)
    here.somebody_books(0, TEN, False)
    here.a_nurse_takes_back(0)


def undone_onto_itself(here: Calendar) -> None:
    """The person has booked the same time again: the undoing ends in an IntegrityError."""
    off_by_the_desk(here)
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.a_nurse_takes_back(0)


def early_undone_at_the_limit(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.somebody_comes_early(0, 0)
    here.somebody_books(0, NINE, False)
    here.somebody_books(0, TEN, False)
    here.a_nurse_takes_back(0)


def a_move_undone_onto_another(here: Calendar) -> None:
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.the_desk_moves(0, 0, TEN)
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.a_nurse_takes_back(0)


def here_by_mistake(here: Calendar) -> None:
    """Noted the evening before the clinic's day is over, taken back: the reminder is gone."""
    here.time_passes(-2 * HOUR, False)
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.the_desk_sees_somebody_arrive(0, 0)
    here.a_nurse_takes_back(0)


def moved_into_another_visit(here: Calendar) -> None:
    here.somebody_books(0, NINE, False)
    here.somebody_books(0, TEN, False)
    here.the_desk_moves(0, 1, NINE)


def missed_and_here_after_all(here: Calendar) -> None:
    """Left before the time came, booked elsewhere at that time, and is back."""
    here.somebody_books(0, HALF_PAST_NINE, False)
    here.the_desk_sees_somebody_arrive(0, 0)
    here.somebody_was_missed(0, 0)
    here.somebody_books(0, 3, False)
    here.the_desk_sees_somebody_arrive(0, 1)


def earlier_than_a_visit_given_up(here: Calendar) -> None:
    """The visit is given up while an earlier time is offered; two others are booked; the offer is taken in time."""
    here.somebody_books(0, TEN, False)
    here.somebody_waits(0, 0, 2, False, True)
    here.the_bot_does_its_part("beat")
    here.somebody_cancels(0, 0)
    here.somebody_books(0, NINE, False)
    here.somebody_books(0, TEN, False)
    here.somebody_accepts(0, False)


@pytest.mark.parametrize(
    ("case", "places"),
    [
        (undone_beside_a_hold, 1),
        (a_move_undone_beside_a_hold, 1),
        (family_moved_to_family, 2),
        (a_series_onto_itself, 2),
        (closed_family_taken_to_family, 2),
        (closed_told_reopened_closed, 1),
        (closed_and_the_kept_place_taken, 1),
        (the_kept_place_closed_too, 1),
        (reminded_once, 1),
        (undone_at_the_limit, 2),
        (undone_onto_itself, 2),
        (early_undone_at_the_limit, 2),
        (a_move_undone_onto_another, 2),
        (here_by_mistake, 2),
        (moved_into_another_visit, 2),
        (missed_and_here_after_all, 2),
        (earlier_than_a_visit_given_up, 2),
    ],
)
def test_what_the_model_found_stays_mended(model: Model, case: Case, places: int) -> None:
    model.play(case, places)
