"""How soon a rise is seen, and how often an ordinary day is taken for one: `python -m benchmarks.signals [SEED]`.

The rule: everything is synthetic and drawn from a seed. It shows what C2 does with such counts, not how people ask.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log
from statistics import median

import numpy as np
from numpy.typing import NDArray

from answers.aberration import KNOWN_AFTER, above

TOPICS, LANGUAGES, DAYS = 26, 4, 120
RATES = (0.1, 6.0)
"""Questions a day of one topic in one language, evenly spread on a logarithmic scale."""
WEEK = (1.35, 1.15, 1.05, 1.0, 1.0, 0.8, 0.65)
"""How busy the days of a week are, from Monday on, where weekdays matter."""
DOUBLING = 3.0
"""Days in which an outbreak doubles; it begins with one question a day more."""
BEGINS = 60
NEVER = DAYS - BEGINS

Counts = NDArray[np.int64]


@dataclass
class Figures:
    """What was found in all worlds. A topic-year is a year of one series."""

    years: float = 0.0
    alarms: int = 0
    """Ordinary days that stood out."""
    repeated: int = 0
    """Those among them that were the second or later within seven days."""
    seen: list[int] = field(default_factory=list)
    """Days from an outbreak's begin until a day stood out."""
    sure: list[int] = field(default_factory=list)
    """Days until a second one within seven days did."""

    @property
    def alarms_a_year(self) -> float:
        """By topic-year."""
        return self.alarms / self.years

    @property
    def repeated_a_year(self) -> float:
        """By topic-year."""
        return self.repeated / self.years


def measure(seed: int, worlds: int, *, weekdays: bool = False, rises: bool = True) -> tuple[Figures, Figures]:
    """Ordinary worlds and one outbreak in each: topics in all languages together, and in the outbreak's own."""
    chance = np.random.default_rng(seed)
    together, alone = Figures(), Figures()
    busy = np.array([WEEK[day % 7] if weekdays else 1.0 for day in range(DAYS)])
    for _ in range(worlds):
        rates = np.exp(chance.uniform(log(RATES[0]), log(RATES[1]), size=(TOPICS, LANGUAGES)))
        usual: Counts = chance.poisson(rates[:, :, None] * busy)
        topic, language = int(chance.integers(TOPICS)), int(chance.integers(LANGUAGES))
        more: Counts = chance.poisson(2 ** (np.maximum(np.arange(DAYS) - BEGINS, 0) / DOUBLING) * busy)
        more[: BEGINS if rises else DAYS] = 0
        for number, series in enumerate(usual.sum(axis=1)):
            _ordinary(together, series)
            _ordinary(alone, usual[number, language])
        _outbreak(together, usual[topic].sum(axis=0) + more)
        _outbreak(alone, usual[topic, language] + more)
    return together, alone


def _ordinary(found: Figures, series: Counts) -> None:
    flags = above(series.tolist())
    found.years += (DAYS - KNOWN_AFTER) / 365
    found.alarms += sum(flags)
    found.repeated += sum(flag and any(flags[max(0, day - 6) : day]) for day, flag in enumerate(flags))


def _outbreak(found: Figures, series: Counts) -> None:
    flags = above(series[: BEGINS + NEVER].tolist())
    after = [day - BEGINS for day, flag in enumerate(flags) if flag and day >= BEGINS]
    found.seen.append(after[0] if after else NEVER)
    close = (two for one, two in pairwise(after) if two - one < 7)
    found.sure.append(next(close, NEVER))


def late(days: Sequence[int]) -> int:
    """So soon nine of ten are seen."""
    return sorted(days)[int(len(days) * 0.9)]


def main() -> None:
    """Print both rates, side by side, with and without busy weekdays."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 2026
    print(
        f"seed {seed}; 200 worlds of {TOPICS} topics in {LANGUAGES} languages over {DAYS} days, one outbreak in each\n"
    )
    print(
        "| | false marks a topic-year | of them the 2nd in 7 days | days until seen: median, 9 of 10 | until the 2nd |"
    )
    print("| --- | ---: | ---: | ---: | ---: |")
    for weekdays in (False, True):
        for name, found in zip(("all languages", "one language"), measure(seed, 200, weekdays=weekdays), strict=True):
            name = f"{name}, busy weekdays" if weekdays else name
            seen = f"{median(found.seen):g}, {late(found.seen)} | {median(found.sure):g}, {late(found.sure)}"
            print(f"| {name} | {found.alarms_a_year:.2f} | {found.repeated_a_year:.2f} | {seen} |")


if __name__ == "__main__":
    main()
