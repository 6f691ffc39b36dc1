"""What campaigns of faults come to: a promise that was broken is never printed as kept."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.faults.rows import ANSWERS_WITHIN, ROWS, SENDS_WITHIN
from benchmarks.faults.table import COLUMNS, Result, line, table
from deploy.cluster.campaign import MOST_SECONDS, Round
from deploy.cluster.table import HEAD, row

KEPT = Result(ROWS[0], "sqlite", runs=2, acknowledged=9, again=1, answers_in=[1.0, 3.0], sends_in=[2.0, 2.0])


def last(shown: str) -> str:
    return shown.strip("| ").rsplit(" | ", 1)[1]


@pytest.mark.parametrize(
    ("result", "held"),
    [
        (KEPT, "yes"),
        (replace(KEPT, lost=["a booking"]), "no"),
        (replace(KEPT, twice=["an alert"]), "no"),
        (replace(KEPT, broken=["a stop took 20 s"]), "no"),
        (replace(KEPT, answers_in=[ANSWERS_WITHIN + 1]), "slow"),
        (replace(KEPT, sends_in=[SENDS_WITHIN + 1]), "slow"),
        (replace(KEPT, lost=["a booking"], answers_in=[ANSWERS_WITHIN + 1]), "no"),
        (Result(ROWS[0], "postgresql", why_not="no disk that can be filled"), "no disk that can be filled"),
    ],
)
def test_a_line_says_whether_the_promise_was_kept(result: Result, held: str) -> None:
    shown = line(result)
    assert last(shown) == held
    assert shown.count(" | ") == COLUMNS.count(" | ")
    assert shown in table([KEPT, result])


def test_a_line_counts_and_takes_the_median_and_the_worst() -> None:
    twice_lost = replace(KEPT, lost=["a booking", "a booking"])
    assert line(twice_lost).endswith("| 2 | 9 | 2 | 0 | 1 | 0 | 2.0 / 3.0 | 2.0 / 2.0 | no |")
    assert twice_lost.wrong == ["lost: a booking (2 times)"]


WHOLE = Round("database server", updates=350, bookings=140, reminders=100, in_doubt=2, whole_in=MOST_SECONDS)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: replace(WHOLE, lost=1),
        lambda: replace(WHOLE, bookings_lost=1),
        lambda: replace(WHOLE, bookings_twice=1),
        lambda: replace(WHOLE, reminders_lost=1),
        lambda: replace(WHOLE, receipts_lost=1),
        lambda: replace(WHOLE, alert_lost=1),
        lambda: replace(WHOLE, alert_twice=1),
        lambda: replace(WHOLE, reminders_twice=2, receipts_twice=1),
        lambda: replace(WHOLE, whole_in=MOST_SECONDS + 1),
    ],
)
def test_a_round_of_the_cluster_passes_when_nothing_is_lost_and_no_more_comes_twice_than_was_in_hand(
    broken: Callable[[], Round],
) -> None:
    assert WHOLE.passed
    assert replace(WHOLE, reminders_twice=2).passed
    assert not broken().passed


def test_a_round_has_a_cell_for_each_column() -> None:
    assert row(WHOLE).count(" | ") == HEAD.count(" | ")
