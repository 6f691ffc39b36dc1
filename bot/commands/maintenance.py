"""What an administrator does from the terminal: migrate, invite, back up."""

import difflib
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url
from telegram import Bot

from answers import loop, store
from bot.clock import new_secret, wall
from bot.commands.dumping import CannotDump, dump
from bot.commands.opening import opened
from bot.commands.terminal import counted
from bot.settings import BadSettings, Settings, read_settings
from bot.telegram_http import AiohttpRequest
from handlers.roles import invite_link
from people import invites
from people.authority import Role
from scheduling.clinics import read_clinics
from storage import audit, keys, migrate
from storage.database import Database
from storage.keycheck import confirm_ring
from storage.rotation import key_use, rotate


class CannotDo(RuntimeError):
    """What was asked cannot be done; one line."""


async def migrate_now() -> str:
    """Bring the database to the newest schema; what it is at now."""
    settings = read_settings()
    keys.use(settings.ring())
    database = Database(settings.database_url)
    try:
        before = await migrate.current(database)
        await migrate.upgrade(database)
        newest = await migrate.current(database)
        async with database.writing() as session:
            await confirm_ring(session, keys.in_use())
            if newest != before:
                await audit.record(session, "migrate", now=wall(), detail=f"{before or 'empty'} to {newest}")
        return f"the schema is at {newest}"
    finally:
        await database.close()


async def print_invite(role: str, clinic: str) -> str:
    """A link that gives `role`, at `clinic` where the role belongs to one."""
    settings = read_settings()
    at_clinic = role in (Role.STAFF, Role.LEAD)
    if at_clinic != bool(clinic) or (clinic and clinic not in read_clinics(settings.clinics).clinics):
        known = ", ".join(read_clinics(settings.clinics).clinics)
        raise CannotDo(f"--clinic is needed for staff and lead, and only there; clinics: {known}")
    async with opened() as database, database.writing() as session:
        code = await invites.invite(session, Role(role), clinic, now=wall(), new_secret=new_secret)
    return invite_link(await bot_name(settings), code)


async def bot_name(settings: Settings) -> str:
    """The username behind the token."""
    if faults := settings.faults():
        raise BadSettings("\n".join(faults))
    token = settings.token.get_secret_value()
    async with Bot(token, base_url=f"{settings.telegram_api}/bot", request=AiohttpRequest()) as bot:
        return str(bot.username)


async def content_patch() -> str:
    """What editors took as phrasings, as a patch for `git apply`: the next content release."""
    async with opened() as database, database.reading() as session:
        files = loop.patch(await store.waiting_questions(session, "phrased"))
    return "".join(_added(Path(name), lines) for name, lines in sorted(files.items()))


def _added(path: Path, lines: list[str]) -> str:
    before = path.read_text("utf-8").splitlines(keepends=True)
    after = before + [f"{line}\n" for line in lines if f"{line}\n" not in before]
    return "".join(difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"))


async def rotate_keys() -> str:
    """Seal everything under the newest key of the ring, while the bot runs."""
    async with opened() as database:
        count = await rotate(database)
        async with database.writing() as session:
            await audit.record(session, "keys-rotate", now=wall(), detail=f"{count} values")
        return f"{counted(count, 'value')} sealed under key f{keys.in_use().current}"


async def keys_in_use() -> str:
    """How many values lie under each key; a key with none can be taken out of the ring."""
    async with opened() as database:
        counts = await key_use(database)
    known = keys.in_use().fields
    lines = [f"f{key_id}: {counted(counts.get(key_id, 0), 'value')}" for key_id in sorted({*known, *counts})]
    lost = [key_id for key_id in counts if key_id not in known]
    if lost:
        raise CannotDo("\n".join([*lines, f"key f{lost[0]} is not in the ring: its values cannot be read"]))
    return "\n".join(lines)


def back_up(target: Path) -> str:
    """Copy the database with its own means (`pg_dump` for PostgreSQL), then open and verify the copy.

    A plain `cp` of a database in use loses what is still in its write-ahead log.
    """
    url = make_url(read_settings().database_url)
    if target.exists():
        raise CannotDo(f"{target} is there already")
    if url.get_backend_name() != "sqlite":
        try:
            return dump(url, target)
        except CannotDump as error:
            raise CannotDo(str(error)) from error
    if not url.database:
        raise CannotDo("a database in memory cannot be backed up")
    source = Path(url.database)
    if not source.exists():
        raise CannotDo(f"there is no database at {source}")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        result = copy.execute("PRAGMA integrity_check").fetchone()[0]
        rows = copy.execute("SELECT count(*) FROM bookings").fetchone()[0]
    if result != "ok":
        target.unlink()
        raise CannotDo(f"the copy is damaged: {result}")
    target.chmod(0o600)
    return f"{target}: verified, {counted(rows, 'booking')}, {target.stat().st_size} bytes"
