"""Khmer syllables in Unicode order: base, robat, subscripts (coeng ro last), shifter, vowel, signs.

Rule of the place: a syllable is sorted, never shortened, except for signs typed twice.
"""

import re

_COENG = "\u17d2"
_SYLLABLE = re.compile("([\u1780-\u17b3])((?:\u17d2+[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd])+)")
_PARTS = re.compile("\u17d2+[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd]")
_SPLIT_VOWELS = ((re.compile("\u17c1\u17b8"), "\u17be"), (re.compile("\u17c1\u17b6"), "\u17c4"))
"""Two vowels that draw the same as one: e + ii = oe, e + aa = oo."""


def _rank(part: str) -> int:
    if part == "\u17cc":
        return 0
    if part[0] == _COENG:
        return 2 if part[-1] == "\u179a" else 1
    if part in "\u17c9\u17ca":
        return 3
    if part <= "\u17c5":
        return 4
    return 6 if part in "\u17c7\u17c8" else 5


def _sorted_syllable(match: re.Match[str]) -> str:
    parts = [_COENG + part[-1] if part[0] == _COENG else part for part in _PARTS.findall(match[2])]
    return match[1] + "".join(sorted(dict.fromkeys(parts), key=_rank))


def order_khmer(text: str) -> str:
    """`text` with every Khmer syllable in canonical order and doubled signs once."""
    if _COENG not in text and not re.search("[\u17b6-\u17d1]", text):
        return text
    text = _SYLLABLE.sub(_sorted_syllable, text)
    for pattern, vowel in _SPLIT_VOWELS:
        text = pattern.sub(vowel, text)
    return text


_TA_FOR_DA = re.compile("\u17d2\u178a")
_SHIFTED_U = re.compile("[\u17bb\u17c9\u17ca](?=[\u17b7-\u17ba\u17be\u17d0])")


def fold_khmer(text: str) -> str:
    """For matching only: spellings that look the same on the screen become one (subscript da = ta, u = shifter)."""
    return order_khmer(_SHIFTED_U.sub("\u17ca", _TA_FOR_DA.sub("\u17d2\u178f", text)))
