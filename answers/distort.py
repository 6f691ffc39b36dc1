"""What old phones and quick thumbs do to a text, done on purpose, to measure that repair undoes it.

Rule of the place: for measuring and tests only; always the same damage to the same text.
"""

import re

from locales.zawgyi import to_zawgyi

_ZERO_WIDTH = "\u200b"
_THAI_PAIR = re.compile("([\u0e31\u0e34-\u0e37])([\u0e48-\u0e4b])")
_KHMER_SUBSCRIPT = re.compile("(\u17d2[\u1780-\u17a2])([\u17b6-\u17c5])")
_BURMESE_VOWELS = re.compile("([\u102d\u102e])([\u102f\u1030])")


def with_zero_width(text: str) -> str:
    """A zero-width space after every third letter, as word processors and some keyboards leave them."""
    return "".join(letter + (_ZERO_WIDTH if place % 3 == 2 else "") for place, letter in enumerate(text))


def in_wrong_order(text: str) -> str:
    """Tone before vowel (Thai), vowel before subscript (Khmer), lower vowel before upper (Burmese), sara am in two."""
    text = _THAI_PAIR.sub(r"\2\1", text).replace("\u0e33", "\u0e4d\u0e32")
    return _BURMESE_VOWELS.sub(r"\2\1", _KHMER_SUBSCRIPT.sub(r"\2\1", text))


def in_zawgyi(text: str) -> str:
    """The same text as an old Burmese phone sends it."""
    return to_zawgyi(text)
