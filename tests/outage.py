"""A database that is really away: PostgreSQL that takes no connection, SQLite that another process holds."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from storage.database import Database


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
            if not database.is_sqlite:  # for as long as is wanted: whoever is silent is given up otherwise
                await session.execute(text("SET LOCAL idle_in_transaction_session_timeout TO 0"))
            lock = "SELECT 1" if database.is_sqlite else "LOCK TABLE people IN ACCESS EXCLUSIVE MODE"
            await session.execute(text(lock))
            yield
    finally:
        await asyncio.shield(database.close())
