"""The page about a day: figures, what staff typed, and what each person got, in their language with English below."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from locales.catalogue import Catalogues
from locales.formats import long_day
from locales.languages import NATIVE

if TYPE_CHECKING:
    from tests.flows.day_scene import Day, Visitor

HEAD = """# The day of a clinic

For whoever wants to see what the bot does on a full day, end to end: the real bot against the simulator, one clinic,
three rooms. Written by `python -m tests.flows.a_day`, which asserts at its end that everybody was told once and nobody
was forgotten; version `{version}`. People and codes are made up; the texts are those that people get.
"""
SCENE = """People book on the day before. In the morning the doctor is late: the desk types `/late`, and whoever is not
there yet hears of it, two hours before their time at the earliest. Some people come without a visit, some do not come.
At noon the doctor falls ill and the afternoon is closed: each person is told once, with a time that is kept for them on
the next day.
"""
LONGEST = 240
"""Letters of an answer to staff that are shown."""


@dataclass(frozen=True)
class Told:
    """One message of the bot: when, in which chat, what; `changed`: an older message was changed to it."""

    at: datetime
    chat_id: int
    text: str
    changed: bool


def written(day: Day, typed: Sequence[tuple[datetime, str, str]], version: str) -> str:
    """The whole page."""
    parts = [HEAD.format(version=version), SCENE, figures(day), _staff(typed), _people(day)]
    return "\n".join(parts).rstrip() + "\n"


def figures(day: Day) -> str:
    """What happened, counted."""
    rows = [f"| {label} | {count} |" for label, count in day.figures.items()]
    return "\n".join(["## Figures", "", "| What | How many |", "| --- | ---: |", *rows, ""])


def _staff(typed: Iterable[tuple[datetime, str, str]]) -> str:
    rows = [f"| {at:%H:%M} | `{what}` | {_cell(plain(shown))} |" for at, what, shown in typed]
    return "\n".join(["## What staff typed", "", "In brackets: a button.", "", "| Time | Typed | Answer |",
                      "| --- | --- | --- |", *rows, ""])  # fmt: skip


def _people(day: Day) -> str:
    lines = [
        "## What each person got",
        "",
        "From the first reminder on; answers to their own taps are marked with ↩.",
        "",
    ]
    for number, visitor in enumerate(day.visitors, 1):
        lines += [*_person(day, number, visitor), ""]
    return "\n".join(lines)


def _person(day: Day, number: int, visitor: Visitor) -> list[str]:
    when = f"{visitor.starts_at:%H:%M}"
    lines = [f"### {number}. {NATIVE[visitor.language]}, {when}, {visitor.code}", ""]
    for told in day.told:
        if told.chat_id != visitor.someone.id or told.at < day.at("17:00", 0):
            continue
        text = one_line(plain(told.text))
        english = one_line(gloss(visitor.language, plain(told.text)))
        for days in range(4):
            on = day.first + timedelta(days=days)
            english = english.replace(long_day(on, visitor.language), long_day(on, "en"))
        lines.append(f"- {told.at:%a %H:%M}{' ↩' if told.changed else ''} {text}")
        if english != text:
            lines.append(f"  *{english}*")
    return lines


def of_kind(day: Day, visitor: Visitor, sentences: Sequence[str]) -> list[Told]:
    """The messages, new ones, that hold one of these sentences in the person's language."""
    say = _catalogues().say(visitor.language)
    patterns = [_pattern(plain(say.label(sentence, **_holes(sentence)))) for sentence in sentences]
    mine = [told for told in day.told if told.chat_id == visitor.someone.id and not told.changed]
    return [told for told in mine if any(pattern.search(plain(told.text)) for pattern in patterns)]


def _holes(sentence: str) -> dict[str, str]:
    return {name: f"{{{name}}}" for name in re.findall(r"\{(\w+)", sentence)}


def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(
        "".join(".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", said))
    )


def gloss(language: str, text: str) -> str:
    """A text of ours in English: each sentence that the catalogue knows, with what stands in its holes."""
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        each = [_english(language, line) for line in lines]
        if all(each):  # first: a hole at the beginning of a sentence would take in the line before it
            paragraphs.append("\n".join(each))
        else:
            told = [english or line for english, line in zip(each, lines, strict=True)]
            paragraphs.append(_english(language, paragraph) or "\n".join(told))
    return "\n\n".join(paragraphs)


def plain(text: str) -> str:
    """Without markup."""
    return html.unescape(re.sub("<[^>]+>", "", text))


def one_line(text: str) -> str:
    """Lines and paragraphs beside each other."""
    return " / ".join(line.strip() for line in text.splitlines() if line.strip()).replace("*", "")


def _cell(text: str) -> str:
    shown = one_line(text).replace("|", "/")
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + " …"


def _english(language: str, text: str) -> str:
    for pattern, sentence in _sentences(language):
        if found := pattern.fullmatch(text):
            return _catalogues().say("en").label(sentence, **found.groupdict())
    return ""


@cache
def _catalogues() -> Catalogues:
    return Catalogues()


@cache
def _sentences(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Every sentence of the catalogue as a pattern, the most telling first."""
    found = []
    for message in _catalogues().file(language, "ui"):
        if not (isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string):
            continue
        said = plain(message.string)
        told = re.sub(r"\{\w+\}", "", said)
        if len(told.strip()) < 2:
            continue
        names: set[str] = set()
        parts = []
        for part in re.split(r"(\{\w+\})", said):
            name = part[1:-1] if re.fullmatch(r"\{\w+\}", part) else ""
            parts.append(re.escape(part) if not name else f"(?P={name})" if name in names else f"(?P<{name}>.+)")
            names |= {name} - {""}
        if names >= set(re.findall(r"\{(\w+)", message.id)):
            found.append((len(told), re.compile("".join(parts), re.DOTALL), plain(message.id)))
    return [(pattern, sentence) for _, pattern, sentence in sorted(found, key=lambda each: -each[0])]
