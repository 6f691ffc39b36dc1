"""What a phone keyboard did to a text, undone: one spelling for what looks the same on the screen.

Rule of the place: `repair` never changes what a reader sees and running it twice changes nothing more;
anything that loses information (digits, case, spaces) happens in `for_matching` only.
"""

import re
import unicodedata

from locales.khmer_order import fold_khmer, order_khmer
from locales.myanmar_order import fold_myanmar, order_myanmar
from locales.thai_order import order_thai

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc\x00-\x08\x0e-\x1f\x7f]"
)
"""Characters that only steer line breaking or direction; none changes a word of our languages."""

_EMOJI = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
_JOINERS = re.compile(f"\u200c|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")
"""A joiner between two emoji makes one picture (a family); anywhere else it is noise."""

_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"'}
)
_DRAWN_OUT = re.compile(r"([^\W\d])\1{2,}")
"""A letter held down for feeling: "helpppp", and its Thai, Burmese and Khmer likes."""

_RUNS_OF_SPACE = re.compile(r"\s+")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")

_DIGITS = str.maketrans(
    {
        chr(zero + value): str(value)
        for zero in (0x0E50, 0x0ED0, 0x1040, 0x1090, 0x17E0, 0x0660, 0x0966, 0xFF10)
        for value in range(10)
    }
)
"""Thai, Lao, Burmese, Shan, Khmer, Arabic, Devanagari and full-width digits to Latin."""

_ROUNDS = 8
"""Ordering and NFC can feed each other once or twice; the rest is a guard against hostile text."""


def repair(text: str) -> str:
    """One canonical spelling of `text`: NFC, no invisible characters, Thai, Khmer and Burmese signs in order.

    Idempotent. Zawgyi must be converted by `locales.zawgyi.to_unicode` before: its signs mean other things here.
    """
    text = _LONE_SURROGATES.sub("", text)
    text = _SPACES.sub(" ", text)
    for _ in range(_ROUNDS):
        before = text
        text = _tidy(text)
        if text == before:
            break
    return text


def _tidy(text: str) -> str:
    text = strip_invisible(text)
    text = unicodedata.normalize("NFC", text)
    text = order_thai(text)
    text = order_khmer(text)
    text = order_myanmar(text)
    return unicodedata.normalize("NFC", text)


def strip_invisible(text: str) -> str:
    """`text` without zero-width, bidirectional and control characters; emoji sequences stay whole."""
    return _JOINERS.sub("", _INVISIBLE.sub("", text))


def latin_digits(text: str) -> str:
    """`text` with the digits of every script of the region as 0-9."""
    return text.translate(_DIGITS)


def for_matching(text: str) -> str:
    """The form that search and danger patterns see: repaired, Latin digits, lower case, single spaces."""
    text = latin_digits(repair(text)).lower().translate(_QUOTES)
    text = fold_myanmar(fold_khmer(_DRAWN_OUT.sub(r"\1", text)))
    return _RUNS_OF_SPACE.sub(" ", text).strip()
