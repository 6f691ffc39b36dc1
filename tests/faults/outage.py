"""Faults of what the bot stands on, made for real: a PostgreSQL stopped or frozen, a SQLite held or full, a clock set.

The rule: a fault lasts as long as its `async with` block, and nothing of it is left afterwards. `away` and `slow` (from
`tests/outage.py`) work on any test's database; `Server` is a PostgreSQL of one's own, because others share the suite's.
"""

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from answers.ask import Finder
from bot.polling import ALLOWED
from simulator.server import Simulator
from storage import migrate
from storage.database import Database, is_transient
from storage.tables import Table
from tests.conftest import settings_for
from tests.house import House
from tests.outage import away, slow
from tests.postgres import START_SECONDS, PostgresServer

__all__ = ["Server", "away", "cramped", "full", "hanging", "posted", "set_clock", "slow"]
ALL_PAGES = 2**32 - 2
"""The most pages SQLite knows: its own default."""


class Server(PostgresServer):
    """A PostgreSQL that may be stopped, killed and frozen, and comes back with all it had committed."""

    async def __aenter__(self) -> "Server":
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    async def house(self, name: str = "house") -> str:
        """Make a database at the newest schema; its address."""
        await self.execute(f'CREATE DATABASE "{name}"')
        database = Database(self.url(name))
        await migrate.upgrade(database)
        await database.close()
        return self.url(name)

    @asynccontextmanager
    async def down(self, *, at_once: bool = False) -> AsyncIterator[None]:
        """Stopped, as for an upgrade; `at_once`: without shutting anything down, so that it must recover."""
        self._serving().send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        await asyncio.to_thread(self._serving().wait, START_SECONDS)
        try:
            yield
        finally:
            await self._up()

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """It takes connections and says nothing on any of them: every one of its processes is stopped."""
        asking = await self.connect()
        os.kill(self._serving().pid, signal.SIGSTOP)  # first: from here on there are no new ones
        rows = await asking.fetch("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        await asking.close()
        stopped = [row["pid"] for row in rows]
        try:
            _signal(stopped, signal.SIGSTOP)
            yield
        finally:
            _signal([*stopped, self._serving().pid], signal.SIGCONT)

    async def _up(self) -> None:
        self._process = await asyncio.to_thread(self._serve_again)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                await (await self.connect()).close()
                return
            except (OSError, asyncpg.PostgresError):
                assert time.monotonic() < until, "PostgreSQL did not come back"
                await asyncio.sleep(0.05)

    def _serve_again(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self._serving().args,
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            env={"PATH": os.environ.get("PATH", ""), "TZ": "UTC"},
        )

    def _serving(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "not started"
        return self._process


def _signal(pids: list[int], which: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, which)


@asynccontextmanager
async def hanging(database_url: str) -> AsyncIterator[None]:
    """PostgreSQL takes connections, and no statement about any table comes back. SQLite: another process holds it."""
    database = Database(database_url)
    if database.is_sqlite:
        await database.close()
        async with away(database_url):
            yield
        return
    try:
        async with database.writer.connect() as connection:
            lock = text(f"LOCK TABLE {', '.join(_tables())} IN ACCESS EXCLUSIVE MODE")
            while True:
                transaction = await connection.begin()
                try:
                    await connection.execute(lock)
                    break
                except DBAPIError as error:
                    await transaction.rollback()
                    if not is_transient(error):  # a deadlock with whoever is at work now
                        raise
            yield
            await transaction.rollback()
    finally:
        await asyncio.shield(database.close())


@asynccontextmanager
async def full(database: Database, *, pages: int = 0) -> AsyncIterator[None]:
    """No room for new rows. SQLite: so many pages more than there are (SQLITE_FULL), for this `database` alone.
    PostgreSQL: every INSERT ends as it does when the disk is full (53100), for everybody.
    """
    if database.is_sqlite:
        async with database.writing() as session:
            there = int(await session.scalar(text("PRAGMA page_count")) or 0)
            await session.execute(text(f"PRAGMA max_page_count = {there + pages}"))
        try:
            yield
        finally:
            async with database.writing() as session:
                await session.execute(text(f"PRAGMA max_page_count = {ALL_PAGES}"))
        return
    try:
        for statement in (_FULL, *(f"CREATE TRIGGER disk_full BEFORE INSERT ON {each} {_RUNS}" for each in _tables())):
            await _alone(database, statement)
        yield
    finally:
        await _alone(database, _ROOM)  # at once, whatever is under way
        for each in _tables():
            await _alone(database, f"DROP TRIGGER IF EXISTS disk_full ON {each}")


_RUNS = "FOR EACH ROW EXECUTE FUNCTION disk_full()"
_FULL = """
    CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$
"""
_ROOM = _FULL[: _FULL.index("$$")] + "$$ BEGIN RETURN NEW; END $$"


def _tables() -> list[str]:
    return [f'"{table.name}"' for table in Table.metadata.sorted_tables]


async def _alone(database: Database, statement: str) -> None:
    """In a transaction of its own: whoever locks one table at a time is in nobody's way."""
    async with database.writing() as session:
        await session.execute(text(statement))


@contextmanager
def cramped(pid: int, database_url: str, *, room: int = 0) -> Iterator[None]:
    """No file of another process may grow beyond the largest of its SQLite by more than `room` bytes.

    What it writes beyond ends with an error of the disk, as on a full one; its pipes and sockets go on. Linux only.
    """
    path = Path(str(make_url(database_url).database))
    largest = max(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + room, before[1]))
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@asynccontextmanager
async def posted(
    database_url: str, simulator: Simulator, finder: Finder, patch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A bot of this process that Telegram posts to; SQLite waits a tenth of a second for another process, not five."""
    patch.setattr("storage.database.BUSY_SECONDS", 0.1)
    secret = "s" * 40
    settings = settings_for(
        simulator.url, database_url, webhook_url="http://127.0.0.1:1/telegram", webhook_secret=SecretStr(secret)
    )
    async with House(settings, simulator, finder) as house:
        address = f"http://127.0.0.1:{house.app.port}/telegram"
        await house.app.bot.set_webhook(address, secret_token=secret, allowed_updates=ALLOWED)
        yield house


def set_clock(file: Path, jump: timedelta) -> None:
    """Set the machine's clock, for a process that runs as `python -m tests.faults.clocked FILE COMMAND`."""
    new = file.with_name(file.name + ".new")
    new.write_text(str(jump.total_seconds()), "ascii")
    new.replace(file)  # never half written
