"""`python -m benchmarks`: every bar of speed, in one run; `--short` for less of everything, `--only PART` for a part.

The rule: a bar that is not reached is printed and is no failure: seconds depend on what else the machine does. What is
no figure (an update that was refused, a booking that is missing) ends the run with an error.
"""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.bookings import bookings
from benchmarks.chart import draw_rates
from benchmarks.echo import screens
from benchmarks.figures import Bar, Report, judged, machine
from benchmarks.ground import Ground, ground
from benchmarks.lifetime import memory, start
from benchmarks.processes import processes
from benchmarks.questions import questions
from benchmarks.size import size

Part = Callable[[Ground], Awaitable[Report]]
CHART = Path(__file__).parent / "screens.svg"
SQLITE_ALONE = {"questions", "start", "memory", "memory-embeddings"}
"""Parts in which PostgreSQL would make no difference."""
QUESTIONS = 150
"""Asked one at a time, however short the run: what needs a vector costs ten times what needs none, and each is about
half of them, so that the median of a few is either by chance."""
SMALL, LARGE, HUGE = 1_000, 100_000, 1_000_000


def parts(*, short: bool, huge: bool) -> dict[str, Part]:
    """Every part, with how much of it."""
    rounds, updates = (2, 300) if short else (5, 1500)
    sizes = (SMALL, 10_000) if short else (SMALL, LARGE, HUGE) if huge else (SMALL, LARGE)
    served = 5_000 if short else 100_000
    return {
        "screens": lambda on: screens(on, rounds=rounds, updates=updates),
        "bookings": lambda on: bookings(on, rounds=rounds, people=updates // 2),
        "processes": lambda on: processes(on, rounds=rounds, updates=updates // 2),
        "questions": lambda on: questions(on, alone=QUESTIONS, together=updates // 3),
        "size": lambda on: size(on, rounds=rounds, updates=updates // 3, sizes=sizes),
        "start": lambda on: start(on, rounds=2 if short else 5),
        "memory": lambda on: memory(on, people=served, embeddings="off"),
        "memory-embeddings": lambda on: memory(on, people=served, embeddings="on"),
    }


async def run(chosen: dict[str, Part], chart: Path | None) -> None:
    """Each part on databases of its own."""
    bars: list[Bar] = []
    print(f"{machine()}.\n", flush=True)
    with ground(with_postgres=bool(chosen.keys() - SQLITE_ALONE)) as on:
        for name, part in chosen.items():
            begun = time.perf_counter()
            report = await part(on)
            print(f"{report}\n({name}: {time.perf_counter() - begun:.0f} s)\n", flush=True)
            bars += report.bars
            if chart and report.rates:
                draw_rates(report.rates, chart)
    print("### Bars\n")
    print("\n".join(judged(bars)))
    print("\nThe rate of alerts: `python -m benchmarks.delivery`.")


def main() -> int:
    """The exit code."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description="Every bar of speed, in one run.")
    asked.add_argument("--short", action="store_true", help="fewer rounds, smaller databases")
    asked.add_argument("--huge", action="store_true", help="cost against size also with a million people")
    asked.add_argument("--only", action="append", default=[], help="a part; may be given more than once")
    asked.add_argument("--chart", type=Path, default=None, help=f"where to draw the screens, such as {CHART.name}")
    options = asked.parse_args()
    every = parts(short=options.short, huge=options.huge)
    if unknown := set(options.only) - set(every):
        asked.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # bots and servers end with it
    asyncio.run(run({name: every[name] for name in (options.only or every)}, options.chart))
    return 0


if __name__ == "__main__":
    sys.exit(main())
