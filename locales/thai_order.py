"""Thai vowels and tone marks in the order the standard keyboard should have sent them.

Rule of the place: only pairs that look alike on the screen are exchanged.
"""

import re

_TONE = "\u0e48-\u0e4b"
_THAI = re.compile("[\u0e31-\u0e4e]")

_FIXES = (
    (re.compile("\u0e40\u0e40"), "\u0e41"),  # two sara e typed for sara ae
    (re.compile("([\u0e31\u0e33-\u0e3a\u0e47-\u0e4e])\\1+"), r"\1"),  # a key that bounced
    (re.compile(f"([{_TONE}\u0e4c]+)([\u0e31\u0e34-\u0e3a\u0e4d])"), r"\2\1"),  # tone before its vowel
    (re.compile(f"\u0e4d([{_TONE}]*)\u0e32"), "\\1\u0e33"),  # sara am in two pieces
    (re.compile(f"\u0e33([{_TONE}]+)"), "\\1\u0e33"),  # tone after sara am
)


def order_thai(text: str) -> str:
    """`text` with Thai signs in canonical order, doubled signs once, sara am in one piece."""
    if not _THAI.search(text):
        return text
    for pattern, replacement in _FIXES:
        text = pattern.sub(replacement, text)
    return text
