"""A file system of a few megabytes for one database of PostgreSQL, to be filled for real. Needs root on Linux.

The rule: where it cannot be had the row of the table says so; nothing is played in its stead.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTES = 48
"""An empty house takes about 12."""


class NotHereError(Exception):
    """This machine does not permit it."""


class SmallDisk:
    """Use `mounted`, then `filled`."""

    def __init__(self, path: Path) -> None:
        """`path` is where it is mounted: a folder that does not exist, in one of the server's own."""
        self.path = path

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """There, empty, and its server's.

        Raises:
            NotHereError: mounting is not permitted.
        """
        owner = self.path.parent.stat()
        options = f"size={MEGABYTES}m,mode=700,uid={owner.st_uid},gid={owner.st_gid}"
        self.path.mkdir()
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", self.path], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.path.rmdir()
            raise NotHereError("not here: mounting a small file system needs root") from error
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", self.path], check=False)
            self.path.rmdir()

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Not a byte is left."""
        ballast = self.path / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while os.write(file.fileno(), bytes(1 << 12)):
                pass
        try:
            yield
        finally:
            ballast.unlink()
