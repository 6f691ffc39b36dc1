"""The picture of a comparison. Rule of the place: the same figures give the same bytes."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from answers.measures import Share

NAMES = {"th": "Thai", "my": "Burmese", "km": "Khmer", "en": "English"}
COLOURS = ("#b8bec6", "#8d96a3", "#6f9bb8", "#4f7d5c", "#c98a2b", "#b3362c")

Shares = Mapping[str, Mapping[str, tuple[Share, Share]]]
"""By ranker and language: the right topic first, and among three."""


def draw(shares: Shares, title: str, file: Path) -> None:
    """Bars for the right topic first with 95 % intervals, a tick above each for among three; .svg or .png by name."""
    langs = [lang for lang in NAMES if any(pairs[lang][0].of for pairs in shares.values())]
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    axes = figure.add_subplot()
    width = 0.8 / len(shares)
    for number, (name, pairs) in enumerate(shares.items()):
        at = [place + (number - (len(shares) - 1) / 2) * width for place in range(len(langs))]
        first = [100 * (pairs[lang][0].value or 0) for lang in langs]
        among = [100 * (pairs[lang][1].value or 0) for lang in langs]
        ends = [pairs[lang][0].interval() for lang in langs]
        below = [value - 100 * low for value, (low, _) in zip(first, ends, strict=True)]
        above = [100 * high - value for value, (_, high) in zip(first, ends, strict=True)]
        axes.bar(at, first, width * 0.9, color=COLOURS[number % len(COLOURS)], label=name)
        axes.errorbar(at, first, [below, above], fmt="none", ecolor="#333333", elinewidth=0.8)
        axes.hlines(among, [x - width * 0.45 for x in at], [x + width * 0.45 for x in at], colors="#111111", lw=1.5)
    axes.set_xticks(range(len(langs)), [NAMES[lang] for lang in langs])
    axes.set_ylim(0, 102)
    axes.set_ylabel("right topic, %")
    axes.set_title(f"{title}\nbars: first, with 95 % intervals; black ticks: among three", fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    # Random ids and today's date would make every run another file; text as outlines looks the same everywhere.
    with matplotlib.rc_context({"svg.hashsalt": "search", "svg.fonttype": "path"}):
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)
