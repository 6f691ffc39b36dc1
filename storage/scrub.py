"""Making sure that what was deleted is not still lying about on the disk.

SQLite overwrites deleted rows (`secure_delete`), but the write-ahead log keeps older pages until it is emptied.
PostgreSQL keeps dead rows until a VACUUM, whose space later rows then overwrite; its write-ahead log keeps them until
the segments are recycled, which only the server decides.
"""

from sqlalchemy import text

from storage.database import Database
from storage.personal import BLIND, tables_about_people

PATIENCE = 200
"""Milliseconds for which emptying SQLite's log may hold up other writers; after that it is tried again later."""


async def scrub(database: Database) -> bool:
    """Clear away what deleted rows have left behind; False if readers are in the way and it must be tried again."""
    if not database.is_sqlite:
        async with database.writer.connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in touched():
                await outside.execute(text(f"VACUUM {table}"))
        return True
    async with database.writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        if driver is None:
            return False
        [patience] = await (await driver.execute("PRAGMA busy_timeout")).fetchone()
        await driver.execute(f"PRAGMA busy_timeout={PATIENCE}")
        try:
            busy, *_ = await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).fetchone()
        finally:
            await driver.execute(f"PRAGMA busy_timeout={patience}")
        return not busy


def touched() -> list[str]:
    """The tables that an erasure deletes from."""
    return sorted({column.table.name for column in tables_about_people().values()} | {*BLIND, "wipes"})
