"""A database that is really away or hangs: PostgreSQL stopped, killed, frozen or shut to all, SQLite held by another.

The rule: it lasts as long as its `async with` block, and nothing of it is left afterwards. `away`, `slow` and `hanging`
work on any test's database; `Server` is a PostgreSQL of one's own, because others share the suite's.
"""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from storage import migrate
from storage.database import Database
from storage.failures import is_transient
from storage.tables import Table
from tests.postgres import START_SECONDS, PostgresServer

PATIENT = "SET LOCAL idle_in_transaction_session_timeout TO 0"
"""For a lock that is held for as long as is wanted: PostgreSQL gives up who says nothing for too long."""


@asynccontextmanager
async def away(database_url: str) -> AsyncIterator[None]:
    """While this lasts no transaction can be opened for writing; afterwards everything is as before."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        holder = sqlite3.connect(str(url.database), isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(holder.execute, "BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        return
    await _as_admin(url.query["host"], f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS false')
    await _as_admin(
        url.query["host"], f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'"
    )
    try:
        yield
    finally:
        await _as_admin(url.query["host"], f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS true')


async def _as_admin(host: Any, statement: str) -> None:
    connection = await asyncpg.connect(host=host, user="postgres", database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def slow(database_url: str) -> AsyncIterator[None]:
    """While this lasts every writing transaction waits."""
    database = Database(database_url)
    try:
        async with database.writing() as session:
            if not database.is_sqlite:
                await session.execute(text(PATIENT))
            lock = "SELECT 1" if database.is_sqlite else "LOCK TABLE people IN ACCESS EXCLUSIVE MODE"
            await session.execute(text(lock))
            yield
    finally:
        await asyncio.shield(database.close())


@asynccontextmanager
async def hanging(database_url: str) -> AsyncIterator[None]:
    """PostgreSQL takes connections, and no statement about any table comes back. SQLite: another process holds it."""
    database = Database(database_url)
    if database.is_sqlite:
        await database.close()
        async with away(database_url):
            yield
        return
    tables = ", ".join(f'"{table.name}"' for table in Table.metadata.sorted_tables)
    try:
        async with database.writer.connect() as connection:
            lock = text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
            while True:
                transaction = await connection.begin()
                try:
                    await connection.execute(text(PATIENT))
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


class Server(PostgresServer):
    """A PostgreSQL that may be stopped, killed and frozen, and comes back with all it had committed."""

    async def __aenter__(self) -> Self:
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
