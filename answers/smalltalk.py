"""Small talk: greetings, thanks, laughter and pictures get a polite word, never a search.

Rule of the place: only a text that is nothing but small talk counts; a greeting before a question is a question.
"""

import re
from collections.abc import Iterable

from answers.phrasings import KINDS, Phrasing
from locales.repair import for_matching

_NOISE = re.compile(r"[^\w\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff]+|_")
_LAUGHTER = re.compile(r"(?:5{3,}\+?|(?:ha|he|hi){2,}h?|lo+l|xd+)")


def core(text: str) -> str:
    """The letters and digits of a text in matching form: what is left without punctuation, spaces and emoji."""
    return _NOISE.sub("", text)


class SmallTalk:
    """Known lines of small talk, compared without punctuation, spaces and emoji."""

    def __init__(self, lines: Iterable[Phrasing]) -> None:
        self._kinds = {core(for_matching(line.text)): line.label for line in lines if line.label in KINDS}

    def kind(self, text: str) -> str | None:
        """The kind of `text` (in matching form), or None when it is more than small talk."""
        bare = core(text)
        if _LAUGHTER.fullmatch(bare):
            return "ok"
        if not bare:
            return "ok" if text else None
        return self._kinds.get(bare)
