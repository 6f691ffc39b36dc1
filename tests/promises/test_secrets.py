"""Secrets as an administrator meets them: real processes, what they print, and what they leave on the disk."""

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from answers.ask import Finder
from bot.cli import _parser
from storage import keys
from tests.conftest import RING, TOKEN
from tests.faults.process import BotProcess, free_port
from tests.promises.tree import ROOT
from tests.thrift import many

PASSWORD = "hunter2-and-more"
PATIENCE = 240.0
"""Seconds for a process on a busy machine."""
AT_DEBUG = """
import logging, sys
from bot import cli, log
as_ever = log.set_up
def set_up(*given, **named):
    as_ever(*given, **named)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger(log.OURS).setLevel(logging.DEBUG)
log.set_up = set_up
sys.argv = ["bot", *sys.argv[1:]]
sys.exit(cli.main())
"""
"""The command line, with every logger of every library at DEBUG."""


def environment(folder: Path) -> dict[str, str]:
    """One with nothing of ours but these."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return mine | {
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": TOKEN,
        "BOT_TELEGRAM_API": f"http://127.0.0.1:{free_port()}",
        "BOT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'bot.db'}",
        "BOT_KEYS": RING.written(),
        "BOT_PORT": "0",
        "BOT_EMBEDDINGS": "false",
    }


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """The environment of one test."""
    return environment(tmp_path)


@pytest.fixture
def ready_to_search(settings: dict[str, str], finder: Finder, search_cache: Path) -> None:
    """The search has been learnt already."""
    settings["BOT_CACHE"] = str(search_cache)


def bot(settings: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    if BotProcess.warm:
        return BotProcess.warm.run(list(arguments), folder, settings, PATIENCE)
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, timeout=PATIENCE)


def fails_in_one_line(done: subprocess.CompletedProcess[str], why: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert [why in line for line in done.stderr.splitlines()] == [True], done.stderr
    assert not any(key in done.stderr for key in (RING.written()[3:47], TOKEN))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `migrate` leaves on the disk; made once, copied for each test."""
    folder = tmp_path_factory.mktemp("migrated")
    made(environment(folder), folder)
    return folder / "data"


@pytest.fixture
def ready(migrated: Path, tmp_path: Path) -> None:
    """The database is there already."""
    shutil.copytree(migrated, tmp_path / "data")


def made(settings: dict[str, str], folder: Path) -> None:
    (folder / "data").mkdir(mode=0o700)
    assert bot(settings, folder, "migrate").returncode == 0


def test_a_new_ring_goes_into_the_settings_as_it_is_printed(settings: dict[str, str], tmp_path: Path) -> None:
    settings["BOT_KEYS"] = bot(settings, tmp_path, "keys", "new").stdout
    made(settings, tmp_path)
    assert bot(settings, tmp_path, "keys", "check").stdout == "f1: 0 values\n"
    (tmp_path / ".env").write_text(f"BOT_KEYS={settings.pop('BOT_KEYS')}")
    assert bot(settings, tmp_path, "keys", "check").returncode == 0


KEY = RING.written().split(",")[0]
BAD_RINGS = {
    "": "key 'index' is missing",
    RING.written().rpartition(",")[0]: "key 'audit' is missing",
    KEY[:-8] + "," + RING.written().partition(",")[2]: "key 'f1'",
    f"{KEY},f2:{KEY.partition(':')[2]},{RING.written().partition(',')[2]}": "two keys are the same",
}


@pytest.mark.parametrize(("ring", "why"), BAD_RINGS.items(), ids=["none", "missing", "short", "twice"])
def test_without_a_ring_that_can_be_used_nothing_starts(
    settings: dict[str, str], tmp_path: Path, ring: str, why: str
) -> None:
    fails_in_one_line(bot(settings | {"BOT_KEYS": ring}, tmp_path, "run"), why)
    assert not (tmp_path / "data" / "bot.db").exists()


@pytest.mark.parametrize(
    ("command", "key"),
    [("keys check", "f1"), ("keys rotate", "index"), ("invite owner", "audit"), ("audit verify", "audit"),
     ("migrate", "index")][: many(2, 5)],
)  # fmt: skip
@pytest.mark.usefixtures("ready")
def test_a_ring_of_another_database_is_refused(
    settings: dict[str, str], tmp_path: Path, command: str, key: str
) -> None:
    other = dict(each.split(":") for each in keys.new_ring().written().split(","))
    own = dict(each.split(":") for each in RING.written().split(","))
    ring = ",".join(f"{name}:{other[name] if name == key else own[name]}" for name in own)
    why = f"key '{key}' is not the one this database was made with"
    fails_in_one_line(bot(settings | {"BOT_KEYS": ring}, tmp_path, *command.split()), why)


@pytest.mark.usefixtures("ready", "ready_to_search")
def test_the_bot_itself_does_not_start_with_another_ring(settings: dict[str, str], tmp_path: Path) -> None:
    done = bot(settings | {"BOT_KEYS": keys.new_ring().written()}, tmp_path, "run")
    fails_in_one_line(done, "is not the one this database was made with")
    named = bot(settings | {"BOT_KEYS": keys.new_ring().written()}, tmp_path, "check").stdout
    assert "is not the one this database was made with" in named


def test_what_the_bot_makes_is_nobody_elses_to_read(settings: dict[str, str], tmp_path: Path) -> None:
    made(settings, tmp_path)
    assert bot(settings, tmp_path, "backup", "copy.db").returncode == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}
    assert "bot.db" in modes
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_no_option_takes_a_secret() -> None:
    """Other accounts of a machine see what a process was started with."""
    [commands] = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    names = {each.dest for one in commands.choices.values() for each in one._actions}
    assert {"question", "role", "expect"} <= names
    assert not [name for name in names for part in ("token", "secret", "password", "key", "url") if part in name]


@pytest.mark.usefixtures("ready")
def test_the_audit_log_is_verified_from_the_terminal(settings: dict[str, str], tmp_path: Path) -> None:
    done = bot(settings, tmp_path, "audit", "verify")
    head, counts = done.stdout.splitlines()
    assert (done.returncode, counts) == (0, "1 entry, 0 faults")
    assert bot(settings, tmp_path, "keys", "rotate").returncode == 0
    assert bot(settings, tmp_path, "audit", "verify", "--expect", head).returncode == 0
    lost = bot(settings, tmp_path, "audit", "verify", "--expect", f"main={'0' * 64}")
    assert (lost.returncode, lost.stdout.splitlines()[1]) == (1, "FAULT main 0: rolled back")
    fails_in_one_line(bot(settings, tmp_path, "audit", "verify", "--expect", "main"), "--expect takes CHAIN=HEX")
    entries = [json.loads(line) for line in bot(settings, tmp_path, "audit", "export").stdout.splitlines()]
    assert [entry["action"] for entry in entries] == ["migrate", "keys-rotate"]


@pytest.mark.usefixtures("ready_to_search")
async def test_a_database_that_cannot_be_reached_tells_no_password(settings: dict[str, str], tmp_path: Path) -> None:
    address = f"postgresql://bot:{PASSWORD}@127.0.0.1:{free_port()}/bot"
    process = await started(settings | {"BOT_DATABASE_URL": address}, tmp_path)
    closed(await stopped_after(process, b"database-away"))


@pytest.mark.usefixtures("ready_to_search")
async def test_a_telegram_that_cannot_be_reached_tells_no_token(settings: dict[str, str], tmp_path: Path) -> None:
    process = await started(settings | {"PYTHONASYNCIODEBUG": "1"}, tmp_path)
    written = await stopped_after(process, b"telegram-away")
    closed(written)
    loggers = {json.loads(line).get("logger") for line in written.splitlines()}
    assert {"aiosqlite", "telegram.Bot"} & loggers, "the libraries said nothing: is this DEBUG?"


async def started(settings: dict[str, str], folder: Path) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", AT_DEBUG, "run", cwd=folder, env=settings, stdout=pipe, stderr=pipe
    )


async def stopped_after(process: asyncio.subprocess.Process, event: bytes) -> bytes:
    """Everything a process wrote that was ended once it had said this."""
    assert process.stderr
    seen = b""
    async with asyncio.timeout(PATIENCE):
        while event not in seen:
            line = await process.stderr.readline()
            assert line, seen
            seen += line
        process.send_signal(signal.SIGTERM)
        output, errors = await process.communicate()
    return output + seen + errors


def closed(written: bytes) -> None:
    """Every line is one of our own, and none holds a secret."""
    assert written
    for line in written.decode().splitlines():
        json.loads(line)
    secrets = (PASSWORD, TOKEN, TOKEN.partition(":")[2], *(each[6:] for each in RING.written().split(",")))
    assert not [secret for secret in secrets if secret in written.decode()]
