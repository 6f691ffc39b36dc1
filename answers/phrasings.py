"""The ways people ask: phrasings of topics and the chatter that is not a question to us.

Rule of the place: the folders may be incomplete; a topic without phrasings is still found by its title.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from answers.content import HERE, LANGS, ContentError, read_lines

FOLDER = HERE / "phrasings"
CHATTER = HERE / "chatter"

KINDS = ("hello", "thanks", "goodbye", "who", "ok")
"""Kinds of small talk that get a polite word of their own; "offtopic" is chatter too, but gets none."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One line of one file: somebody's way of asking for `label` (a topic id or a kind of chatter)."""

    lang: str
    label: str
    text: str


def load_phrasings(topics: Collection[str], folder: Path = FOLDER) -> list[Phrasing]:
    """Every phrasing of every language, sorted by language, topic and line.

    Raises `ContentError` when a file is named after no topic.
    """
    found: list[Phrasing] = []
    for lang in LANGS:
        for path in sorted((folder / lang).glob("*.txt")):
            if path.stem not in topics:
                raise ContentError(f"phrasings/{lang}/{path.name}: field 'file name': there is no topic '{path.stem}'")
            found += [Phrasing(lang, path.stem, line) for line in read_lines(path)]
    return found


def load_chatter(folder: Path = CHATTER) -> list[Phrasing]:
    """Small talk and off-topic lines of every language; labels are KINDS and "offtopic"."""
    return [
        Phrasing(lang, kind, line)
        for lang in LANGS
        for kind in (*KINDS, "offtopic")
        for line in read_lines(folder / lang / f"{kind}.txt")
    ]
