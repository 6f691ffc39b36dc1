"""Secrets from files, as Docker and Kubernetes hand them out; each fault is one line and quotes no secret."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.commands.check import file_faults
from bot.demo import demo_settings
from bot.secrecy import open_to_others, too_open
from bot.settings import PREFIX, SECRETS, BadSettings, Settings, read_settings
from storage import keys
from tests.conftest import RING, TOKEN

VALUES = {
    "token": TOKEN,
    "database_url": "postgresql://bot:hunter2@localhost/bot",
    "webhook_secret": "w" * 40,
    "keys": RING.written(),
}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and an environment without settings."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder: Path, content: str, mode: int = 0o600) -> Path:
    file = folder / "a secret"
    file.write_text(content)
    file.chmod(mode)
    return file


def plain(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


def refused() -> str:
    with pytest.raises(BadSettings) as error:
        read_settings()
    for value in VALUES.values():
        assert value not in str(error.value)
    return str(error.value)


def test_every_secret_of_the_settings_can_come_from_a_file() -> None:
    assert set(VALUES) == set(SECRETS)
    secret = {name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)}
    assert secret <= set(SECRETS)
    assert {f"{name}_file" for name in SECRETS} == {name for name in Settings.model_fields if name.endswith("_file")}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_secret_is_read_from_its_file(alone: Path, monkeypatch: pytest.MonkeyPatch, name: str, end: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}_FILE", str(put(alone, VALUES[name] + end)))
    settings = read_settings()
    assert plain(settings, name) == VALUES[name]
    assert VALUES[name] not in repr(settings)
    if name == "keys":
        assert settings.ring() == RING


def test_the_file_may_be_named_in_the_dot_env_too(alone: Path) -> None:
    (alone / ".env").write_text(f"BOT_TOKEN=\nBOT_TOKEN_FILE={put(alone, TOKEN)}\n")
    assert plain(read_settings(), "token") == TOKEN


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_is_given_twice_is_refused(alone: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", VALUES[name])
    monkeypatch.setenv(f"{PREFIX}{name.upper()}_FILE", str(put(alone, VALUES[name])))
    assert refused() == f"BOT_{name.upper()}_FILE: BOT_{name.upper()} is set too: keep one"


def test_each_file_that_cannot_be_used_is_one_line(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN_FILE", str(alone / "nowhere"))
    monkeypatch.setenv("BOT_KEYS_FILE", str(alone))
    monkeypatch.setenv("BOT_WEBHOOK_SECRET_FILE", str(put(alone, "\n")))
    (alone / "bytes").write_bytes(b"\xff\xfe")
    (alone / "bytes").chmod(0o600)
    monkeypatch.setenv("BOT_DATABASE_URL_FILE", str(alone / "bytes"))
    assert refused().splitlines() == [
        "BOT_TOKEN_FILE: cannot be read",
        "BOT_DATABASE_URL_FILE: cannot be read",
        "BOT_WEBHOOK_SECRET_FILE: is empty",
        "BOT_KEYS_FILE: cannot be read",
    ]


def test_a_ring_in_a_file_that_cannot_be_used_names_the_file(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_KEYS_FILE", str(put(alone, "f1:AAAA,index:AAAA,audit:AAAA")))
    with pytest.raises(BadSettings, match="BOT_KEYS_FILE: key 'f1' has 3 bytes"):
        read_settings().ring()


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o666, 0o644, 0o777, 0o601])
def test_a_file_of_secrets_that_others_can_read_is_refused_with_the_line_that_mends_it(
    alone: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    monkeypatch.setattr(os, "getegid", lambda: 1 << 20)
    monkeypatch.setattr(os, "getgroups", list)
    file = put(alone, TOKEN, mode)
    monkeypatch.setenv("BOT_TOKEN_FILE", str(file))
    assert refused() == f"BOT_TOKEN_FILE: others can read it: chmod 600 '{file}'"
    file.chmod(0o600)
    assert plain(read_settings(), "token") == TOKEN


@pytest.mark.parametrize(
    ("owner", "group", "mode", "fine"),
    [
        (0, 10001, 0o440, True),  # Kubernetes with `fsGroup`, Docker with `mode: 0440`
        (0, 10001, 0o640, True),
        (0, 10001, 0o444, False),
        (0, 10001, 0o460, False),
        (0, 4711, 0o440, False),  # a group that is not ours
        (1000, 10001, 0o440, False),  # given by somebody who is not root
        (1000, 10001, 0o400, True),
    ],
)
def test_a_group_may_read_what_root_has_given_to_it(
    alone: Path, monkeypatch: pytest.MonkeyPatch, owner: int, group: int, mode: int, fine: bool
) -> None:
    file, regular = put(alone, TOKEN), 0o100000
    monkeypatch.setattr(os, "getegid", lambda: 10001)
    monkeypatch.setattr(os, "getgroups", lambda: [10001])
    found = SimpleNamespace(st_mode=regular | mode, st_uid=owner, st_gid=group)
    monkeypatch.setattr(Path, "stat", lambda _path: found)
    assert (too_open(file) == "") == fine


def test_a_pipe_has_no_permissions_to_look_at(alone: Path) -> None:
    pipe = alone / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    assert too_open(pipe) == ""


def test_what_lies_open_beside_the_database_is_named(alone: Path) -> None:
    alone.chmod(0o700)
    data = alone / "data"
    data.mkdir(0o700)
    for name in ("bot.db", "bot.db-wal", "tombstones"):
        (data / name).touch(0o600)
    settings = Settings(database_url=f"sqlite:///{data / 'bot.db'}")
    assert file_faults(settings) == []
    (data / "bot.db-wal").chmod(0o644)
    data.chmod(0o755)
    (alone / ".env").touch(0o644)
    (alone / ".env").chmod(0o644)
    assert [line.rpartition(": ")[2] for line in file_faults(settings)] == [
        "chmod 600 .env",
        f"chmod 700 {data}",
        f"chmod 600 {data / 'bot.db-wal'}",
    ]
    assert open_to_others(alone / "nothing") == []


def test_the_demo_keeps_keys_of_its_own_beside_its_data(alone: Path) -> None:
    settings = demo_settings(Settings(keys=VALUES["keys"]), "http://127.0.0.1:1", alone)
    [file] = alone.glob("*.keys")
    assert keys.read_ring(file.read_text()) == settings.ring() != RING
    assert file.stat().st_mode & 0o777 == 0o600
    assert Path(settings.database_url.removeprefix("sqlite:///")).parent == alone
