"""What faults came to, as one table; and what of it is not as promised."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.faults.rows import ANSWERS_WITHIN, SENDS_WITHIN, Row
from benchmarks.faults.stage import Stage
from benchmarks.faults.verdict import Verdict

COLUMNS = (
    "fault | database | runs | acknowledged | lost | twice | once more | unknown | answers in s | sends in s | held"
)
BARS = f"answers within {ANSWERS_WITHIN:.0f} s, what was due goes out within {SENDS_WITHIN:.0f} s"


@dataclass
class Result:
    """One fault on one database, over all its runs."""

    row: Row
    database: str
    why_not: str = ""
    """Why it was not played here."""
    runs: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    again: int = 0
    unknown: int = 0
    answers_in: list[float] = field(default_factory=list)
    sends_in: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, stage: Stage, verdict: Verdict) -> None:
        """One more run."""
        self.runs += 1
        self.acknowledged += verdict.acknowledged
        self.lost += verdict.lost
        self.twice += verdict.twice
        self.again += verdict.again
        self.unknown += verdict.unknown
        self.answers_in += stage.answers_in
        self.sends_in += stage.sends_in
        self.broken += stage.broken

    @property
    def wrong(self) -> list[str]:
        """Promises that were not kept, a sentence each."""
        lost, twice = [f"lost: {each}" for each in self.lost], [f"twice: {each}" for each in self.twice]
        counted = Counter([*self.broken, *lost, *twice])
        return [f"{sentence} ({count} times)" if count > 1 else sentence for sentence, count in counted.items()]

    @property
    def slow(self) -> list[str]:
        """Bars of seconds that were not reached, which a machine may miss whose processors belong to others."""
        answers, sends = max(self.answers_in, default=0.0), max(self.sends_in, default=0.0)
        found = [f"answers after {answers:.1f} s"] if answers > ANSWERS_WITHIN else []
        return [*found, f"sent after {sends:.1f} s"] if sends > SENDS_WITHIN else found


def table(results: Sequence[Result]) -> str:
    """In Markdown."""
    rule = "|" + "|".join(" --- " if place < 2 else " --: " for place in range(COLUMNS.count("|") + 1)) + "|"
    return "\n".join([f"| {COLUMNS} |", rule, *map(line, results), "", f"Bars: {BARS}."])


def line(result: Result) -> str:
    """One line of it."""
    if result.why_not:
        return f"| {result.row.name} | {result.database} | - | - | - | - | - | - | - | - | {result.why_not} |"
    counts = (result.runs, result.acknowledged, len(result.lost), len(result.twice), result.again, result.unknown)
    times = [f"{median(each):.1f} / {max(each):.1f}" if each else "-" for each in (result.answers_in, result.sends_in)]
    cells = [
        result.row.name,
        result.database,
        *counts,
        *times,
        "no" if result.wrong else "slow" if result.slow else "yes",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"
