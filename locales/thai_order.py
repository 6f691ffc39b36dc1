"""Thai vowels and tone marks in the order the standard keyboard should have sent them.

Rule of the place: signs above and below one letter are sorted, never invented; a sign typed twice counts once.
"""

import re

_THAI = re.compile("[\u0e31-\u0e4e]")
_TWO_E = re.compile("\u0e40\u0e40")
_SPLIT_AM = re.compile("\u0e4d([\u0e48-\u0e4b]*)\u0e32")
_RUN = re.compile("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]{2,}")


def order_thai(text: str) -> str:
    """`text` with Thai signs in canonical order: vowel, tone or silencer, sara am, the last in one piece."""
    if not _THAI.search(text):
        return text
    text = _TWO_E.sub("\u0e41", text)
    return _RUN.sub(_sorted_run, _SPLIT_AM.sub("\\1\u0e33", text))


def _sorted_run(match: re.Match[str]) -> str:
    return "".join(sorted(dict.fromkeys(match[0]), key=_rank))


def _rank(sign: str) -> int:
    if sign in "\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4e":
        return 1
    return {"\u0e4d": 2, "\u0e33": 3}.get(sign, 0)
