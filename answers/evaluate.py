"""`evaluate DIR`: how well search and danger signs do on questions that somebody else wrote.

Rule of the place: DIR is never part of this repository. It holds questions.jsonl, out_of_scope.jsonl and
emergencies.jsonl (any may be missing), one JSON object per line with "lang" and "text" and what is right for it.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from answers.ask import Finder, Finding
from answers.content import LANGS, ContentError
from answers.distort import in_wrong_order, in_zawgyi, with_zero_width
from answers.measures import BARS, Share

WORST = 10
"""So many topics are listed as the worst."""

EMERGENCY = "emergency-1669"
"""Where this topic is among the right ones, the emergency card is right too."""

Entry = dict[str, Any]


@dataclass
class Report:
    """Figures by language and name, the topics most often missed, and the milliseconds of every question."""

    figures: dict[str, dict[str, Share]] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)

    def time(self, share: float) -> float:
        """The milliseconds within which this share of the questions was answered."""
        return sorted(self.taken)[int(share * (len(self.taken) - 1))] if self.taken else 0.0


def run(finder: Finder, folder: Path, *, as_json: bool = False, out: TextIO | None = None) -> int:
    """Measure and write the table, or JSON. Returns 0; a missed bar is marked, not an error."""
    out = out or sys.stdout
    report = measure(finder, folder)
    out.write((json.dumps(as_record(report), ensure_ascii=False) if as_json else as_table(report)) + "\n")
    return 0


def measure(finder: Finder, folder: Path) -> Report:
    """Ask everything once (questions also in distorted spelling) and count.

    Raises `ContentError` naming file and field when a line cannot be used.
    """
    questions = read_entries(folder / "questions.jsonl", ("topics",))
    strangers = read_entries(folder / "out_of_scope.jsonl", ("kind",))
    dangers = read_entries(folder / "emergencies.jsonl", ("emergency",))
    if not questions + strangers + dangers:
        raise ContentError(
            f"{folder}: field 'files': holds no questions.jsonl, out_of_scope.jsonl or emergencies.jsonl"
        )
    report = Report()
    for lang in LANGS:
        chosen = [[entry for entry in part if entry["lang"] == lang] for part in (questions, strangers, dangers)]
        if any(chosen):
            report.figures[lang] = _measure_language(finder, report, *chosen)
    return report


def _measure_language(
    finder: Finder, report: Report, questions: list[Entry], strangers: list[Entry], dangers: list[Entry]
) -> dict[str, Share]:
    found = [(entry, _ask(finder, entry, report)) for entry in questions]
    report.missed.update(entry["topics"][0] for entry, finding in found if not _is_first(entry, finding))
    answered = [(entry, finding) for entry, finding in found if finding.outcome == "answer" or finding.hard]
    ordinary = [finding for entry, finding in found if not _may_be_danger(finder, entry)]
    other = [(entry["kind"] == "smalltalk", _ask(finder, entry, report)) for entry in strangers]
    cries = [(bool(entry["emergency"]), _ask(finder, entry, report)) for entry in dangers]
    return {
        "right topic first": Share.among(_is_first(*pair) for pair in found),
        "right topic among three": Share.among(_is_among(*pair) for pair in found),
        "answered directly": Share(len(answered), len(found)),
        "answered directly, and right": Share.among(_is_first(*pair) for pair in answered),
        "off-topic answered with a topic": Share.among(f.outcome == "answer" for small, f in other if not small),
        "small talk answered with a topic": Share.among(f.outcome == "answer" for small, f in other if small),
        "danger found, hard or soft": Share.among(f.danger is not None for true, f in cries if true),
        "danger interrupted at once": Share.among(f.hard for true, f in cries if true),
        "ordinary questions interrupted": Share.among(finding.hard for finding in ordinary),
        "ordinary questions asked about danger": Share.among(bool(f.danger) and not f.hard for f in ordinary),
        "look-alikes interrupted": Share.among(f.hard for true, f in cries if not true),
        "look-alikes asked about danger": Share.among(bool(f.danger) and not f.hard for true, f in cries if not true),
        "first in Zawgyi": _first_distorted(
            finder, questions if questions and questions[0]["lang"] == "my" else [], in_zawgyi
        ),
        "first with zero-width characters": _first_distorted(finder, questions, with_zero_width),
        "first with signs in wrong order": _first_distorted(finder, questions, in_wrong_order),
    }


def _first_distorted(finder: Finder, questions: Sequence[Entry], distort: Callable[[str], str]) -> Share:
    return Share.among(_is_first(entry, finder.ask(distort(entry["text"]), entry["lang"])) for entry in questions)


def _ask(finder: Finder, entry: Entry, report: Report) -> Finding:
    start = time.perf_counter()
    finding = finder.ask(entry["text"], entry["lang"])
    report.taken.append((time.perf_counter() - start) * 1000)
    return finding


def _is_first(entry: Entry, finding: Finding) -> bool:
    """Whether the first topic is acceptable, or the emergency card came where it is a right answer too."""
    card = finding.hard and (EMERGENCY in entry["topics"] or "suicide-crisis" in entry["topics"])
    return card or bool(finding.topics and finding.topics[0].id in entry["topics"])


def _is_among(entry: Entry, finding: Finding) -> bool:
    return _is_first(entry, finding) or any(scored.id in entry["topics"] for scored in finding.topics)


def _may_be_danger(finder: Finder, entry: Entry) -> bool:
    urgent = {name for name, topic in finder.topics.items() if topic.urgency == "emergency"} | {EMERGENCY}
    return bool(urgent & set(entry["topics"]))


def read_entries(path: Path, needed: tuple[str, ...]) -> list[Entry]:
    """The objects of one file; an absent file has none."""
    entries = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
        except ValueError as problem:
            raise ContentError(f"{path.name}: line {number}: {problem}") from None
        for name in ("lang", "text", *needed):
            if name not in entry:
                raise ContentError(f"{path.name}: line {number}: field '{name}': is missing")
        entries.append(entry)
    return entries


def as_record(report: Report) -> dict[str, Any]:
    """The report as JSON."""
    return {
        "figures": {
            lang: {name: share.record() for name, share in shares.items()} for lang, shares in report.figures.items()
        },
        "milliseconds": {"p50": report.time(0.5), "p99": report.time(0.99)},
        "missed": dict(report.missed.most_common()),
    }


def as_table(report: Report) -> str:
    """The report for a person: one row per figure, "!" where a bar is missed."""
    langs = list(report.figures)
    lines = [f"{'':42}{'bar':10}" + "".join(f"{lang:30}" for lang in langs)]
    for bar in BARS:
        shares = [report.figures[lang][bar.name] for lang in langs]
        cells = (f"{'!' if bar.is_met(share) is False else ' '}{share}" for share in shares)
        lines.append(
            f"{bar.name:42}{'' if bar.limit in (0.0, 1.0) else str(bar):10}" + "".join(f"{c:30}" for c in cells)
        )
    lines.append(f"one question: p50 {report.time(0.5):.1f} ms, p99 {report.time(0.99):.1f} ms (wall clock)")
    worst = ", ".join(f"{topic} {count}" for topic, count in report.missed.most_common(WORST))
    lines.append(f"most often missed: {worst or 'none'}")
    return "\n".join(lines)
