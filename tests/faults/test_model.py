"""The model: any order of commands, buttons, clock and restarts leaves the calendar sound, on both databases.

The invariants are in `model/invariants.py`. A failure prints the shortest list of steps that leads to it. The short
form is the same in every run; `-m soak` draws 10,000 new steps and prints the seed that plays them again.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from answers.ask import Finder
from bot.house import build_house
from tests.conftest import settings_for
from tests.faults.model.machine import Calendar
from tests.faults.model.scene import CLINICS, counted
from tests.faults.model.world import empty_postgresql, empty_sqlite

STEPS = 50
"""In one history."""
SHORT, LONG = 14, 200
"""Histories of the default run, and of the soak."""


class Model:
    """The state machine on this test's database."""

    def __init__(self, machine: type[Calendar]) -> None:
        self.machine = machine

    def run(self, histories: int, seed: int, steps: int = STEPS, *, shrink: bool = True) -> Counter[str]:
        """Play so many histories; what was done, and how often."""
        self.machine.tally = Counter()
        wanted = settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
        )

        @seeded(seed)
        class Seeded(self.machine):  # type: ignore[name-defined, misc]
            pass

        run_state_machine_as_test(Seeded, settings=wanted)
        return self.machine.tally

    def play(self, history: Callable[[Calendar], None], places: int = 1) -> None:
        """Play one history, written by hand, at clinics with so many places at each time."""
        self.machine.tally = Counter()
        here = self.machine()
        here.begins(places=places, share=0)
        history(here)
        here.teardown()


@pytest.fixture
def model(
    database_url: str, finder: Finder, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Model]:
    """The model, with a database emptied for each history."""
    number = count()
    with asyncio.Runner() as runner:

        def fresh() -> str:
            monkeypatch.setattr("storage.types.secrets", counted())
            if database_url.startswith("sqlite"):
                return empty_sqlite(request.getfixturevalue("sqlite_template"), tmp_path, next(number))
            return runner.run(empty_postgresql(database_url))

        house = replace(build_house(settings_for("http://127.0.0.1:1", database_url), finder), clinics=CLINICS)
        values = {"fresh": staticmethod(fresh), "runner": runner, "house": house, "tally": Counter()}
        yield Model(type("Here", (Calendar,), values))


def test_whatever_happens_in_any_order_the_calendar_is_sound(model: Model) -> None:
    tally = model.run(SHORT, seed=3, shrink=False)
    assert tally["book: done"] > 10
    print(_table(tally))


@pytest.mark.soak
def test_ten_thousand_steps_leave_the_calendar_sound(model: Model) -> None:
    seed = int(os.environ.get("MODEL_SEED", "0")) or int.from_bytes(os.urandom(4))
    print(f"MODEL_SEED={seed}")
    print(_table(model.run(LONG, seed)))


def _table(tally: Counter[str]) -> str:
    return "\n".join(f"{times:6d} {what}" for what, times in sorted(tally.items()))
