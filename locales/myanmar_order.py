"""Burmese syllables in Unicode order: medials y r w h, e, upper vowel, lower vowel, aa, anusvara, dot, visarga.

Rule of the place: the asat is never moved, because it may stand before a vowel for good reason (kyun-up).
"""

import re

_ORDER = {
    sign: rank
    for rank, signs in enumerate(
        ("\u103b", "\u103c", "\u103d", "\u103e", "\u1031", "\u102d\u102e", "\u1032", "\u102f\u1030",
         "\u102b\u102c", "\u1036", "\u1037", "\u1038")
    )
    for sign in signs
}  # fmt: skip
_RUN = re.compile("[\u102b-\u1032\u1036-\u1038\u103b-\u103e]{2,}")
_SIGN = "\u102b-\u1032\u1036-\u103e"

_LOOKALIKES = (
    (re.compile(f"\u1040(?=[{_SIGN}])"), "\u101d"),  # digit zero for the letter wa
    (re.compile(f"\u1047(?=[{_SIGN}])"), "\u101b"),  # digit seven for the letter ra
    (re.compile("\u1025(?=\u1037?\u103a)"), "\u1009"),  # vowel u for nya before asat
    (re.compile("\u103a{2,}"), "\u103a"),
)


def _sorted_run(match: re.Match[str]) -> str:
    signs = sorted(match[0], key=_ORDER.__getitem__)
    return "".join(sign for place, sign in enumerate(signs) if place == 0 or sign != signs[place - 1])


def order_myanmar(text: str) -> str:
    """`text` with Burmese signs in canonical order, doubled signs once, digits used as letters put right."""
    if not re.search(f"[{_SIGN}]", text):
        return text
    text = _RUN.sub(_sorted_run, text)
    for pattern, replacement in _LOOKALIKES:
        text = pattern.sub(replacement, text)
    return text


def fold_myanmar(text: str) -> str:
    """For matching only: two spellings of one word become one (sa + ya = jha)."""
    return text.replace("\u1005\u103b", "\u1008")
