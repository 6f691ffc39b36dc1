"""Which language a text is written in, told by its letters, and which neighbours of ours write in them too.

Rule of the place: one native letter beats Latin; digits, emoji and single Latin words keep the person's choice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from locales.romanised import romanised_language

NATIVE = {
    "th": re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]"),
    "my": re.compile("[\u1000-\u103f\u104c-\u108f\u109a-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f]"),
    "km": re.compile("[\u1780-\u17d3\u17dd]"),
    "lo": re.compile("[\u0e81-\u0ece\u0edc-\u0edf]"),
}
"""Letters and signs of each script, digits left out: digits say nothing about the language."""
LETTERS = NATIVE | {"en": re.compile("[A-Za-z]")}
"""The same with Latin letters."""

_TELLTALES = {
    "shan": re.compile("[\u1022\u1035\u1062\u1075-\u108d\u1090-\u1099]"),
    "karen": re.compile("[\u1061-\u1064](?:\u103a)?|\u1060|[\u1065-\u1070]|\u1027\u103e"),
    "mon": re.compile("[\u1028\u1033\u1034\u1035\u105a-\u1060]"),
    "pao": re.compile("[\uaa7b\u1022]"),
}
"""Code points that Burmese never uses. Only meaningful after Zawgyi has been ruled out."""

_WORD = re.compile(r"[a-z']+")
_SENTENCE = 3
"""So many Latin words make a person write English; fewer may be keywords of somebody who reads another language ..."""
_KEYWORDS = 2
"""... but so many are still looked up as English: "HIV test"."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The language to answer in, the one the words are in, and what the text looks like when it is not plainly ours."""

    lang: str
    words: str
    hint: str | None = None


def count_letters(text: str, languages: Iterable[str] = LETTERS) -> dict[str, int]:
    """How many letters of each language's script a text has, for some `languages` of `LETTERS`."""
    return {language: len(LETTERS[language].findall(text)) for language in languages}


def recognise(text: str, chosen: str) -> Writing:
    """Tell the language of repaired Unicode text; `chosen` is the person's own language.

    Hints: "shan", "karen", "mon", "pao" (lang "my"), "lao" (lang "th"), "romanised" (lang th, my or km).
    """
    counts = count_letters(text, NATIVE)
    lang = max(counts, key=lambda candidate: (counts[candidate], candidate == chosen))
    if counts[lang] == 0:
        return _latin(text, chosen)
    if lang == "lo":
        return Writing("th", "th", "lao")
    if lang == "my":
        return Writing("my", "my", _neighbour(text, counts["my"]))
    return Writing(lang, lang)


def _neighbour(text: str, letters: int) -> str | None:
    """Shan, Karen, Mon or Pa'O when their own letters are too many for a slip of the finger."""
    found = {name: len(pattern.findall(text)) for name, pattern in _TELLTALES.items()}
    name = max(found, key=found.__getitem__)
    return name if found[name] >= 2 or (found[name] * 10 >= letters and found[name]) else None


def _latin(text: str, chosen: str) -> Writing:
    words = _WORD.findall(text.lower())
    guess = romanised_language(words)
    if guess:
        return Writing(guess, guess, "romanised")
    if len(words) >= _SENTENCE:
        return Writing("en", "en")
    return Writing(chosen, "en" if len(words) >= _KEYWORDS else chosen)
