"""Every fault there is, under load, on both databases: what was lost, what came twice, how soon all was well again.

`python -m benchmarks.faults`; `--rounds 5` for more of each, `--only "kill -9"` for the faults whose name begins so,
`--database sqlite`, `--seconds 5` for short outages. The exit code is 1 when a promise was broken or a bar of seconds
missed. `--short` plays a few of them once, for CI: there a busy machine may be slow.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from answers.ask import Finder
from answers.texts import TopicTexts
from answers.topics import load_topics
from benchmarks.faults.disk import NotHereError
from benchmarks.faults.rows import ROWS, Row
from benchmarks.faults.stage import Ground, Stage
from benchmarks.faults.table import Result, line, table
from locales.catalogue import Catalogues
from tests.outage import Server

DATABASES = ("sqlite", "postgresql")
SHORT = ("kill -9 at `committed`", "kill -9 at `sent`", "SIGTERM", "database killed", "disk full")
"""How the faults begin that a short campaign plays."""
SHORT_SECONDS = 5.0


async def play(row: Row, kind: str, ground: Ground, rounds: int, seconds: float) -> Result:
    """So many runs of one fault on one database."""
    result = Result(row, kind)
    for number in range(rounds):
        try:
            async with ground.stage(kind, small=row.small) as stage:
                stage.number, stage.outage = number, seconds
                await run(row, stage)
                result.add(stage, await stage.verdict())
        except NotHereError as error:
            result.why_not = str(error)
    return result


async def run(row: Row, stage: Stage) -> None:
    """One run, to its end or as far as it comes."""
    try:
        await row.play(stage)
        await stage.finish()
    except (AssertionError, TimeoutError) as error:
        stage.broken.append(f"it did not come to its end: {error or type(error).__name__}")


async def campaign(options: argparse.Namespace, folder: Path) -> list[Result]:
    """Every fault that was asked for."""
    cache = folder / "cache"
    Finder.load(cache, None, TopicTexts(load_topics(), Catalogues()).for_search())
    results = []
    async with Server() as server:
        ground = Ground(folder, server, cache)
        await ground.prepare()
        for row in (each for each in ROWS if each.name.startswith(options.only or (SHORT if options.short else ""))):
            for kind in (each for each in row.on if each in (options.database or DATABASES)):
                result = await play(row, kind, ground, options.rounds, options.seconds)
                results.append(result)
                print(line(result), "; ".join(result.wrong + result.slow), flush=True)
    return results


def main() -> int:
    """Every fault, then the table; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few faults, once each, with short outages")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of outages and of being frozen; 30 unless told otherwise")
    parser.add_argument("--only", default="", help="faults whose name begins so")
    parser.add_argument("--database", choices=DATABASES, action="append")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.short else 3)
    options.seconds = options.seconds or (SHORT_SECONDS if options.short else 30.0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # bots and servers end with it
    with tempfile.TemporaryDirectory() as scratch:
        results = asyncio.run(campaign(options, Path(scratch)))
    print(table(results))
    return 1 if any(each.wrong or (each.slow and not options.short) for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
