"""What a measurement stands on: databases at the newest schema, and people who are known already.

The rule: a person's row has the number of their chat, and everybody was seen today: what is measured is a day's second
update, not the first.
"""

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from bot.clock import wall
from people import rules
from people.store import telegram_key
from storage import keys, migrate
from storage.database import Database
from storage.tables import Person
from tests.postgres import PostgresServer

RING = keys.new_ring()
BATCH = 2000


@dataclass(frozen=True)
class Ground:
    """Databases of both kinds, in one scratch folder."""

    folder: Path
    postgres: PostgresServer | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The databases there are."""
        return ("SQLite", "PostgreSQL") if self.postgres else ("SQLite",)

    @asynccontextmanager
    async def database(self, kind: str, name: str) -> AsyncIterator[Database]:
        """A new, empty one."""
        if kind == "SQLite":
            url = f"sqlite:///{self.folder / name}.db"
        else:
            assert self.postgres
            await self.postgres.execute(f'CREATE DATABASE "{name}"')
            url = self.postgres.url(name)
        database = Database(url)
        try:
            await migrate.upgrade(database)
            yield database
        finally:
            await database.close()
            if self.postgres and kind != "SQLite":
                await self.postgres.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def ground(*, with_postgres: bool = True) -> Iterator[Ground]:
    """Databases that last as long as the block; PostgreSQL waits for the disk at each commit, as SQLite does."""
    keys.use(RING)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        server = None
        if with_postgres:
            server = PostgresServer(durable=True)
            stack.callback(server.stop)
            server.start()
        yield Ground(folder, server)


async def move_in(database: Database, people: Iterable[int]) -> None:
    """People who have chosen English and agreed to what a visit needs."""
    today, numbers = wall().date(), list(people)
    async with database.writing() as session:
        for start in range(0, len(numbers), BATCH):
            rows = [
                {
                    "id": number,
                    "telegram_id": str(number),
                    "telegram_key": telegram_key(number),
                    "language": "en",
                    "consent_version": rules.CONSENT_VERSION,
                    "consent_day": today,
                    "last_seen": today,
                }
                for number in numbers[start : start + BATCH]
            ]
            await session.execute(insert(Person), rows)
