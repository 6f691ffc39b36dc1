"""The pages of figures show all that is measured: every fault, every crash point, every rival, every bar."""

import re
from itertools import product

from benchmarks.__main__ import parts
from benchmarks.bookings import LEAST
from benchmarks.echo import BARS, ECHOES, SCREENS
from benchmarks.faults.rows import ROWS
from benchmarks.faults.table import COLUMNS
from benchmarks.servers import KINDS
from deploy.cluster.campaign import MOST_SECONDS
from tests.promises.tree import ROOT

GUIDE = (ROOT / "docs/operations.md").read_text("utf-8")
BENCHMARKS = (ROOT / "benchmarks/README.md").read_text("utf-8")
DATABASES = ("SQLite", "PostgreSQL")


def test_the_guide_shows_every_fault_on_every_database_it_is_played_on() -> None:
    assert f"| {COLUMNS} |" in GUIDE
    played = [f"| {row.name} | {kind} |" for row in ROWS for kind in row.on]
    assert [line for line in played if line not in GUIDE] == []


def test_in_no_fault_of_the_guide_anything_was_lost_or_came_twice() -> None:
    """The page is written by hand from what `make faults` prints: a broken promise may not stand there as a figure."""
    lines = [
        line.strip("| ").split(" | ")
        for line in GUIDE.splitlines()
        if re.match(r"\| .* \| (sqlite|postgresql) \|", line)
    ]
    assert len(lines) == sum(len(row.on) for row in ROWS)
    assert {(line[4], line[5]) for line in lines} == {("0", "0")}
    assert {line[-1] for line in lines} <= {"yes", "slow"}


def test_the_guide_shows_both_deaths_of_the_primary_and_the_bar() -> None:
    assert "| the machine of the primary |" in GUIDE
    assert "| the database server |" in GUIDE
    assert f"the bar of\n{MOST_SECONDS:.0f} s" in GUIDE


def test_this_bot_stands_beside_every_rival_on_both_databases() -> None:
    assert set(ECHOES) == set(KINDS) - {"this bot"} == {name for name, _ in BARS}
    lines = [f"| {echo} | an echo |" for echo in ECHOES]
    lines += [f"| this bot, {kind} | {screen} |" for kind, screen in product(DATABASES, SCREENS)]
    assert [line for line in lines if line not in BENCHMARKS] == []


def test_every_bar_is_shown_as_reached_or_not() -> None:
    bars = [f"| full screen (/menu), {kind} | >= {least} x {echo} |" for kind in DATABASES for echo, least in BARS]
    bars += [f"| booking, 64 people, {kind} | >= {least}/s |" for kind, least in LEAST.items()]
    shown = [line for line in BENCHMARKS.splitlines() if line.endswith(("| reached |", "| not reached |"))]
    assert [bar for bar in bars if not any(line.startswith(bar) for line in shown)] == []
    assert len(shown) >= len(bars) + len(parts(short=True, huge=False)) - 2, "a part without a bar"
