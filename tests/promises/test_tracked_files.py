"""Nothing in the repository knows a certain machine, a package index, or a secret."""

import re

import pytest

from tests.promises.tree import ROOT, files

SLASH = "/"
MACHINE = tuple(SLASH + name + SLASH for name in ("work", "home", "Users", "root", "opt", "private", "mnt"))
"""Roots of paths that exist on one machine only."""
INDEX = ("--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "--trusted" + "-host",
         "pypi.org/" + "simple", "files.python" + "hosted", "file:" + "//" + SLASH)  # fmt: skip
SECRETS = re.compile(
    r"(?<![\w-])\d{8,10}:[\w-]{35}(?![\w-])"  # a Telegram token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?<!\w)f\d{1,3}:[\w-]{43}="  # a sealing key
)
BINARY = {".woff2", ".ttf", ".png", ".jpg", ".npz", ".ogg", ".ico"}


def faults(text: str) -> list[str]:
    """What in a text belongs to one machine, one index or nobody else's eyes."""
    machine = [path for path in MACHINE if re.search(rf"(?<![\w.{SLASH}]){re.escape(path)}", text)]
    return machine + [word for word in INDEX if word in text] + SECRETS.findall(text)


def test_no_tracked_file_names_a_machine_an_index_or_a_secret() -> None:
    found, read = {}, 0
    for path in files():
        if not path.endswith(tuple(BINARY)):
            text = (ROOT / path).read_text("utf-8")
            read += 1
            if bad := faults(text):
                found[path] = bad
    assert found == {}
    assert read > 300


@pytest.mark.parametrize(
    "text",
    [
        f"see {SLASH}home{SLASH}aye/bot",
        f'FOLDER = "{SLASH}work{SLASH}x"',
        "-i https://" + "pypi.org/" + "simple",
        "TOKEN=" + "123456789:" + "A" * 35,
    ],
)
def test_a_path_an_index_and_a_token_are_seen(text: str) -> None:
    assert faults(text)


def test_every_requirement_is_pinned_by_hash() -> None:
    for name in ("run", "dev"):
        text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
        entries = re.split(r"\n(?=\S)", text.strip())
        assert len(entries) > 30
        assert [
            entry.split()[0] for entry in entries if not re.match(r"\S+==\S+ .*--hash=sha256:", entry, re.DOTALL)
        ] == []


def test_what_runs_is_pinned_the_same_as_what_is_tested() -> None:
    run, dev = ((ROOT / f"requirements/{name}.txt").read_text("utf-8") for name in ("run", "dev"))
    pins = [set(re.findall(r"^(\S+==\S+)", text, re.MULTILINE)) for text in (run, dev)]
    assert pins[0]
    assert pins[0] - pins[1] == set()


def test_settings_and_keys_of_a_deployment_are_never_tracked() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    assert {".env", "*.keys", "data/"} <= set(ignored)
    assert [path for path in files() if path.endswith((".env", ".keys", ".db"))] == []
