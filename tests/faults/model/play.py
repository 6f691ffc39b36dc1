"""Playing the model: histories drawn from a seed, or one written by hand."""

import asyncio
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
        try:
            here.begins(places=places, share=0)
            history(here)
        except BaseException:
            here.world.close()
            raise
        here.teardown()


def models(
    database_url: str, finder: Finder, folder: Path, template: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Model]:
    """The model on a database, which is emptied for each history."""
    number = count()
    with asyncio.Runner() as runner:

        def fresh() -> str:
            monkeypatch.setattr("storage.types.secrets", counted())
            if database_url.startswith("sqlite"):
                return empty_sqlite(template(), folder, next(number))
            return runner.run(empty_postgresql(database_url))

        house = replace(build_house(settings_for("http://127.0.0.1:1", database_url), finder), clinics=CLINICS)
        values = {"fresh": staticmethod(fresh), "runner": runner, "house": house, "tally": Counter()}
        yield Model(type("Here", (Calendar,), values))
