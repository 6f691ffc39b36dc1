"""SQLite serves one process. A second one is refused at once instead of fighting over the file."""

import fcntl
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from bot.roles import Role


class AlreadyRunning(RuntimeError):
    """Another process has this SQLite database open for service, or would have to."""


def claim_database(url: str, role: Role = Role.ALL) -> IO[str] | None:
    """Hold the database's lock file until it is closed or the process ends; None for other databases.

    Raises:
        AlreadyRunning: another process holds it, or this one would need another beside it.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if role is not Role.ALL:
        raise AlreadyRunning(f"--role {role} needs PostgreSQL: SQLite takes one process, which does everything")
    if not parsed.database or parsed.database == ":memory:":
        return None
    path = Path(parsed.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise AlreadyRunning(
            f"another process already serves {path.name}: SQLite takes one, PostgreSQL any number"
        ) from error
    return lock
