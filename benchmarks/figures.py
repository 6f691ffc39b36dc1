"""Figures of several rounds, and the bars they are held against.

The rule: rates depend on the machine and the hour, so what is judged is a ratio within one round, and what is shown is
the median with the least and the most.
"""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spread:
    """The median of several rounds, with the least and the most."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.least)}-{_short(self.most)})"


def spread(values: Iterable[float]) -> Spread:
    """The spread of at least one value."""
    found = sorted(values)
    return Spread(statistics.median(found), found[0], found[-1])


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Round by round, because what the machine does besides changes from round to round."""
    return spread(one / other for one, other in zip(ours, theirs, strict=True))


@dataclass(frozen=True)
class Bar:
    """What was wanted, what was found, and whether that is enough."""

    work: str
    wanted: str
    found: str
    reached: bool


@dataclass
class Report:
    """What a part of the benchmarks has found out."""

    title: str
    lines: list[str] = field(default_factory=list)
    """A table in Markdown, or sentences."""
    bars: list[Bar] = field(default_factory=list)
    rates: dict[str, Spread] = field(default_factory=dict)
    """For the chart: updates a second by bot, where there is one."""

    def __str__(self) -> str:
        return "\n".join([f"### {self.title}", "", *self.lines, ""])


def table(head: str, rows: Iterable[Sequence[object]]) -> list[str]:
    """A table in Markdown; `head` names the columns, with `|` between."""
    names = head.split("|")
    rule = ["---", *["--:"] * (len(names) - 1)]
    return [_row(names), _row(rule), *(_row(row) for row in rows)]


def judged(bars: Iterable[Bar]) -> list[str]:
    """The table of the bars."""
    verdicts = [(bar.work, bar.wanted, bar.found, "reached" if bar.reached else "not reached") for bar in bars]
    return table("Work|Bar|Found|", verdicts)


def machine() -> str:
    """What is said of the machine: nothing by which it could be found."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell).strip() for cell in cells)} |"


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
