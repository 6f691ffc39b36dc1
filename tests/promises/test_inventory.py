"""What docs/privacy/ says is kept is what is kept, and the four notices tell everybody the same."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Integer, LargeBinary

from handlers.routes import COMMANDS
from storage.tables import Table
from storage.types import BigId, Sealed, draw_reference
from tests.promises.tree import ROOT, files

FOLDER = ROOT / "docs/privacy"
INVENTORY = (FOLDER / "inventory.md").read_text("utf-8")
FORMS = ("clear", "sealed", "keyed hash", "hash", "random reference")
WITHOUT_KEY = {"pins.pin_hash", "approvals.content_hash", "invites.code_hash", "group_codes.code_hash"}
"""Hashes that need no key: scrypt with salt, a text that many know, 128 random bits."""
NOTICES = {"en": "notice.md", "th": "notice.th.md", "my": "notice.my.md", "km": "notice.km.md"}


def columns() -> dict[str, Column[Any]]:
    """Every column of the house, as `table.column`."""
    return {f"{table.name}.{column.name}": column for table in Table.metadata.sorted_tables for column in table.columns}


def listed(text: str) -> list[tuple[str, str, str, str]]:
    """Column (`table.column`), what, form and end of every row, in the order of the page."""
    found, table = [], ""
    for line in text.splitlines():
        if heading := re.fullmatch(r"## `(\w+)`", line):
            table = heading[1]
        elif line.startswith("| `"):
            name, what, form, ends = (cell.strip() for cell in line.strip("|").split(" | "))
            found.append((f"{table}.{name.strip('`')}", what, form, ends))
    return found


def forms_of(name: str, column: Column[Any]) -> set[str]:
    """What a column's type lets one say of its form."""
    if isinstance(column.type, Sealed):
        return {"sealed"}
    if isinstance(column.type, LargeBinary):
        return {"hash"} if name in WITHOUT_KEY else {"keyed hash"}
    points_to = {key.target_fullname for key in column.foreign_keys}
    drawn = getattr(getattr(column.default, "arg", None), "__name__", "") == draw_reference.__name__
    if drawn or points_to & {"people.id", "bookings.id"}:
        return {"random reference"}
    is_number = isinstance(column.type, Integer | type(BigId))
    return {"clear", "random reference"} if is_number and not points_to and not column.primary_key else {"clear"}


def test_every_column_is_in_the_inventory_once_with_its_form() -> None:
    rows = listed(INVENTORY)
    known = columns()
    assert sorted(name for name, *_ in rows) == sorted(known)
    wrong = {name: form for name, _, form, _ in rows if form not in forms_of(name, known[name])}
    assert wrong == {}
    assert all(what and ends for _, what, _, ends in rows)
    assert {form for _, _, form, _ in rows} == set(FORMS)


def test_every_table_says_whom_it_is_about() -> None:
    for table in Table.metadata.tables:
        found = re.search(rf"^## `{table}`\n\n(About: .+)$", INVENTORY, re.MULTILINE)
        assert found, f"{table}: whom it concerns is missing"


def test_a_wrong_form_and_a_forgotten_column_are_seen() -> None:
    known = columns()
    assert "clear" not in forms_of("people.telegram_id", known["people.telegram_id"])
    assert "hash" not in forms_of("people.telegram_key", known["people.telegram_key"])
    assert "clear" not in forms_of("bookings.person_id", known["bookings.person_id"])
    without = INVENTORY.replace("| `telegram_key` |", "| `other` |")
    assert sorted(name for name, *_ in listed(without)) != sorted(known)


def skeleton(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a translation cannot change: kind of each block, with its numbers, commands and blanks."""
    blocks = re.split(r"\n(?=#|- |> )|\n\n", text.strip())
    facts = r"\d+|/[a-z_]+|\[[A-Z ]+\]|PDPA|PDPC|Telegram"
    return [
        (re.match(r"#*|-|>", block)[0], tuple(sorted(set(re.findall(facts, block)) - {"Telegram"})))  # type: ignore[index]
        for block in blocks
        if block.strip()
    ]


@pytest.mark.parametrize("language", ["th", "my", "km"])
def test_the_four_notices_tell_the_same(language: str) -> None:
    english = (FOLDER / NOTICES["en"]).read_text("utf-8")
    other = (FOLDER / NOTICES[language]).read_text("utf-8")
    assert skeleton(other) == skeleton(english)
    assert other.count("Telegram") >= english.count("Telegram")
    assert other.count("**") == english.count("**")


def test_the_notices_name_the_periods_that_the_code_keeps() -> None:
    from delivery.shown import KEEP
    from people.retention import INACTIVE
    from scheduling.retention import KEEP_VISITS

    english = (FOLDER / NOTICES["en"]).read_text("utf-8")
    assert timedelta(days=int(re.findall(r"A visit: (\d+) days", english)[0])) == KEEP_VISITS
    assert timedelta(days=int(re.findall(r"not write for (\d+) days", english)[0])) == INACTIVE
    assert timedelta(hours=int(re.findall(r"messages in this chat: (\d+) hours", english)[0])) == KEEP


def test_every_notice_says_that_it_is_a_draft_and_leaves_the_same_blanks() -> None:
    for name in NOTICES.values():
        text = (FOLDER / name).read_text("utf-8")
        assert text.splitlines()[2].startswith("> **"), name
        assert set(re.findall(r"\[([A-Z ]+)\]", text)) == {
            "BRACKETS", "NAME", "CONTACT", "DPO", "TO BE WRITTEN BY A LAWYER", "BACKUP DAYS",
        }  # fmt: skip


def test_every_command_that_the_pages_name_exists() -> None:
    elsewhere = {"newbot", "revoke", "mybots", "data", "tmp", "healthz", "readyz", "metrics", "telegram"}
    for path in (path for path in files() if path.startswith("docs/privacy/") or path == "docs/operations.md"):
        named = set(re.findall(r"(?<![\w./\]>-])/([a-z_]+)\b(?![/.\w-])", (ROOT / path).read_text("utf-8")))
        assert named - COMMANDS.keys() - elsewhere == set(), path


def test_the_index_links_every_page_of_the_folder() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    pages = {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
    assert pages - set(re.findall(r"\]\(([\w.-]+\.md)\)", index)) == set()
    assert "docs/privacy/README.md" in (ROOT / "README.md").read_text("utf-8")
