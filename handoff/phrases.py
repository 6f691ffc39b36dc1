"""Reviewed phrases: what staff send with two taps, in the language of whoever asked. Read once from `phrases.toml`.

The rule: a phrase stands in every language with the same holes, or the bot does not start.
"""

import json
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path

from locales.formats import amount, long_day
from locales.languages import LANGUAGES

PACKAGED = Path(__file__).with_name("phrases.toml")
HOLES = frozenset({"clinic", "day", "time", "price", "phone"})
LONGEST_ID = 16


class BadPhrases(ValueError):
    """A file of phrases that cannot be used; one line with phrase and reason."""


@dataclass(frozen=True)
class Phrase:
    """One phrase."""

    id: str
    texts: Mapping[str, str]
    holes: tuple[str, ...]
    """In the order of the English text."""
    reviewed: date | None

    def asked(self, phone: str) -> tuple[str, ...]:
        """The holes that staff must fill: not the clinic, and not a phone that the clinic has."""
        return tuple(hole for hole in self.holes if hole != "clinic" and not (hole == "phone" and phone))

    def words(self, language: str, clinic: str, values: Mapping[str, str]) -> str:
        """The phrase in a language; `values` as `written` keeps them, `clinic` in that language."""
        shown = {"clinic": clinic} | {hole: _shown(hole, value, language) for hole, value in values.items()}
        return self.texts[language].format(**shown)


def written(values: Mapping[str, str | date | time | int]) -> str:
    """What goes into the holes, as JSON: days and times in ISO."""
    return json.dumps({hole: value if isinstance(value, str) else _plain(value) for hole, value in values.items()})


def read_values(text: str) -> dict[str, str]:
    """What `written` made."""
    return {str(hole): str(value) for hole, value in json.loads(text or "{}").items()}


def _plain(value: date | time | int) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(hole: str, value: str, language: str) -> str:
    if hole == "day":
        return long_day(date.fromisoformat(value), language)
    return amount(int(value)) if hole == "price" else value


@cache
def load(path: Path = PACKAGED) -> dict[str, Phrase]:
    """Every phrase by its id, in the order of the file.

    Raises:
        BadPhrases: a language is missing, a hole differs, or a field is unknown.
    """
    found = {}
    for name, fields in tomllib.loads(path.read_text("utf-8")).items():
        texts = {language: str(fields.pop(language, "")) for language in LANGUAGES}
        reviewed = fields.pop("reviewed", None)
        holes = {language: _holes(text) for language, text in texts.items()}
        if fields or len(name) > LONGEST_ID or not all(texts.values()):
            raise BadPhrases(f"{path.name}: {name}: unknown field, long name, or a language is missing")
        if any(set(each) != set(holes["en"]) or set(each) - HOLES for each in holes.values()):
            raise BadPhrases(f"{path.name}: {name}: the holes differ, or one is unknown")
        found[name] = Phrase(name, texts, holes["en"], reviewed)
    return found


def _holes(text: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in string.Formatter().parse(text) if name)
