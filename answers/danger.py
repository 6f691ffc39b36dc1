"""Danger signs: the files a clinician signs, and the patterns that interrupt everything else.

Rule of the place: a hard pattern is deterministic and needs nothing but this module; no model can silence it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from answers.content import HERE, LANGS, ContentError, Record, read_lines, read_toml
from locales.khmer_order import fold_khmer
from locales.myanmar_order import fold_myanmar
from locales.repair import for_matching, latin_digits, repair

FOLDER = HERE / "danger"

SIGNS = (
    "unconscious", "not-breathing", "chest-pain", "stroke", "seizure", "bleeding", "shock", "allergy", "poison",
    "snake", "pregnancy", "newborn", "child", "dehydration", "sepsis", "injury", "heat", "suicide", "violence", "belly",
    "eye", "sugar", "cough-blood", "jaundice-bleed",
)  # fmt: skip
"""Ids of the danger signs; when patterns of several match, the first in this order is named."""

LONG_AGO = "long-ago.txt"
"""Per language: patterns such as "last year" that turn an interruption into a question. Keep them few and narrow:
"10 minutes ago" once hid a true snake bite."""

DENIED = "denied.txt"
"""Per language, optional: patterns such as "no bleeding", looked for only in and just before the words that matched."""

_BEFORE = 12
"""So many letters before a match may hold its "no"."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One danger sign in one language. `reviewed_by` is empty until a clinician has signed the lists."""

    id: str
    lang: str
    hard: tuple[str, ...]
    sentences: tuple[str, ...]
    lookalikes: tuple[str, ...]
    reviewed_by: str
    reviewed_on: str


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger sign found in a text; `hard` interrupts at once, otherwise people are asked whether it is now."""

    sign: str
    hard: bool
    pattern: str = ""


def load_signs(folder: Path = FOLDER) -> list[Sign]:
    """Every sign file of every language. Raises `ContentError` naming file and field."""
    return [
        _sign(lang, path.stem, read_toml(path)) for lang in LANGS for path in sorted((folder / lang).glob("*.toml"))
    ]


def _sign(lang: str, name: str, record: Record) -> Sign:
    if name not in SIGNS:
        raise record.error("file name", f"'{name}' is no danger sign")
    sign = Sign(
        id=name,
        lang=lang,
        hard=record.texts("hard"),
        sentences=record.texts("sentences"),
        lookalikes=record.texts("lookalikes"),
        reviewed_by=record.text("reviewed_by"),
        reviewed_on=record.text("reviewed_on"),
    )
    record.close()
    for pattern in sign.hard:
        try:
            _compiled(pattern)
        except re.error as problem:
            raise record.error("hard", f"'{pattern}' is no pattern: {problem}") from None
    return sign


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern in the spelling that `for_matching` gives to texts; letters of regex syntax keep their case."""
    pattern = fold_myanmar(fold_khmer(latin_digits(repair(pattern))))
    # Texts are lower-case already; ignoring case where no capital is meant would cost half as much again.
    return re.compile(pattern, re.IGNORECASE if _CAPITAL.search(pattern) else re.NOFLAG)


_CAPITAL = re.compile(r"(?<!\\)[A-Z]")
_LATIN = re.compile("[a-z]")
_BETWEEN_NATIVE = re.compile("(?<=[\u0e00-\u109f\u1780-\u17ff]) +(?=[\u0e00-\u109f\u1780-\u17ff])")
_MINDS_SPACES = re.compile(r"(?: |\\s|\\b)(?![?*])")
"""A pattern with such a piece may need the spaces of the text."""


class _Pattern:
    """One hard pattern, compiled, with the sign it stands for."""

    __slots__ = ("minds_spaces", "search", "sign", "source")

    def __init__(self, sign: str, source: str) -> None:
        self.sign = sign
        self.source = source
        self.search = _compiled(source).search
        self.minds_spaces = _MINDS_SPACES.search(source) is not None


class Watch:
    """The hard patterns of all languages, in memory, ready to be asked about every message."""

    def __init__(self, signs: Sequence[Sign], folder: Path = FOLDER) -> None:
        order = sorted(signs, key=lambda sign: SIGNS.index(sign.id))
        self._patterns = {
            lang: [_Pattern(sign.id, text) for sign in order if sign.lang == lang for text in sign.hard]
            for lang in LANGS
        }
        self._denied = {lang: _any_of(folder / lang / DENIED) for lang in LANGS}
        self._long_ago = {lang: _any_of(folder / lang / LONG_AGO) for lang in LANGS}

    def look(self, text: str, lang: str) -> Danger | None:
        """The first sign whose pattern is in `text` (any form), in `lang` or in English. Under a millisecond."""
        return self.look_prepared(for_matching(text), lang)

    def look_prepared(self, text: str, lang: str) -> Danger | None:
        """The same for a text that is already in matching form."""
        # Between letters of scripts without word spaces a space means little; most patterns see the text without.
        tight = _BETWEEN_NATIVE.sub("", text)
        soft: Danger | None = None
        for tongue in self._tongues(text, lang):
            for pattern in self._patterns[tongue]:
                form, found = tight, pattern.search(tight)
                if not found and pattern.minds_spaces and tight is not text:
                    form, found = text, pattern.search(text)
                if found and self._is_now(form, found, tongue):
                    return Danger(pattern.sign, True, pattern.source)
                if found:
                    soft = soft or Danger(pattern.sign, False, pattern.source)
        return soft

    @staticmethod
    def _tongues(text: str, lang: str) -> list[str]:
        """The person's language, and English where there are Latin letters at all."""
        return [tongue for tongue in LANGS if tongue == lang or (tongue == "en" and _LATIN.search(text))]

    def _is_now(self, form: str, found: re.Match[str], tongue: str) -> bool:
        around = form[max(0, found.start() - _BEFORE) : found.end()]
        return not (self._denied[tongue].search(around) or self._long_ago[tongue].search(form))


def _any_of(path: Path) -> re.Pattern[str]:
    try:
        patterns = [_compiled(line).pattern for line in read_lines(path)]
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)", re.IGNORECASE)
    except re.error as problem:
        raise ContentError(f"danger/{path.parent.name}/{path.name}: field 'lines': {problem}") from None
