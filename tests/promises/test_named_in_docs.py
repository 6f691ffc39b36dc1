"""What the docs name is there: files, modules to run, commands of the bot, names of tests."""

import argparse
import re
from collections.abc import Iterable

import pytest

from bot.cli import _parser
from tests.promises.tree import ROOT, files

PAGES = {path: (ROOT / path).read_text("utf-8") for path in files() if path.endswith(".md") or path == "Makefile"}
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"(?<![\w/<{.-])((?:[\w-]+/)+[\w.-]*\w)(?![\w/<*{(-])")
MODULE = re.compile(r"python -m ((?:benchmarks|deploy|tests|simulator)[\w.]*)")
PARENTS = ("", "tests/", "benchmarks/", "deploy/", "docs/")
MADE = ("build/", "data/", "clinics/", "secrets/", "storage/migrations/versions/000N")
"""What is made by whoever follows the docs."""


def folders() -> set[str]:
    """Every folder that holds something."""
    return {path.rsplit("/", end)[0] for path in files() for end in range(1, path.count("/") + 1)}


def missing(page: str) -> Iterable[str]:
    """What a page names and is not there."""
    there, inside = set(files()), folders()
    tops = {path.split("/")[0] for path in there if "/" in path}
    for quoted in QUOTED.findall(page):
        for name in FILE.findall(quoted):
            if name.split("/")[0] not in tops or name.startswith(MADE):
                continue
            candidates = {f"{parent}{name}{end}" for parent in PARENTS for end in ("", ".py")}
            if not candidates & (there | inside):
                yield name
    for module in MODULE.findall(page):
        path = module.replace(".", "/").rstrip("/")
        if not {f"{path}.py", f"{path}/__main__.py"} & there:
            yield module


def commands() -> dict[str, argparse.ArgumentParser]:
    """The commands of the terminal."""
    [found] = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found.choices)


@pytest.mark.parametrize("path", sorted(PAGES))
def test_every_file_and_module_that_a_page_names_is_there(path: str) -> None:
    assert sorted(set(missing(PAGES[path]))) == []


def test_a_file_that_is_not_there_is_seen() -> None:
    page = "Look at `bot/nowhere.py` and `bot/app.py`, then `python -m benchmarks.nothing` or `python -m benchmarks`."
    assert sorted(missing(page)) == ["benchmarks.nothing", "bot/nowhere.py"]


def test_every_command_of_the_bot_that_the_guide_names_exists() -> None:
    named = set(re.findall(r"`bot ([a-z]+)", PAGES["docs/operations.md"]))
    assert named - commands().keys() == set()
    assert named >= {"check", "backup", "restore", "migrate", "status", "keys", "audit"}


def test_every_command_and_each_of_its_options_says_what_it_does() -> None:
    told = {f"{name} {action.dest}": action.help for name, one in commands().items() for action in one._actions}
    told |= {name: one.description for name, one in commands().items()}
    assert [name for name, text in told.items() if not text] == []
