"""PostgreSQL databases that tests use one after the other: emptied in milliseconds, where a new one takes a tenth of a
second and as much work again to drop.

The rule: whoever takes one finds what a migration to the newest schema leaves. One whose schema was touched is dropped.
"""

import os

import asyncpg

from storage.tables import Table
from tests.postgres import NamedServer

TABLES = [table.name for table in Table.metadata.sorted_tables]
SCHEMA = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT format('%s %s %s %s %s', c.oid, a.attname, a.atttypid, a.attnotnull, a.atthasdef) AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    UNION ALL SELECT format('%s %s', oid, convalidated) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT version_num FROM alembic_version
) AS lines
"""
"""What a test could have changed besides rows. A copy of the template has its very numbers."""
EMPTY = "; ".join(f'DELETE FROM "{name}"' for name in reversed(TABLES))
RESTART = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""
ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Emptied:
    """The databases of one test process."""

    def __init__(self, server: NamedServer) -> None:
        """The server has a template already."""
        self.server = server
        self._free: list[str] = []
        self._made = 0
        self._schema = ""
        self._rows: dict[str, list[asyncpg.Record]] = {}
        """What the migrations themselves have written."""

    async def take(self, *, new: bool = False) -> str:
        """The name of a database in which nothing has happened; with `new`, not even traces of it."""
        if not self._schema:
            await self._learn()
        if self._free and not new:
            return self._free.pop()
        self._made += 1
        name = f"house_{os.getpid()}_{self._made}"
        await self.server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.server.template}"')
        return name

    async def give_back(self, name: str) -> None:
        """Empty it for the next test, or drop it."""
        connection = await self.server.connect(name)
        try:
            await connection.execute("SET lock_timeout = '5s'")
            await connection.execute(ALONE)
            await connection.execute(EMPTY)
            await connection.execute(RESTART)
            for table, rows in self._rows.items():
                await connection.copy_records_to_table(table, records=rows)
            clean = await connection.fetchval(SCHEMA) == self._schema
        except asyncpg.PostgresError:
            clean = False
        finally:
            await connection.close()
        if clean:
            self._free.append(name)
        else:
            await self.drop(name)

    async def drop(self, name: str) -> None:
        """Have done with it."""
        await self.server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def close(self) -> None:
        """Drop those that wait."""
        while self._free:
            await self.drop(self._free.pop())

    async def _learn(self) -> None:
        connection = await self.server.connect(self.server.template)
        try:
            self._schema = await connection.fetchval(SCHEMA)
            rows = {name: await connection.fetch(f'SELECT * FROM "{name}"') for name in TABLES}
            self._rows = {name: found for name, found in rows.items() if found}
        finally:
            await connection.close()
