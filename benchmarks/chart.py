"""The picture of a comparison. Rule of the place: the same figures give the same bytes."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from answers.measures import Share
from benchmarks.figures import Spread

NAMES = {"th": "Thai", "my": "Burmese", "km": "Khmer", "en": "English"}
COLOURS = ("#b8bec6", "#8d96a3", "#6f9bb8", "#4f7d5c", "#c98a2b", "#b3362c")

Shares = Mapping[str, Mapping[str, tuple[Share, Share]]]
"""By ranker and language: the right topic first, and among three."""


def draw_rates(rates: Mapping[str, Spread], file: Path) -> None:
    """Updates a second of each bot, the fastest first, with the least and the most of all rounds; .svg or .png."""
    named = sorted(rates, key=lambda name: rates[name].median)
    figure = Figure(figsize=(9, 0.5 + 0.45 * len(named)), layout="constrained")
    axes = figure.add_subplot()
    medians = [rates[name].median for name in named]
    ends = [
        [rates[name].median - rates[name].least for name in named],
        [rates[name].most - rates[name].median for name in named],
    ]
    colours = [COLOURS[3] if name.startswith("this bot") else COLOURS[0] for name in named]
    axes.barh(range(len(named)), medians, color=colours)
    axes.errorbar(medians, range(len(named)), xerr=ends, fmt="none", ecolor="#333333", elinewidth=0.8)
    axes.set_yticks(range(len(named)), named)
    axes.set_xlabel("updates a second; this bot shows a full screen from its database, the others an echo", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    _save(figure, file, "screens")


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
    _save(figure, file, "search")


def _save(figure: Figure, file: Path, salt: str) -> None:
    # Random ids and today's date would make every run another file; text as outlines looks the same everywhere.
    with matplotlib.rc_context({"svg.hashsalt": salt, "svg.fonttype": "path"}):
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)
