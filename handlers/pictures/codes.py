"""A code as a QR code: black squares on white, with the quiet zone that scanners need.

It holds the code alone and no link: staff type or scan the same six letters, a scanner that is only a keyboard writes
what the desk would type, no network is needed to read it, and a stranger who scans it learns nothing.
"""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

QUIET = 4
"""Empty modules around it, as the standard asks."""


def squares(code: str) -> list[list[bool]]:
    """The modules, row by row, without the quiet zone. The strongest correction: phones are scratched and dim."""
    import segno

    made = segno.make_qr(code, error="h")
    return [[bool(module) for module in row] for row in made.matrix]


def draw_code(code: str, at_most: int) -> "Image":
    """A picture of at most so many pixels, each module equally large."""
    from PIL import Image

    rows = squares(code)
    across = len(rows) + 2 * QUIET
    small = Image.new("L", (across, across), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + QUIET, y + QUIET), 0)
    scale = max(at_most // across, 1)
    return small.resize((across * scale, across * scale), Image.Resampling.NEAREST)


def code_alone(code: str) -> bytes:
    """The QR code as a PNG, for where nothing else can be drawn."""
    with io.BytesIO() as file:
        draw_code(code, 900).save(file, "PNG")
        return file.getvalue()
