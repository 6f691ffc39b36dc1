"""The packaged fonts: one family for each script, and which of them has a letter.

The rule: whatever no font of ours has is left out of a picture; an empty box would look like a fault of the reader's.
Pillow is loaded by whoever draws, here and in all of this folder: most processes never do.
"""

import threading
from functools import cache
from typing import TYPE_CHECKING, Literal

from locales.catalogue import FOLDER

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONTS = FOLDER / "fonts"
Script = Literal["latin", "thai", "myanmar", "khmer"]
SCRIPTS: dict[Script, tuple[tuple[int, int], ...]] = {
    "thai": ((0x0E01, 0x0E3A), (0x0E3F, 0x0E5B)),
    "myanmar": ((0x1000, 0x109F), (0xA9E0, 0xA9FE), (0xAA60, 0xAA7F)),
    "khmer": ((0x1780, 0x17DD), (0x17E0, 0x17E9), (0x17F0, 0x17F9), (0x19E0, 0x19FF)),
    "latin": ((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2015), (0x2018, 0x201E), (0x2022, 0x2022), (0x2026, 0x2026)),
}
"""Code points that each font draws, first and last."""
LANGUAGE: dict[Script, str] = {"latin": "en", "thai": "th", "myanmar": "my", "khmer": "km"}
_FILES: dict[Script, str] = {
    "latin": "noto-sans",
    "thai": "noto-sans-thai",
    "myanmar": "noto-sans-myanmar",
    "khmer": "noto-sans-khmer",
}
INVISIBLE = "\u200b\u200c\u200d\u2060"
"""Joiners and places to break: they belong to the letters around them and show nothing."""

drawing = threading.Lock()
"""Held by whoever draws a picture: FreeType's faces are not made for two threads at once."""


def can_shape() -> bool:
    """Whether letters are joined and stacked as these scripts need: Pillow's raqm finds FriBiDi on this machine."""
    from PIL import features

    return bool(features.check("raqm"))


@cache
def script_of(letter: str) -> Script | None:
    """The font that has a letter; None where none has."""
    point = ord(letter)
    for script, ranges in SCRIPTS.items():
        if any(first <= point <= last for first, last in ranges):
            return script
    return None


@cache
def font(script: Script, size: int, bold: bool) -> "FreeTypeFont":
    """A font at a size in pixels, shaping as its script needs."""
    from PIL import ImageFont

    weight = "bold" if bold else "regular"
    return ImageFont.truetype(FONTS / f"{_FILES[script]}-{weight}.ttf", size, layout_engine=ImageFont.Layout.RAQM)
