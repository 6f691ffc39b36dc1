"""Backing PostgreSQL up with its own `pg_dump`, and reading all of the copy again before it is called a backup.

The rule: a password goes through a file closed to others, never through a command line or the environment.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy.engine import URL

from bot.commands.terminal import counted
from storage.tables import Table

LONGEST = 6 * 3600
"""Seconds after which a dump is broken off."""
KEPT = {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"}
"""What else of an address `pg_dump` understands under the same name."""


class CannotDump(RuntimeError):
    """There is no backup; one line."""


def dump(url: URL, target: Path) -> str:
    """Write everything of a PostgreSQL database into `target`, and verify it; a summary.

    Raises:
        CannotDump: no tools here, no database there, or a copy that cannot be read; nothing is left behind.
    """
    for tool in ("pg_dump", "pg_restore"):
        if shutil.which(tool) is None:
            raise CannotDump(f"{tool} is missing here (Debian: apt-get install postgresql-client)")
    part = target.with_name(target.name + ".part")
    try:
        part.touch(mode=0o600)
        with tempfile.TemporaryDirectory() as folder:
            passwords = Path(folder) / "passwords"
            passwords.touch(mode=0o600)
            passwords.write_text(f"*:*:*:*:{_escaped(url.password or '', ':')}\n", "utf-8")
            address = address_of(url, passwords)
            options = ("--format=custom", "--no-owner", "--no-privileges", "--no-password")
            _run("pg_dump", *options, f"--file={part}", f"--dbname={address}")
        bookings = verify(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return f"{target}: verified, {counted(bookings, 'booking')}, {target.stat().st_size} bytes"


def verify(backup: Path) -> int:
    """Read a backup to its end, every table of ours included; how many bookings it holds.

    Raises:
        CannotDump: it is damaged, or something is missing.
    """
    listed = _run("pg_restore", "--list", str(backup))
    held = {line.split("TABLE DATA ")[1].split()[1] for line in listed.splitlines() if "TABLE DATA " in line}
    if missing := {table.name for table in Table.metadata.sorted_tables} - held:
        raise CannotDump(f"the copy lacks {', '.join(sorted(missing))}: is the schema the newest?")
    _run("pg_restore", "--file=/dev/null", str(backup))
    rows = _run("pg_restore", "--data-only", "--table=bookings", "--file=-", str(backup))
    _, _, copied = rows.partition("\nCOPY ")
    return len(copied.partition("\n\\.")[0].splitlines()) - 1


def address_of(url: URL, passwords: Path) -> str:
    """Where `pg_dump` finds the database, as libpq writes it, without the password."""
    query = {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    if "ssl" in query:
        query["sslmode"] = query.pop("ssl")  # asyncpg's name for it
    parts = {name: value for name, value in query.items() if name in KEPT}
    given = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database, "passfile": passwords}
    parts |= {name: str(value) for name, value in given.items() if value}
    return " ".join(f"{name}='{_escaped(value, chr(39))}'" for name, value in parts.items())


def _escaped(text: str, sign: str) -> str:
    return text.replace("\\", "\\\\").replace(sign, f"\\{sign}")


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise CannotDump(f"{command[0]} took longer than {LONGEST // 3600} hours") from error
    if done.returncode:
        why = done.stderr.strip().splitlines()
        raise CannotDump(f"{command[0]}: {why[0] if why else 'failed'}")
    return done.stdout
