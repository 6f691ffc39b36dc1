"""`bot backup` on PostgreSQL, with its own tools: complete, verified, no secret on a command line; brought back."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from answers.ask import Finder
from bot.commands import maintenance, restoring
from bot.commands.dumping import CannotDump, address_of, dump, verify
from bot.commands.maintenance import CannotDo, back_up
from bot.settings import Settings
from simulator.server import Simulator
from storage.database import Database
from storage.tables import Person, Tombstone
from tests.acts import ON_POSTGRESQL, at, cleared, count, it_becomes, take
from tests.house import House
from tests.postgres import _binaries

TOOLS = _binaries() / "bin"


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools of the server that the tests run."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def settings(house_settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of the bot, also for what is done on the terminal."""
    made: Settings = house_settings(tombstones=tmp_path / "elsewhere" / "tombstones")  # type: ignore[operator]
    for module in (maintenance, restoring):
        monkeypatch.setattr(module, "read_settings", lambda: made)
    return made


def _restore(settings: Settings, backup: Path) -> None:
    """As docs/operations.md says it."""
    address = address_of(make_url(settings.database_url), Path("/dev/null"))
    command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
    subprocess.run([*command, f"--dbname={address}", str(backup)], check=True, capture_output=True)


@ON_POSTGRESQL
@pytest.mark.usefixtures("tools")
async def test_a_backup_is_whole_and_comes_back_without_whom_it_forgot(
    settings: Settings, simulator: Simulator, finder: Finder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.dump"
    async with House(settings, simulator, finder) as house:
        aye, min_, times = await house.person(7), await house.person(8), await house.opens(capacity=3)
        await take(aye, times[1])
        code = await take(min_, times[1])
        await cleared(house)
        assert "verified, 2 bookings" in back_up(backup)
        assert backup.stat().st_mode & 0o777 == 0o600
        await aye.says("/forgetme")
        await aye.taps("Yes, erase everything")
        await cleared(house)
        await house.by_hand(house.app.housekeeping.tidy())
        await it_becomes(house, at(house, 0, "17:31"))
        reminded = [text for text in min_.texts if text.startswith("Reminder")]
    _restore(settings, backup)
    monkeypatch.setattr(restoring, "wall", simulator.world.clock.now)
    assert "1 person forgotten again" in await restoring.restored()
    async with House(settings, simulator, finder) as house:
        await house.quiet()
        assert (await count(house, Person), await count(house, Tombstone)) == (1, 1)
        min_ = house.someone(8)
        assert [text for text in min_.texts if text.startswith("Reminder")] == reminded
        await min_.says("/mine")
        assert any(code in label for label in min_.labels)


@ON_POSTGRESQL
@pytest.mark.usefixtures("tools")
async def test_a_backup_that_cannot_be_read_to_its_end_is_none(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.dump"
    assert "verified, 0 bookings" in back_up(backup)
    with pytest.raises(CannotDo, match="is there already"):
        back_up(backup)
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CannotDump):
        verify(backup)
    async with database.writer.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE quarantine")
    with pytest.raises(CannotDo, match="the copy lacks quarantine"):
        back_up(tmp_path / "other.dump")
    assert not (tmp_path / "other.dump").exists()
    assert not (tmp_path / "other.dump.part").exists()


@ON_POSTGRESQL
def test_without_the_tools_or_the_server_there_is_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotDo, match="pg_dump is missing here"):
        back_up(tmp_path / "backup.dump")
    monkeypatch.setenv("PATH", str(TOOLS))
    nowhere = settings.model_copy(update={"database_url": "postgresql://bot@127.0.0.1:1/bot"})
    monkeypatch.setattr(maintenance, "read_settings", lambda: nowhere)
    with pytest.raises(CannotDo, match="pg_dump: "):
        back_up(tmp_path / "backup.dump")
    assert not list(tmp_path.glob("backup*"))


NOTING = """
import re, sys
from pathlib import Path
Path("told").write_text("\\n".join(sys.argv[1:]))
[file] = map(Path, re.findall("passfile='(.*?)'", sys.argv[-1]))
Path("kept").write_text(f"{file.stat().st_mode & 0o777:o} {file.read_text()}")
sys.exit("enough")
"""
"""A `pg_dump` that only notes how it was called."""


def test_the_password_goes_through_a_file_and_odd_letters_survive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pg_dump", "pg_restore"):  # what follows `#!` may hold no space, as the folder of a checkout may
        tool = tmp_path / name
        tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(NOTING)} "$@"\n')
        tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    url = make_url(r"postgresql+asyncpg://bo't:pa:ss\geheim@db.example.org:5433/bot?ssl=require&application_name=x")
    with pytest.raises(CannotDump, match="pg_dump: enough"):
        dump(url, tmp_path / "backup.dump")
    assert "geheim" not in (tmp_path / "told").read_text()
    assert (tmp_path / "kept").read_text() == "600 *:*:*:*:pa\\:ss\\\\geheim\n"
    address = (tmp_path / "told").read_text().splitlines()[-1].removeprefix("--dbname=")
    assert address.startswith(
        r"sslmode='require' host='db.example.org' port='5433' user='bo\'t' dbname='bot' passfile="
    )
    assert not list(tmp_path.glob("backup*"))
