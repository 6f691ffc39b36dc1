"""`ask` at the command line: one question for a person, or lines of JSON for a program.

Rule of the place: plain parameters in, text out; the program's entry point is elsewhere and only hands over.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from answers.ask import Finder, Finding
from answers.content import LANGS
from answers.explain import describe, explain_message
from answers.texts import TopicTexts


def run(
    finder: Finder,
    texts: TopicTexts,
    question: str | None,
    language: str,
    *,
    as_json: bool = False,
    explain: bool = False,
    given: Iterable[str] | None = None,
    out: TextIO | None = None,
) -> int:
    """Answer `question`, or each line of `given` (standard input): JSON objects with `as_json`, else plain questions.

    Returns the exit status: 1 when a JSON line could not be read.
    """
    given, out = given or sys.stdin, out or sys.stdout
    if as_json:
        return _answer_records(finder, given, out)
    for line in [question] if question is not None else given:
        if not line.strip():
            continue
        if explain:
            out.write(explain_message(finder, line, language) + "\n")
        out.write(describe(texts, finder.ask(line, language), language) + "\n")
        out.flush()
    return 0


def _answer_records(finder: Finder, given: Iterable[str], out: TextIO) -> int:
    """One JSON object per line in, one out; a line that cannot be read gets an error object and ends nothing."""
    status = 0
    for line in given:
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            answer = as_record(finder.ask(_text(asked["text"]), _known(asked.get("lang", "en"))))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            answer, status = {"error": f"{type(problem).__name__}: {problem}"}, 1
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()
    return status


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("text must be a string")
    return text


def _known(lang: object) -> str:
    if lang not in LANGS:
        raise ValueError(f"lang must be one of {', '.join(LANGS)}")
    return str(lang)


def as_record(finding: Finding) -> dict[str, Any]:
    """A finding as JSON. `danger` is a sign id or null; a soft sign leaves the outcome as it is."""
    return {
        "outcome": finding.outcome,
        "topics": [{"id": scored.id, "score": scored.score} for scored in finding.topics],
        "lang": finding.lang,
        "danger": finding.danger,
    }
