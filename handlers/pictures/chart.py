"""Bars week by week, a small plot for each subject; what is above the usual differs in colour, hatching and a mark.

The rule: matplotlib draws bars and not one letter, because it does not join and stack Burmese and Khmer; every word is
drawn by `handlers.pictures.lines`. matplotlib is loaded with the first chart: it costs half a second and some 40 MB.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from handlers.pictures.fonts import drawing
from handlers.pictures.lines import Fitted, Style, draw, fit, width

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageDraw import ImageDraw

WIDE, MARGIN, GAP, BETWEEN = 1080, 48, 24, 56
"""Pixels: the picture, its border, the space between blocks, and between two columns."""
PLOT, SWATCH, DOTS = 190, 34, 100
"""Pixels: a plot's height, a sample in the legend, and dots an inch for matplotlib's own units."""
INK, QUIET_INK, USUAL, ABOVE, FEW, PAPER = "#101c22", "#43545c", "#3f7f8c", "#d9822b", "#9aa7ad", "#ffffff"
LEAST_SCALE = 20
"""A plot reaches at least so high: five questions must not look like a mountain."""
ROOM = 1.35
"""A plot reaches so much higher than its highest bar: marks and a number stand above it."""


@dataclass(frozen=True)
class Panel:
    """One subject. `bars`: week by week, 0 for too few to show; `above`: which of them had a day above the usual."""

    title: str
    bars: tuple[int, ...]
    above: tuple[bool, ...]


@dataclass(frozen=True)
class Chart:
    """Everything the picture says, worded."""

    title: str
    about: str
    panels: tuple[Panel, ...]
    first: str
    """Under the first bar of each plot."""
    last: str
    above: str
    few: str


@dataclass(frozen=True)
class _Place:
    """Where a plot stands, in pixels from the top left."""

    left: int
    top: int
    wide: int
    panel: Panel

    @property
    def most(self) -> float:
        return max(*self.panel.bars, LEAST_SCALE) * ROOM

    def bar(self, number: int) -> tuple[int, int]:
        """The middle of a bar's upper end."""
        across = self.wide / len(self.panel.bars)
        tall = PLOT * self.panel.bars[number] / self.most
        return int(self.left + across * (number + 0.5)), int(self.top + PLOT - tall)


def draw_chart(chart: Chart) -> bytes:
    """A PNG, 1080 pixels wide. Takes about a second the first time and a third of one later: call it in a thread."""
    with drawing:
        return _drawn(chart)


def _drawn(chart: Chart) -> bytes:
    from PIL.ImageDraw import Draw

    columns = 2 if len(chart.panels) > 1 else 1
    wide = (WIDE - 2 * MARGIN - (columns - 1) * BETWEEN) // columns
    inner = WIDE - 2 * MARGIN
    head = [fit(chart.title, Style(44, True), inner), fit(chart.about, Style(30), inner)]
    ends = fit(chart.first, Style(24), wide * 3 // 5, 1), fit(chart.last, Style(24), wide * 2 // 5, 1)
    legend = [(mark, fit(text, Style(26), inner - 2 * SWATCH)) for mark, text in _legend(chart)]
    places, words, top = [], [], MARGIN // 2 + sum(text.height for text in head) + GAP
    for start in range(0, len(chart.panels), columns):
        row = chart.panels[start : start + columns]
        titles = [fit(panel.title, Style(30, True), wide) for panel in row]
        below = top + max(title.height for title in titles) + GAP // 2
        for column, (panel, title) in enumerate(zip(row, titles, strict=True)):
            left = MARGIN + column * (wide + BETWEEN)
            places.append(_Place(left, below, wide, panel))
            words.append((left + wide // 2, top, title))
        top = below + PLOT + max(end.height for end in ends) + GAP
    tall = top + sum(max(text.height, SWATCH) + GAP // 2 for _, text in legend) + MARGIN
    picture = _plotted(places, tall)
    canvas = Draw(picture)
    down = MARGIN // 2
    for text in head:
        down = draw(canvas, WIDE // 2, down, text, INK)
    for centre, title_top, title in words:
        draw(canvas, centre, title_top, title, INK)
    for place in places:
        _numbers(canvas, place)
        first, last = ends
        draw(canvas, place.left + _wide(first) // 2, place.top + PLOT + 4, first, QUIET_INK)
        draw(canvas, place.left + wide - _wide(last) // 2, place.top + PLOT + 4, last, QUIET_INK)
    _draw_legend(canvas, legend, top)
    with io.BytesIO() as file:
        picture.save(file, "PNG", compress_level=6)
        return file.getvalue()


def _plotted(places: Sequence[_Place], tall: int) -> "Picture":
    """The bars of all plots on white."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(figsize=(WIDE / DOTS, tall / DOTS), dpi=DOTS, facecolor=PAPER)
    canvas = FigureCanvasAgg(figure)
    for place in places:
        box = (place.left / WIDE, 1 - (place.top + PLOT) / tall, place.wide / WIDE, PLOT / tall)
        axes = figure.add_axes(box)
        axes.set_axis_off()
        count = len(place.panel.bars)
        axes.set_xlim(-0.5, count - 0.5)
        axes.set_ylim(0, place.most)
        axes.axhline(0, color=QUIET_INK, linewidth=2)
        for week, (height, above) in enumerate(zip(place.panel.bars, place.panel.above, strict=True)):
            if above:
                axes.bar(week, height, 0.74, color=ABOVE, edgecolor=INK, hatch="///", linewidth=1.5)
                axes.plot(week, height + place.most * 0.09, marker="^", color=INK, markersize=11)
            elif height:
                axes.bar(week, height, 0.74, color=USUAL)
            else:
                axes.bar(week, place.most * 0.025, 0.74, color=FEW)
    canvas.draw()  # type: ignore[no-untyped-call]
    drawn = Image.frombytes("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
    return drawn.convert("RGB")


def _numbers(canvas: "ImageDraw", place: _Place) -> None:
    """The figure of the last bar and of the highest, above their marks."""
    bars = place.panel.bars
    for week in {len(bars) - 1, bars.index(max(bars))}:
        if bars[week]:
            number = fit(f"{bars[week]}+", Style(24, True), place.wide, 1)
            centre, top = place.bar(week)
            lift = PLOT * 0.15 if place.panel.above[week] else 2
            draw(canvas, centre, int(top - lift - number.height), number, INK)


def _wide(text: Fitted) -> int:
    return ceil(max(width(line, text.style) for line in text.lines))


def _legend(chart: Chart) -> list[tuple[str, str]]:
    found = [("few", chart.few)]
    return [("above", chart.above), *found] if any(any(panel.above) for panel in chart.panels) else found


def _draw_legend(canvas: "ImageDraw", legend: Sequence[tuple[str, Fitted]], top: int) -> None:
    for mark, text in legend:
        high = max(text.height, SWATCH)
        left, middle = MARGIN, top + high // 2
        if mark == "above":
            box = (left, middle - SWATCH // 2, left + SWATCH, middle + SWATCH // 2)
            canvas.rectangle(box, fill=ABOVE, outline=INK, width=2)
            low = middle + SWATCH // 4
            canvas.polygon([(left + 8, low), (left + SWATCH - 8, low), (left + SWATCH // 2, low - 16)], fill=INK)
        else:
            canvas.rectangle((left, middle - 3, left + SWATCH, middle + 3), fill=FEW)
        centre = left + SWATCH + GAP + _wide(text) // 2
        draw(canvas, centre, top + (high - text.height) // 2, text, QUIET_INK)
        top += high + GAP // 2
