"""Bringing a backup back without bringing back whom it forgot, and without sending its old messages again.

The rule: everything is put right on a copy, and only then does the copy take the place of the database. So a restore
that is broken off anywhere has either not happened or is complete.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.clock import wall
from bot.commands.maintenance import CannotDo
from bot.commands.terminal import counted
from bot.settings import Settings, read_settings
from bot.single import claim_database
from bot.tombstone_file import TombstoneFile
from delivery.owing import expire_before
from people import leaving, tombstones
from people.store import person_by_id
from scheduling import booking
from storage import audit, keys, migrate
from storage.database import Database
from storage.keycheck import confirm_ring


@dataclass(frozen=True)
class Restored:
    """What was put right."""

    forgotten: int
    """People who were erased after the backup was made, erased again."""
    expired: int
    """Messages that were due before now and will not be sent."""

    def __str__(self) -> str:
        """For the terminal."""
        people, messages = counted(self.forgotten, "person", "people"), counted(self.expired, "old message")
        return f"{people} forgotten again, {messages} will not be sent"


def tombstone_file(settings: Settings) -> TombstoneFile | None:
    """The file of the settings; None when there is none."""
    path = settings.tombstones_path()
    return TombstoneFile(path) if path else None


async def forget_again(database: Database, file: TombstoneFile | None, now: datetime) -> int:
    """At a start: if the file knows of erasures that the database does not, the database is older than they are.

    Whoever was erased meanwhile is erased again, before anybody is served; how many. On an ordinary start this reads
    the file and the table, and nothing else.
    """
    if file is None or not (listed := file.read()):
        return 0
    async with database.reading() as session:
        missing = listed - await tombstones.known(session)
    if not missing:
        return 0
    async with database.writing() as session:
        count = await _forget(session, missing, now)
    log.event("forgotten-again", level=30, count=count)
    return count


async def put_right(database: Database, references: set[bytes], now: datetime) -> Restored:
    """Make a restored database fit to serve, in one transaction: forget again, and send nothing old."""
    async with database.writing() as session:
        forgotten = await _forget(session, references | await tombstones.known(session), now)
        expired = await expire_before(session, now)
        await audit.record(session, "restored", now=now, detail=f"forgotten: {forgotten}, expired: {expired}")
    return Restored(forgotten, expired)


async def _forget(session: AsyncSession, references: set[bytes], now: datetime) -> int:
    await tombstones.adopt(session, references, now)
    back = await tombstones.returned(session, references)
    for person_id in back:
        if person := await person_by_id(session, person_id):
            await booking.give_everything_up(session, person)
            await leaving.erase_again(session, person, now)
    if back:
        await audit.record(session, "forgotten-again", now=now, detail=f"people: {len(back)}")
    return len(back)


async def restore(backup: Path) -> str:
    """Put a backup in the place of the SQLite database of the settings; a summary.

    Raises:
        CannotDo: not SQLite, or a backup that cannot be used. AlreadyRunning: the bot is serving.
    """
    settings = read_settings()
    keys.use(settings.ring())
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise CannotDo("for PostgreSQL use pg_restore, then: python -m bot restore --restored")
    place, file = Path(url.database), tombstone_file(settings)
    with claim_database(settings.database_url) or closing(_Nothing()):
        _verify(backup)
        references, notes = _tombstones_of(place)
        references |= file.read() if file else set()
        fresh = place.with_name(place.name + ".restoring")
        try:
            _copy(backup, fresh)
            done = await _prepare(fresh, references)
            if file:
                file.add(references)
            _take_the_place(fresh, place)
        finally:
            for part in (fresh, *_beside(fresh)):
                part.unlink(missing_ok=True)
    return "\n".join([*notes, f"{place}: restored from {backup.name}; {done}"])


async def restored() -> str:
    """The same for a database that `pg_restore` has just filled, before a bot serves from it; a summary."""
    settings = read_settings()
    keys.use(settings.ring())
    database, file = Database(settings.database_url), tombstone_file(settings)
    lock = claim_database(settings.database_url)
    try:
        await migrate.upgrade(database)
        async with database.writing() as session:
            await confirm_ring(session, keys.in_use())
        done = await put_right(database, file.read() if file else set(), wall())
    finally:
        await database.close()
        if lock:
            lock.close()
    return f"{done}" if file else f"{done}; BOT_TOMBSTONES is not set: whoever was erased after the backup is back"


async def _prepare(fresh: Path, references: set[bytes]) -> Restored:
    database = Database(f"sqlite:///{fresh}")
    try:
        await migrate.upgrade(database)
        async with database.writing() as session:
            await confirm_ring(session, keys.in_use())
        return await put_right(database, references, wall())
    finally:
        await database.close()


def _verify(backup: Path) -> None:
    from alembic.script import ScriptDirectory  # a bot that serves needs nothing of it

    if not backup.is_file():
        raise CannotDo(f"there is no backup at {backup}")
    try:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            result = copy.execute("PRAGMA integrity_check").fetchone()[0]
            revisions = [row[0] for row in copy.execute("SELECT version_num FROM alembic_version")]
    except sqlite3.DatabaseError as error:
        raise CannotDo(f"{backup}: this is no backup of ours ({type(error).__name__})") from error
    known = {script.revision for script in ScriptDirectory(str(migrate.SCRIPTS)).walk_revisions()}
    if result != "ok":
        raise CannotDo(f"{backup}: the backup is damaged")
    if not set(revisions) <= known or not revisions:
        raise CannotDo(f"{backup}: its schema is not known here: it is from a newer release")


def _tombstones_of(place: Path) -> tuple[set[bytes], list[str]]:
    """Whom the present database knows to be erased; it may be lost or broken."""
    if not place.exists():
        return set(), [f"{place}: there was no database here; tombstones come from the file alone"]
    try:
        with closing(sqlite3.connect(place)) as present:
            return {bytes(row[0]) for row in present.execute("SELECT reference FROM tombstones")}, []
    except sqlite3.DatabaseError as error:
        why = f"the present database cannot be read ({type(error).__name__}); tombstones come from the file alone"
        return set(), [f"{place}: {why}"]


def _copy(backup: Path, fresh: Path) -> None:
    for part in (fresh, *_beside(fresh)):
        part.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(fresh)) as copy,
    ):
        source.backup(copy)


def _take_the_place(fresh: Path, place: Path) -> None:
    with closing(sqlite3.connect(fresh)) as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for old in _beside(place):  # the log of the old database must not be played onto the new one
        old.unlink(missing_ok=True)
    fresh.replace(place)


def _beside(place: Path) -> list[Path]:
    return [place.with_name(place.name + end) for end in ("-wal", "-shm", "-journal")]


class _Nothing:
    def close(self) -> None:
        """There is nothing to close."""
