"""Every fault of the table: what is done to the bot and to what it stands on, while people are at work.

The rule: a fault is real: a signal to a process, a server that is stopped, a file that may not grow, a clock set wrong.
"""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from benchmarks.faults.balancer import Balancer
from benchmarks.faults.full import FULL
from benchmarks.faults.stage import Stage
from bot.crashpoint import POINTS
from delivery.rules import LEASE, Kind
from storage.tables import Owed
from tests.faults.clocked import set_clock
from tests.faults.process import BotProcess, free_port
from tests.faults.rows import all_rows
from tests.outage import away

BOTH, POSTGRESQL = ("sqlite", "postgresql"), ("postgresql",)
ANSWERS_WITHIN, STOPS_WITHIN = 10.0, 10.0
"""Seconds: until a service is whole again, and until a process that was asked to stop has ended."""
SENDS_WITHIN = ANSWERS_WITHIN + LEASE.total_seconds()
"""What a dead process had in hand waits for its lease first."""
LASTING = (Kind.REMINDER, Kind.ALERT)
KILLS = 5
WARM = 4.0
"""Seconds at work before a process freezes: until it has met most statements (docs/operations.md#faults says why)."""
JUMPS = (-3600, 0, 3600)
"""Seconds by which the clock is off, one after the other: an hour back, and twice an hour on."""


@dataclass(frozen=True)
class Row:
    """One fault."""

    name: str
    play: Callable[[Stage], Awaitable[None]]
    on: tuple[str, ...] = BOTH
    point: str = ""
    """The crash point, if it is one."""
    small: bool = False
    """Whether PostgreSQL needs a disk that can be filled."""


def crash(point: str) -> Callable[[Stage], Awaitable[None]]:
    """Die there the first, second or third time, and be started again at once."""
    most = 2 if point.startswith("wipe") else 3

    async def play(stage: Stage) -> None:
        process = stage.bot(polling=stage.kind == "sqlite" and stage.number % 2 == 1)
        async with stage.at_work():
            await process.run_until_killed(f"{point}:{1 + stage.number % most}")
            await _again(stage, process, monotonic())

    return play


async def random_kills(stage: Stage) -> None:
    """SIGKILL at moments that nobody has chosen."""
    chance, process = random.Random(stage.number), stage.bot()
    await process.start()
    async with stage.at_work():
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.1, 2.0))
            process.signal(signal.SIGKILL)
            await process.ended()
            await _again(stage, process, monotonic())


async def rolling(stage: Stage) -> None:
    """SIGTERM to one of two, which is started again, then to the other one; twice."""
    port = free_port()
    both = [stage.bot(balancer=port) for _ in range(2)]
    async with Balancer([int(each.settings["port"]) for each in both]).listening(port):
        await asyncio.gather(*(each.start() for each in both))
        async with stage.at_work():
            for process in both * 2:
                await asyncio.sleep(1)
                since = monotonic()
                if (took := await process.stop()) > STOPS_WITHIN:
                    stage.broken.append(f"a stop took {took:.1f} s")
                await stage.struck(doubt=False)
                await stage.recovered(since, process)
        await stage.finish()


async def frozen(stage: Stage) -> None:
    """SIGSTOP for one of two while it sends, SIGCONT after both leases have long run out."""
    port = free_port()
    first, _ = both = [stage.bot(balancer=port) for _ in range(2)]
    async with Balancer([int(each.settings["port"]) for each in both]).listening(port):
        await asyncio.gather(*(each.start() for each in both))
        async with stage.at_work():
            await asyncio.sleep(WARM)
            slow = stage.telegram.faults.add("slow", "sendMessage", delay=1)
            while slow.hits < 5:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
            first.signal(signal.SIGSTOP)
            since = monotonic()
            stage.telegram.faults.clear()
            await stage.struck()
            await stage.recovered(since)
            await asyncio.sleep(max(0.0, since + stage.outage - monotonic()))
            before = await _settled(stage)
            first.signal(signal.SIGCONT)
            await asyncio.sleep(3)
            after = await _settled(stage)
            if rewritten := sum(after.get(key) != row for key, row in before.items()):
                stage.broken.append(f"{rewritten} rows changed by a process that had lost them")
        await stage.finish()


async def database_away(stage: Stage) -> None:
    """PostgreSQL is stopped and started; SQLite's file is held by another process."""
    process = stage.bot()
    await process.start()
    async with stage.at_work():
        await asyncio.sleep(1)
        async with stage.server.down() if stage.kind == "postgresql" else away(stage.url):
            await asyncio.sleep(stage.outage)
        await stage.recovered(monotonic())


async def database_crashed(stage: Stage) -> None:
    """PostgreSQL ends without shutting down, and recovers."""
    process = stage.bot()
    await process.start()
    async with stage.at_work():
        await asyncio.sleep(1)
        async with stage.server.down(at_once=True):
            await asyncio.sleep(stage.outage / 10)
        since = monotonic()
        await stage.struck(doubt=False)
        await stage.recovered(since)


async def database_hangs(stage: Stage) -> None:
    """Every process of PostgreSQL is stopped in the middle of whatever it does, and goes on later."""
    process = stage.bot()
    await process.start()
    async with stage.at_work():
        await asyncio.sleep(1)
        async with stage.server.frozen():
            await asyncio.sleep(stage.outage)
        await stage.recovered(monotonic())


async def disk_full(stage: Stage) -> None:
    """SQLITE_FULL, for as long as the file may not grow; PostgreSQL on a file system on which not a byte is left."""
    process = stage.bot(module="benchmarks.faults.full")
    await process.start()
    async with stage.at_work():
        await asyncio.sleep(1)
        if stage.kind == "sqlite":
            (stage.folder / FULL).touch()
            await asyncio.sleep(stage.outage)
            (stage.folder / FULL).unlink()
        elif stage.disk:
            with stage.disk.filled():
                await asyncio.sleep(stage.outage)
        await stage.recovered(monotonic())


async def clock_jumps(stage: Stage) -> None:
    """The machine's clock is set an hour back, right again, and an hour on."""
    file = stage.folder / "clock"
    set_clock(file, timedelta(0))
    process = stage.bot(module="tests.faults.clocked")
    await process.start(command=f"{file} run")
    async with stage.at_work():
        for off in JUMPS:
            await asyncio.sleep(2)
            set_clock(file, timedelta(seconds=off))
            since = monotonic()
        await stage.recovered(since)


async def _again(stage: Stage, process: BotProcess, since: float) -> None:
    """What a supervisor does, at once."""
    await stage.struck()
    await stage.recovered(since, process)


async def _settled(stage: Stage) -> dict[tuple[object, ...], object]:
    """What was sent and nobody may touch any more: people's moves and cancellations change only tickets."""
    owed = (await all_rows(stage.load.scene.database))[Owed.__tablename__]
    return {key: row for key, row in owed.items() if dict(row)["settled_at"] and dict(row)["kind"] in LASTING}


ROWS = [
    *(Row(f"kill -9 at `{point}`", crash(point), point=point) for point in POINTS),
    Row(f"kill -9 at random, {KILLS} times", random_kills),
    Row("one of two frozen, then woken", frozen, POSTGRESQL),
    Row("SIGTERM, one of two after the other", rolling, POSTGRESQL),
    Row("database away", database_away),
    Row("database killed, and recovers", database_crashed, POSTGRESQL),
    Row("database hangs", database_hangs, POSTGRESQL),
    Row("disk full", disk_full, small=True),
    Row("clock an hour back, then on", clock_jumps),
]
