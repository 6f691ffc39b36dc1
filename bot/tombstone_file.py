"""The tombstones beside the database: what must survive its loss, so that a backup brings nobody back.

One reference a line, in hex. The rule: written after the commit, flushed to the disk, and complete again after every
start and every hour, whatever was lost in between. Several processes may share it.
"""

import fcntl
import os
from collections.abc import Collection
from pathlib import Path
from typing import IO


class TombstoneFile:
    """A file of references. Blocking, but short."""

    def __init__(self, path: Path) -> None:
        """`path` need not exist yet."""
        self.path = path

    def read(self) -> set[bytes]:
        """Every reference; a line cut off by a crash is none."""
        try:
            lines = self.path.read_text("ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return set()
        return {reference for line in lines if (reference := _parsed(line))}

    def add(self, references: Collection[bytes]) -> None:
        """Append what is not there yet, and wait until the disk has it."""
        if not (missing := set(references) - self.read()):
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write("\n" + _written(missing))  # a line that a crash cut off stays alone
            _sync(file)
        _sync_folder(self.path)

    def keep(self, references: Collection[bytes]) -> None:
        """Drop every line but these."""
        if not self.read() - set(references):
            return
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(_written(references))
            _sync(file)
        fresh.replace(self.path)
        _sync_folder(self.path)


def _written(references: Collection[bytes]) -> str:
    return "".join(f"{reference.hex()}\n" for reference in sorted(references))


def _parsed(line: str) -> bytes | None:
    try:
        reference = bytes.fromhex(line)
    except ValueError:
        return None
    return reference if len(reference) == 32 else None


def _sync(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
