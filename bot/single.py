"""SQLite serves one process. A second one is refused at once instead of fighting over the file."""

import fcntl
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url


class AlreadyRunning(RuntimeError):
    """Another process has this SQLite database open for service."""


def claim_database(url: str) -> IO[str] | None:
    """Hold the database's lock file until it is closed or the process ends; None for other databases.

    Raises:
        AlreadyRunning: another process holds it.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
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
