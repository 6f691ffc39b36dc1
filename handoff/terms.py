"""Words of a question that staff should recognise although they cannot read it. A hint, never a translation."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from locales.repair import for_matching, repair
from locales.zawgyi import is_zawgyi, to_unicode

PACKAGED = Path(__file__).with_name("terms.toml")
MOST = 6
"""Words shown beside one question."""


@dataclass(frozen=True)
class Term:
    """One meaning, as people of each language write it; the first spelling stands for it."""

    id: str
    spellings: dict[str, tuple[str, ...]]

    def named(self, language: str) -> str:
        """The word by which it is shown."""
        return self.spellings[language][0]


@cache
def load(path: Path = PACKAGED) -> tuple[Term, ...]:
    """Every term, in the order of the file."""
    read = tomllib.loads(path.read_text("utf-8"))
    return tuple(
        Term(name, {language: tuple(words) for language, words in fields.items()}) for name, fields in read.items()
    )


def gloss(text: str, language: str) -> list[tuple[str, Term]]:
    """The known words in a text of a language: as they are written, and what they mean; where they stand first."""
    text = for_matching(repair(to_unicode(text) if is_zawgyi(text) else text))
    found: list[tuple[int, int, str, Term]] = []
    for term in load():
        for spelling in term.spellings[language]:
            at = _place(for_matching(spelling), text, language)
            if at >= 0:
                found.append((at, -len(spelling), spelling, term))
                break
    found.sort(key=lambda each: each[:2])
    return [(spelling, term) for _, _, spelling, term in found[:MOST]]


def _place(spelling: str, text: str, language: str) -> int:
    """Where a spelling stands; a Latin one only at the beginning of a word, because Latin writes spaces."""
    if language != "en":
        return text.find(spelling)
    match = re.search(rf"\b{re.escape(spelling)}", text)
    return match.start() if match else -1
