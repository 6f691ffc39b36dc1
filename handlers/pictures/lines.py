"""Text of several scripts in one line: split into runs, measured, broken, drawn on one baseline.

The rule: a line breaks at a space; inside a word only where it cannot be helped, and then between syllables' letters
and never inside a cluster, after a stacker, or before a sign that belongs to what stands in front of it.
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from handlers.pictures.fonts import INVISIBLE, LANGUAGE, Script, font, script_of
from locales.graphemes import clusters

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

NEVER_LAST = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44\u17d2\u1039")
"""Thai vowels written before their consonant, and the Khmer and Burmese stackers."""
NEVER_FIRST = frozenset(
    "\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46"  # Thai signs after a consonant
    "\u102b\u102c\u1038\u104a\u104b"  # Burmese vowels and the end of a sentence
    "\u17d4\u17d5\u17d6\u17d7\u17c7\u17c8"  # Khmer ends, repetition, visarga
    ".,:;!?)]»”’…·"
)
ASAT = "\u103a"
"""The Burmese sign that makes a consonant the end of the syllable before it, also where it stands on the next one."""
INK_GAP = 3
"""Pixels kept free above the highest and below the lowest mark."""
SMALLEST = 24
"""Pixels; smaller cannot be read at a desk."""


@dataclass(frozen=True)
class Style:
    """How a text is set."""

    size: int
    bold: bool = False


@dataclass(frozen=True)
class Fitted:
    """Lines that fit, and the style in which they do."""

    lines: tuple[str, ...]
    style: Style

    @property
    def line_height(self) -> int:
        """From one baseline to the next, roomy enough for the deepest stacks of these lines."""
        return sum(self.extent)

    @cached_property
    def extent(self) -> tuple[int, int]:
        """Pixels above and below the baseline."""
        both = [_extent(line, self.style) for line in self.lines]
        return max(up for up, _ in both), max(down for _, down in both)

    @property
    def height(self) -> int:
        """Of all lines."""
        return self.line_height * len(self.lines)


def drawable(text: str) -> str:
    """The text without what no font of ours has (emoji, above all), and without the space that stood beside it."""
    kept = "".join(letter for letter in text if letter in INVISIBLE or letter == "\n" or script_of(letter))
    return "\n".join(" ".join(line.split(" ")).strip() for line in kept.split("\n"))


def runs(text: str) -> list[tuple[Script, str]]:
    """The text in pieces of one font each. Digits and signs are Latin; joiners and spaces stay where they stand."""
    found: list[tuple[Script, str]] = []
    for cluster in clusters(text):
        own = next((script for letter in cluster if (script := script_of(letter))), None)
        script = own or (found[-1][0] if found else "latin")
        if cluster == " " and found and found[-1][0] != "thai":  # the Thai font has no space
            script = found[-1][0]
        if found and found[-1][0] == script:
            found[-1] = (script, found[-1][1] + cluster)
        else:
            found.append((script, cluster))
    return found


def width(text: str, style: Style) -> float:
    """Pixels from the left to the right end, letters shaped."""
    return sum(
        font(script, style.size, style.bold).getlength(run, direction="ltr", language=LANGUAGE[script])
        for script, run in runs(text)
    )


def fit(text: str, style: Style, room: int, most: int = 2) -> Fitted:
    """The text in at most `most` lines of `room` pixels: set smaller if it must be, in more lines at the smallest."""
    text = drawable(text)
    for size in range(style.size, SMALLEST - 1, -2):
        smaller = Style(size, style.bold)
        lines = wrap(text, smaller, room)
        if len(lines) <= most:
            break
    return Fitted(tuple(lines), smaller)


def wrap(text: str, style: Style, room: int) -> list[str]:
    """The text in lines of at most `room` pixels."""
    lines: list[str] = []
    for given in text.split("\n"):
        line = ""
        for word in given.replace("\u200b", " \u200b").split(" "):
            gap = "" if word.startswith("\u200b") or not line else " "  # a zero-width space shows no gap
            if width(line + gap + word, style) <= room:
                line += gap + word
                continue
            if line:
                lines.append(line)
            *full, line = _broken(word.lstrip("\u200b"), style, room)
            lines += full
        lines.append(line)
    return [line for line in lines if line] or [""]


def _broken(word: str, style: Style, room: int) -> list[str]:
    """A word in lines: whole wherever it fits."""
    lines = [""]
    for unit in units(word):
        if lines[-1] and width(lines[-1] + unit, style) > room:
            lines.append("")
        lines[-1] += unit
    return lines


def units(word: str) -> list[str]:
    """A word in the smallest pieces between which a line may break."""
    found: list[str] = []
    for cluster in clusters(word):
        if found and (found[-1][-1] in NEVER_LAST or cluster[0] in NEVER_FIRST or ASAT in cluster):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def _extent(line: str, style: Style) -> tuple[int, int]:
    """Pixels above and below the baseline: what the fonts say, and more where Khmer stacks reach further."""
    up, down = 0, 0
    for script, run in runs(line):
        face = font(script, style.size, style.bold)
        above, below = face.getmetrics()
        _, top, _, bottom = face.getbbox(run, direction="ltr", language=LANGUAGE[script], anchor="ls")
        up, down = max(up, above, ceil(-top) + INK_GAP), max(down, below, ceil(bottom) + INK_GAP)
    return up, down


def draw(canvas: "ImageDraw", centre: int, top: int, text: Fitted, colour: str) -> int:
    """Draw centred lines from `top` on; where they end."""
    up, _ = text.extent
    for line in text.lines:
        left = centre - width(line, text.style) / 2
        for script, run in runs(line):
            face = font(script, text.style.size, text.style.bold)
            language = LANGUAGE[script]
            canvas.text((left, top + up), run, colour, face, anchor="ls", direction="ltr", language=language)
            left += face.getlength(run, direction="ltr", language=language)
        top += text.line_height
    return top
