"""The model: any order of commands, buttons, clock and restarts leaves the calendar sound, on both databases.

The invariants are in `model/invariants.py`. A failure prints the steps that lead to it. The short form is the same in
every run; `-m soak` draws 10,000 new steps and prints the seed: `MODEL_SEED=...` plays them again.
"""

import os
from collections import Counter

import pytest

from tests.faults.model.play import STEPS, Model
from tests.thrift import many

SHORT = many(8, 14)
"""Histories of the default run."""
LONG = 10_000 // STEPS


def test_whatever_happens_in_any_order_the_calendar_is_sound(model: Model) -> None:
    tally = model.run(SHORT, seed=5, shrink=False)
    print(_table(tally))
    done = [what for what in tally if what.endswith(": done")]
    assert len(done) >= 30, "hardly anything was done: nothing is shown"


@pytest.mark.soak
def test_ten_thousand_steps_leave_the_calendar_sound(model: Model) -> None:
    seed = int(os.environ.get("MODEL_SEED", "0")) or int.from_bytes(os.urandom(4))
    print(f"MODEL_SEED={seed}")
    print(_table(model.run(LONG, seed)))


def _table(tally: Counter[str]) -> str:
    return "\n".join(f"{times:6d} {what}" for what, times in sorted(tally.items()))
