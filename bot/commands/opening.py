"""The deployment's database, opened for one command of the terminal, with the key ring it belongs to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import read_settings
from storage import keys
from storage.database import Database
from storage.keycheck import confirm_ring


@asynccontextmanager
async def opened() -> AsyncIterator[Database]:
    """The database of the settings.

    Raises:
        BadSettings: the settings cannot be used.
        BadKeys: the ring is not the one this database was filled with.
    """
    settings = read_settings()
    keys.use(settings.ring())
    database = Database(settings.database_url)
    try:
        async with database.writing() as session:
            await confirm_ring(session, keys.in_use())  # with another ring nothing found would mean anything
        yield database
    finally:
        await database.close()
