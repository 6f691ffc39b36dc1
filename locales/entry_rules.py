"""What one translated entry must keep of its English, and what it must not contain.

Rule of the place: a rule is a question about one entry; it answers with what is wrong, or with nothing.
"""

import string
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from locales.graphemes import clusters
from locales.repair import repair, strip_invisible
from locales.scripts import NATIVE
from locales.template import BUTTON_LENGTH
from locales.zawgyi import is_zawgyi

TEXT_LENGTH = 4096
"""Telegram's limit for a message, in UTF-16 units."""
ALLOWED = Path(__file__).with_name("allowed_latin.txt")

_TAG = regex.compile(r"</?[a-zA-Z][^<>]*>")
_HOLE = regex.compile(r"\{[^{}]*\}")
_COMMAND = regex.compile(r"(?<![\w/])/[a-z_]+")
_DIGITS = regex.compile(r"[0-9]+")
_LATIN = regex.compile(r"\p{Latin}[\p{Latin}0-9.'’+-]*")
_SYMBOL = regex.compile(
    r"[[\p{Extended_Pictographic}\p{So}]--[\x00-\u00ff™\p{Script=Khmer}\p{Script=Myanmar}]]", regex.V1
)
_SCRIPTS = {"th": "Thai", "my": "Myanmar", "km": "Khmer"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation beside its English; `button` when it must fit on one."""

    language: str
    source: str
    text: str
    button: bool = False


Rule = Callable[[Entry], str | None]


@cache
def allowed_latin() -> frozenset[str]:
    """The Latin words that may stand in other scripts."""
    lines = (line.partition("#")[0].strip() for line in ALLOWED.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line)


def holes(entry: Entry) -> str | None:
    """The same `{named}` holes: one too many stops the bot, one too few hides a time or a code."""
    try:
        here, there = _holes(entry.text), _holes(entry.source)
    except ValueError as error:
        return f"broken braces ({error})"
    return f"holes differ: {_difference(there, here)}" if here != there else None


def forms(entry: Entry) -> str | None:
    """`{count:visit|visits}` is English, for one and for many; a translation writes `{count}` and its own word."""
    if any(words.count("|") != 1 for words in _forms(entry.source)):
        return "the English has no words for one and for many in a hole"
    return f"English in a hole: {', '.join(_forms(entry.text))}" if _forms(entry.text) else None


def tags(entry: Entry) -> str | None:
    """The same tags: Telegram refuses a message with a broken one."""
    here, there = Counter(_TAG.findall(entry.text)), Counter(_TAG.findall(entry.source))
    return f"tags differ: {_difference(there, here)}" if here != there else None


def commands(entry: Entry) -> str | None:
    """The same commands."""
    here, there = Counter(_COMMAND.findall(entry.text)), Counter(_COMMAND.findall(entry.source))
    return f"commands differ: {_difference(there, here)}" if here != there else None


def numbers(entry: Entry) -> str | None:
    """The same numbers as often, in Latin digits: they are dialled and read aloud."""
    native = sorted({char for char in entry.text if unicodedata.category(char) == "Nd" and not char.isascii()})
    if native:
        return f"digits that are not Latin: {' '.join(native)}"
    here, there = (Counter(_DIGITS.findall(_HOLE.sub("", text))) for text in (entry.text, entry.source))
    return f"numbers differ: {_difference(there, here)}" if here != there else None


def latin(entry: Entry) -> str | None:
    """No left-over English."""
    strange = [word for word in _latin_words(entry.text) if word not in allowed_latin()]
    return f"Latin words: {', '.join(dict.fromkeys(strange))}" if strange else None


def script(entry: Entry) -> str | None:
    """Written in the language's own letters, with no letters of another script (Thai words may be shown to anybody)."""
    wordy = any(word not in allowed_latin() for word in _latin_words(entry.source))
    if wordy and not NATIVE[entry.language].search(entry.text):
        return "not in the letters of this language"
    strange = set(_foreign(_SCRIPTS[entry.language]).findall(entry.text)) - set(entry.source)
    return f"letters of another script: {' '.join(sorted(strange))}" if strange else None


def symbols(entry: Entry) -> str | None:
    """The same emoji and arrows in the same order, at the beginning where the English has one there."""
    here, there = _SYMBOL.findall(entry.text), _SYMBOL.findall(entry.source)
    if here != there:
        return f"emoji differ: {' '.join(there) or 'none'} in English, {' '.join(here) or 'none'} here"
    if bool(_leading(entry.source)) != bool(_leading(entry.text)):
        return "the emoji has moved from or to the beginning"
    return None


def encoding(entry: Entry) -> str | None:
    """Unicode as every phone shows and every search finds it."""
    if strip_invisible(entry.text) != entry.text:
        return "zero-width or control characters"
    if not unicodedata.is_normalized("NFC", entry.text):
        return "not NFC"
    if repair(entry.text) != entry.text:
        return "vowels, tones or signs in an unusual order"
    return None


def zawgyi(entry: Entry) -> str | None:
    """Burmese in Unicode, not in the old font encoding."""
    return "Zawgyi, not Unicode" if entry.language == "my" and is_zawgyi(entry.text) else None


def length(entry: Entry) -> str | None:
    """Fits where it stands."""
    letters = len(clusters(_TAG.sub("", entry.text)))
    if entry.button and letters > BUTTON_LENGTH:
        return f"too long for a button: {letters} letters, {BUTTON_LENGTH} fit"
    units = len(entry.text.encode("utf-16-le")) // 2
    return f"too long for a message: {units} of {TEXT_LENGTH}" if units > TEXT_LENGTH else None


def edges(entry: Entry) -> str | None:
    """No stray spaces or line breaks at the ends."""
    return "spaces or line breaks at the ends" if entry.text != entry.text.strip() else None


RULES: tuple[Rule, ...] = (
    holes,
    forms,
    tags,
    commands,
    numbers,
    latin,
    script,
    symbols,
    encoding,
    zawgyi,
    length,
    edges,
)


@cache
def _foreign(script_name: str) -> "regex.Pattern[str]":
    return regex.compile(rf"[\p{{L}}--[\p{{Latin}}\p{{Script=Thai}}\p{{Script={script_name}}}]]", regex.V1)


def _holes(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _forms(text: str) -> list[str]:
    try:
        return [words for _, _, words, _ in string.Formatter().parse(text) if words]
    except ValueError:  # `holes` tells
        return []


def _latin_words(text: str) -> list[str]:
    for mark in (_TAG, _HOLE, _COMMAND):
        text = mark.sub(" ", text)
    return [word.rstrip(".'’+-") for word in _LATIN.findall(text)]


def _leading(text: str) -> bool:
    return bool(_SYMBOL.match(_TAG.sub("", text).lstrip()))


def _difference(there: Counter[str], here: Counter[str]) -> str:
    lost, added = (there - here).elements(), (here - there).elements()
    return ", ".join([*(f"{each} is missing" for each in lost), *(f"{each} is not in the English" for each in added)])
