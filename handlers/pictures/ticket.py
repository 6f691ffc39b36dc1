"""The ticket as a picture to show at the desk: the QR code and the code large, then when and where.

The rule: it says what it is given, in the order it is given; what a picture may tell is decided by whoever words it.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.pictures.codes import draw_code
from handlers.pictures.fonts import drawing
from handlers.pictures.lines import Fitted, Style, draw, drawable, fit

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDE, MARGIN, GAP = 1080, 60, 26
"""Pixels: the picture, its white border, and the space between two blocks."""
CODE_SIZE = 620
INK, QUIET_INK, BAND, ALARM = "#101c22", "#43545c", "#0b5d66", "#b3261e"

Text = tuple[str, ...]
"""The same words in several languages, the reader's first."""


@dataclass(frozen=True)
class Ticket:
    """Everything the picture says, worded. Empty texts are left out."""

    code: str
    clinic: Text
    time: str
    """`09:30`, said once and large: it reads the same in every language."""
    days: Text
    speaks: Text
    service: Text
    emergency: Text


def draw_ticket(ticket: Ticket) -> bytes:
    """A PNG, 1080 pixels wide. Takes some 150 ms: call it in a thread."""
    with drawing:
        return _drawn(ticket)


def _drawn(ticket: Ticket) -> bytes:
    from PIL import Image, ImageDraw

    head = _block(ticket.clinic, Style(56, True), Style(42))
    middle = [
        [fit(ticket.time, Style(120, True), WIDE - 2 * MARGIN), *_block(ticket.days, Style(54, True), Style(44))],
        _block(ticket.service, Style(50, True), Style(40)),
        _block(ticket.speaks, Style(44), Style(40)),
    ]
    foot = _block(ticket.emergency, Style(42, True), Style(38))
    code = fit(ticket.code, Style(190, True), WIDE - 2 * MARGIN, 1)
    square = draw_code(ticket.code, CODE_SIZE)
    bodies = [block for block in middle if block]
    tall = _tall(head) + 2 * GAP + square.height + code.height + _tall(foot) + 3 * GAP
    tall += sum(_tall(block) + 2 * GAP for block in bodies)
    picture = Image.new("RGB", (WIDE, tall), "white")
    canvas = ImageDraw.Draw(picture)
    top = _band(canvas, 0, head, BAND)
    picture.paste(square, ((WIDE - square.width) // 2, top))
    top = draw(canvas, WIDE // 2, top + square.height - GAP, code, INK) + GAP
    for block in bodies:
        canvas.line((MARGIN, top, WIDE - MARGIN, top), fill="#c9d3d7", width=3)
        top = _lines(canvas, top + GAP, block, INK, QUIET_INK) + GAP
    _band(canvas, tall - _tall(foot) - 2 * GAP, foot, ALARM)
    with io.BytesIO() as file:
        picture.save(file, "PNG", compress_level=1)
        return file.getvalue()


def _block(texts: Text, first: Style, others: Style) -> list[Fitted]:
    """The reader's language large, the others below; one that says the same as another is said once."""
    said = list(dict.fromkeys(filter(None, map(drawable, texts))))
    return [fit(text, others if place else first, WIDE - 2 * MARGIN) for place, text in enumerate(said)]


def _tall(block: list[Fitted]) -> int:
    return sum(text.height for text in block)


def _lines(canvas: "ImageDraw", top: int, block: list[Fitted], colour: str, others: str) -> int:
    for place, text in enumerate(block):
        top = draw(canvas, WIDE // 2, top, text, others if place and not text.style.bold else colour)
    return top


def _band(canvas: "ImageDraw", top: int, block: list[Fitted], colour: str) -> int:
    """White words on a band of colour; where it ends."""
    bottom = top + _tall(block) + 2 * GAP
    canvas.rectangle((0, top, WIDE, bottom - 1), fill=colour)
    _lines(canvas, top + GAP, block, "white", "white")
    return bottom
