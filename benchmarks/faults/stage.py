"""One run of a fault: a database, a Telegram that delivers again, people at work, and real bots to be killed.

The rule: nothing is waited for that a person would not wait for; what does not come in time is named in the verdict.
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from sqlalchemy import func, select, update

from benchmarks.faults.disk import SmallDisk
from benchmarks.faults.load import Load
from benchmarks.faults.verdict import Verdict, in_hand, is_over, judge, lost_now
from simulator.delivery import Patience
from simulator.pace import Pace
from simulator.server import Simulator
from storage import keys, migrate
from storage.database import Database
from storage.failures import is_outage
from storage.tables import Owed, Wipe
from tests.conftest import RING, TOKEN
from tests.faults.process import BotProcess, free_port
from tests.faults.scene import Scene
from tests.outage import Server

SECRET = "s" * 40
EVERY = 0.06
"""Seconds between two updates."""
DUE_OVER = 8.0
"""Seconds over which the reminders fall due."""
MOST_SECONDS = 120.0
"""Then nothing is waited for any more."""


@dataclass
class Stage:
    """Where a fault is played."""

    kind: str
    url: str
    server: Server
    telegram: Simulator
    load: Load
    folder: Path
    cache: Path
    disk: SmallDisk | None = None
    """What PostgreSQL keeps the database on, if that is a small file system of its own."""
    number: int = 0
    """Of the round."""
    outage: float = 30.0
    """Seconds for which something is away or frozen."""
    in_doubt: int = 0
    answers_in: list[float] = field(default_factory=list)
    """Seconds from the end of each fault until updates are confirmed as they come."""
    sends_in: list[float] = field(default_factory=list)
    """The same until everything that was due at its end has gone out."""
    broken: list[str] = field(default_factory=list)
    """What was not as promised, besides the verdict."""
    bots: list[BotProcess] = field(default_factory=list)

    def bot(self, *, polling: bool = False, module: str = "bot", balancer: int = 0) -> BotProcess:
        """A bot that is not yet started; `balancer` is the port that Telegram posts to, if it is not its own."""
        port = free_port()
        own = {
            "token": TOKEN,
            "telegram_api": self.telegram.url,
            "database_url": self.url,
            "keys": RING.written(),
            "port": str(port),
            "embeddings": "false",
            "cache": str(self.cache),
            "send_rate": "1000",
            "free_rate": "1000",
            "alerts_quiet_from": "00:00",
            "alerts_quiet_until": "00:00",
        }
        if not polling:
            own |= {"webhook_url": f"http://127.0.0.1:{balancer or port}/telegram", "webhook_secret": SECRET}
        self.bots.append(BotProcess(own, self.folder, module))
        return self.bots[-1]

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """People do what they came for, then go on asking for the menu."""
        self.load.stopped = False
        tasks = [asyncio.create_task(self.load.run(EVERY)), asyncio.create_task(self.load.watch())]
        try:
            yield
        finally:
            self.load.stopped = True
            await asyncio.gather(*tasks)

    async def struck(self, *, doubt: bool = True) -> None:
        """Something died just now: nothing that was confirmed may be missing, whatever comes."""
        if doubt:
            self.in_doubt += await in_hand(self.load)
        self.broken += [
            f"confirmed before the fault and missing after it: {each}" for each in await lost_now(self.load)
        ]

    async def recovered(self, since: float, supervised: BotProcess | None = None) -> None:
        """Wait until the service is whole again, which it was not `since` (monotonic); meanwhile start a bot again."""
        everything = func.coalesce(Owed.late_since, Owed.due_at) <= datetime.now(UTC)
        left = select(func.count()).where(everything, Owed.state.in_(("pending", "claimed")))

        async def serves() -> bool:
            return self.load.serves_since(since)

        async def sent() -> bool:
            async with self.load.scene.database.reading() as session:
                return not await session.scalar(left)

        both = (self._wait(serves, "updates wait"), self._wait(sent, "messages wait"))
        starts = supervised.start() if supervised else asyncio.sleep(0)
        answers, sends, _ = await asyncio.gather(*both, starts)
        self.answers_in.append(answers - since)
        self.sends_in.append(sends - since)

    async def finish(self) -> None:
        """Wait for the end of everything. Only the minute's lease of a dead process's deletions is cut short."""
        async with self.load.scene.database.writing() as session:
            await session.execute(update(Wipe).values(lease_until=None))

        async def over() -> bool:
            return await is_over(self.load, DUE_OVER)  # the last reminder is part of the run

        watching = asyncio.create_task(self.load.watch())
        self.load.stopped = False
        self.load.act_all()
        await self._wait(over, "something is left")
        self.load.stopped = True
        await watching

    async def verdict(self) -> Verdict:
        """What it came to, once no bot is left."""
        for each in self.bots:
            await each.close()
        return await judge(self.load, self.in_doubt)

    async def _wait(self, holds: Callable[[], Awaitable[bool]], what: str) -> float:
        """The moment at which it held."""
        begun = monotonic()
        while monotonic() - begun < MOST_SECONDS:
            try:
                if await holds():
                    return monotonic()
            except Exception as error:
                if not is_outage(error):
                    raise
            await asyncio.sleep(0.05)
        self.broken.append(f"after {MOST_SECONDS:.0f} s {what}")
        return monotonic()


class Ground:
    """Empty databases at the newest schema, copied for each run."""

    def __init__(self, folder: Path, server: Server, cache: Path) -> None:
        """`cache` holds a fitted search."""
        self.folder, self.server, self.cache = folder, server, cache
        self._number = 0
        keys.use(RING)

    async def prepare(self) -> None:
        """Both of them, once."""
        await self.server.house("empty")
        database = Database(f"sqlite:///{self.folder / 'empty.db'}")
        await migrate.upgrade(database)
        await database.close()

    @asynccontextmanager
    async def stage(self, kind: str, *, small: bool = False) -> AsyncIterator[Stage]:
        """A place of its own, with everybody in it; `small`: a database of PostgreSQL is on a disk that can be filled.

        Raises:
            NotHereError: there can be no such disk.
        """
        self._number += 1
        own = self.folder / f"run{self._number}"
        own.mkdir()
        telegram = Simulator(pace=Pace.unlimited(), patience=Patience(first=0.05, longest=0.5), page=False)
        telegram.world.register(TOKEN)
        disk = SmallDisk(self.server.folder / "small") if small and kind == "postgresql" else None
        async with self._database(kind, own, disk) as url, telegram:
            database = Database(url)
            load = Load(Scene(database, telegram.world), seed=self._number)
            stage = Stage(kind, url, self.server, telegram, load, own, self.cache, disk)
            try:
                await load.move_in(DUE_OVER)
                yield stage
            finally:
                for each in stage.bots:
                    await each.close()
                await database.close()
        shutil.rmtree(own, ignore_errors=True)

    @asynccontextmanager
    async def _database(self, kind: str, own: Path, disk: SmallDisk | None) -> AsyncIterator[str]:
        """An empty one, for one run; its address."""
        if kind == "sqlite":
            shutil.copy(self.folder / "empty.db", own / "bot.db")
            yield f"sqlite:///{own / 'bot.db'}"
            return
        name, where = f"run_{os.getpid()}_{self._number}", ""
        with disk.mounted() if disk else contextlib.nullcontext():
            if disk:
                await self.server.execute(f"CREATE TABLESPACE small LOCATION '{disk.path}'")
                where = "TABLESPACE small"
            await self.server.execute(f'CREATE DATABASE "{name}" TEMPLATE empty {where}')
            try:
                yield self.server.url(name)
            finally:
                await self.server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
                if disk:
                    await self.server.execute("DROP TABLESPACE small")
