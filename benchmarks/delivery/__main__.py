"""An alert to a hundred thousand people while everything goes wrong that can: what arrived, counted by who was called.

`python -m benchmarks.delivery`; `--people 10000` for a short one, `--only "three kill -9"` for the runs whose name
begins so. The exit code is 1 when something was lost, came twice, or broke a limit; seconds are shown and judged by the
reader, because they depend on what else the machine does.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from answers.ask import Finder
from answers.texts import TopicTexts
from answers.topics import load_topics
from benchmarks.delivery import people as people
from benchmarks.delivery.calls import Trouble
from benchmarks.delivery.campaign import play
from benchmarks.delivery.result import REMINDED, Place, Plan, Result
from benchmarks.delivery.table import lawless, slow, table, wrong
from locales.catalogue import Catalogues
from storage import keys, migrate
from storage.database import Database
from tests.postgres import NAMED, NamedServer, PostgresServer

DATABASES = ("sqlite", "postgresql")
MINUTE = 64
"""Seconds of sending from which a whole minute is looked at."""
BURSTS = Trouble(throttled=0.004, burst=0.03)
"""About a tenth of all calls are throttled, many at once: Telegram slows the bot."""
CHATS = Trouble()
"""A tenth of all calls, each by itself: every third stops the bot for a second, as promised."""

FROZEN = Plan(
    "one of two frozen, life-safety",
    people=200 * 44,
    rate=200,
    free_rate=200,
    processes=2,
    freeze=True,
    life_safety=True,
)
"""Messages go out for longer than it is frozen."""


def plans(size: int) -> list[tuple[Plan, tuple[str, ...]]]:
    """Every run and the databases it is made on, for an alert to so many people."""
    minute, few = min(MINUTE, max(12, size // 1000)), max(500, size // 50)
    both, postgresql = DATABASES, DATABASES[1:]
    return [
        (Plan("three kill -9", size, kills=3, reminders=REMINDED), both),
        (Plan("trouble in bursts", size, trouble=BURSTS, reminders=REMINDED), both),
        (Plan("trouble by chat", few, trouble=CHATS, reminders=REMINDED), both),
        (Plan("30 a second", 30 * minute, rate=30, life_safety=True), both),
        (Plan("30 a second, two processes", 30 * minute, rate=30, life_safety=True, processes=2), postgresql),
        (Plan("1000 a second", 1000 * minute, life_safety=True), both),
        (Plan("1000 a second, two processes", 1000 * minute, processes=2), postgresql),
        (replace(FROZEN, name="one of two frozen", life_safety=False), postgresql),
        (FROZEN, postgresql),
    ]


def controls() -> list[tuple[Plan, str]]:
    """Runs with something switched off, and what must be seen in them."""
    unfenced = replace(FROZEN, name="control: no fence", module="benchmarks.delivery.unfenced")
    unpaced = Plan("control: no pace", 600, rate=1000, free_rate=1000, life_safety=True, judged_at=30)
    return [(unpaced, "are allowed"), (unfenced, "got it again")]


class Ground:
    """Databases full of people, copied for each run."""

    def __init__(self, folder: Path, server: NamedServer, cache: Path) -> None:
        self.folder, self.server, self.cache = folder, server, cache
        self.ring = keys.new_ring()
        self._full: set[str] = set()
        self._number = 0
        keys.use(self.ring)

    @contextlib.contextmanager
    def place(self, kind: str, plan: Plan) -> Iterator[Place]:
        """A database of its own for one run."""
        name = f"full_{plan.people}_{plan.reminders}"
        if (full := f"{kind}_{name}") not in self._full:
            self._full.add(full)
            asyncio.run(self._fill(kind, name, plan))
        self._number += 1
        own = self.folder / f"run{self._number}"
        own.mkdir()
        if kind == "sqlite":
            shutil.copy(self.folder / f"{name}.db", own / "bot.db")
            yield Place(kind, f"sqlite:///{own / 'bot.db'}", self.ring, self.cache, own)
        else:
            copy = f"run_{os.getpid()}_{self._number}"
            asyncio.run(self.server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}_{os.getpid()}"'))
            yield Place(kind, self.server.url(copy), self.ring, self.cache, own)
            asyncio.run(self.server.execute(f'DROP DATABASE "{copy}" WITH (FORCE)'))
        shutil.rmtree(own, ignore_errors=True)

    async def _fill(self, kind: str, name: str, plan: Plan) -> None:
        if kind == "sqlite":
            url = f"sqlite:///{self.folder / name}.db"
        else:
            name = f"{name}_{os.getpid()}"
            await self.server.execute(f'CREATE DATABASE "{name}"')
            url = self.server.url(name)
        database = Database(url)
        await migrate.upgrade(database)
        await people.move_in(database, plan.people, plan.reminders)
        await database.close()

    def play(self, kind: str, plan: Plan) -> Result:
        """One run."""
        with self.place(kind, plan) as place:
            return asyncio.run(play(plan, place))


@contextlib.contextmanager
def ground(folder: Path, cache: Path) -> Iterator[Ground]:
    """A PostgreSQL (the one that `BOT_TEST_DATABASE_URL` names, or its own) and a fitted search beside it."""
    texts = TopicTexts(load_topics(), Catalogues())
    Finder.load(cache, None, texts.for_search())
    named = os.environ.get(NAMED)
    server = NamedServer(named) if named else PostgresServer()
    try:
        if isinstance(server, PostgresServer):
            server.start()
        yield Ground(folder, server, cache)
    finally:
        if isinstance(server, PostgresServer):
            server.stop()


def main() -> int:
    """Every run, then the tables; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--only", default="", help="runs whose name begins so")
    parser.add_argument("--database", choices=DATABASES, action="append")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # bots and servers end with it
    databases, results, faults = options.database or DATABASES, [], 0
    with tempfile.TemporaryDirectory() as scratch, ground(Path(scratch), Path(scratch) / "cache") as here:
        for plan, on in plans(options.people):
            for kind in (each for each in on if each in databases and plan.name.startswith(options.only)):
                result = here.play(kind, plan)
                results.append(result)
                broken = wrong(result) + lawless(result)
                faults += len(broken)
                told = [*(broken or ["as promised"]), *(f"slow: {each}" for each in slow(result))]
                print(f"{plan.name}, {kind}: {'; '.join(told)} {result.events}", flush=True)
        for plan, seen in controls():
            if plan.name.startswith(options.only) and "postgresql" in databases:
                result = here.play("postgresql", plan)
                results.append(result)
                broken = wrong(result) + lawless(result)
                blind = not any(seen in each for each in broken)
                faults += blind
                print(f"{plan.name}: {'BLIND' if blind else 'seen'}: {'; '.join(broken)}", flush=True)
    print(table(results))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
