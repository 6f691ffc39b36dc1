"""The README and the docs say what the code says."""

import argparse
import os
import re
from pathlib import Path

import pytest

from bot.cli import _parser
from bot.settings import PREFIX, Settings, read_settings
from handlers.routes import COMMANDS
from people.authority import RULES, Role
from scheduling.clinics import PACKAGED
from tests.promises.tree import ROOT, files

README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def section(heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    assert found, f"README.md has no section '{heading}'"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row but headings."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def settings_table() -> str:
    """The table that belongs into the README."""
    lines = ["| Setting | Default | What it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `{PREFIX}{name.upper()}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(lines)


def _shown(default: object) -> str:
    if default == PACKAGED:
        return f"`{PACKAGED.relative_to(ROOT).as_posix()}`, examples"
    secret = getattr(default, "get_secret_value", None)
    value = secret() if secret else default
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`" if value not in ("", None, frozenset()) else "none"


def test_the_table_of_settings_is_the_settings() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert settings_table() in section("Settings"), f"put this into README.md:\n\n{settings_table()}"


def test_the_example_of_an_environment_names_every_setting_and_works_as_a_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    given = re.findall(rf"^#? ?({PREFIX}[A-Z_]+)=(.*)$", text, re.MULTILINE)
    assert {name for name, _ in given} == {PREFIX + name.upper() for name in Settings.model_fields}
    assert len(given) == len(Settings.model_fields)
    active = dict(re.findall(rf"^({PREFIX}[A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert active.keys() == {"BOT_TOKEN", "BOT_KEYS", "BOT_OWNERS"}
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert read_settings() == Settings(_env_file=None)


def test_every_command_of_the_chat_is_documented_with_who_may_use_it() -> None:
    documented = {cells[0]: cells[1] for cells in rows(section("What people type")) if cells[0].startswith("`/")}
    expected = {}
    for name, route in COMMANDS.items():
        roles = RULES[route.action].roles
        expected[f"`/{name}`"] = ", ".join(role for role in Role if role in roles) if roles else "everyone"
    assert documented == expected


def test_every_command_of_the_terminal_is_documented_in_its_own_words() -> None:
    documented = {cells[0]: cells[1] for cells in rows(section("What people type")) if not cells[0].startswith("`/")}
    [commands] = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert documented == {f"`{choice.dest}`": choice.help for choice in commands._choices_actions}


def test_every_make_target_the_docs_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"install", "demo", "test", "lint", "bench", "soak", "lock"} <= targets
    text = "".join((ROOT / path).read_text("utf-8") for path in files() if path.endswith(".md"))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) - targets == set()


def test_every_link_between_the_docs_leads_somewhere() -> None:
    dead, followed = [], 0
    for path in (path for path in files() if path.endswith(".md")):
        page = ROOT / path
        for link in LINK.findall(page.read_text("utf-8")):
            target, _, anchor = link.partition("#")
            if target.startswith("http"):
                continue
            followed += 1
            other = page.parent / target if target else page
            if not other.exists() or (anchor and anchor not in _anchors(other.read_text("utf-8"))):
                dead.append(f"{path}: {link}")
    assert dead == []
    assert followed >= 10


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
