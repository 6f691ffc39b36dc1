"""`python -m bot status` and `/status`: what a person at a terminal, a script and an operator learn; and of nobody."""

import json
import os
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from bot import quarantine
from bot.commands import status
from bot.settings import Settings
from bot.version import VERSION
from handlers import standing
from handlers.screens.status import TROUBLES
from handlers.standing import rounded
from people.authority import Role
from storage import keys
from storage.tables import Alert, Owed, Quarantined, Wipe
from tests.acts import ON_SQLITE, is_in, take
from tests.conftest import RING
from tests.faults.process import BotProcess
from tests.house import House
from tests.promises.tree import ROOT


@pytest.fixture
def settings(house: House, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the running bot, at its clock."""
    monkeypatch.setattr(status, "read_settings", lambda: house.settings)
    monkeypatch.setattr(status, "wall", house.simulator.world.clock.now)
    return house.settings


async def asked() -> tuple[dict[str, Any], bool]:
    text, sound = await status.report(as_json=True)
    return json.loads(text), sound


def test_the_version_is_the_one_of_the_project() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == VERSION


def test_every_trouble_has_its_words_on_both_sides() -> None:
    assert set(TROUBLES) == set(status.FAULTS) - {"database", "schema", "keys"}
    assert standing.TRIES == quarantine.TRIES


@pytest.mark.parametrize(("count", "told"), [(0, 0), (9, 0), (10, 10), (47, 40), (123, 120), (98_765, 98_000)])
def test_counts_lose_their_small_change(count: int, told: int) -> None:
    assert rounded(count) == told


async def test_a_bot_that_is_well_is_told_of_without_anybody_in_it(house: House, settings: Settings) -> None:
    aye, times = await house.person(7_123_456_789), await house.opens()
    code = await take(aye, times[1])
    told, sound = await asked()
    assert sound
    assert told["faults"] == []
    assert told["version"] == VERSION
    assert told["schema"] == told["newest"]
    assert told["keys"] == ["audit", "f1", "index"]
    assert (told["people"], told["visits_to_come"]) == (0, 0)
    assert told["owed"]["visits"]["due"] == 0
    assert told["owed"]["visits"]["last_sent"].startswith(f"{house.now:%Y-}")
    lines, _ = await status.report()
    assert "people: fewer than 10" in lines
    assert "FAULT" not in lines
    for shown in (lines, json.dumps(told)):
        assert code not in shown
        assert "7123456789" not in shown
        assert RING.written().split(":")[1].split(",")[0] not in shown


async def test_what_somebody_should_look_at_is_a_fault(house: House, settings: Settings) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await house.quiet()
    house.app.sender.stopping.set()
    await house.by_hand(_all_troubles(house))  # else the beats would see to some of them meanwhile


async def _all_troubles(house: House) -> None:
    late = house.now - timedelta(minutes=20)
    async with house.app.database.writing() as session:
        session.add(Quarantined(update_id=1, tries=3, last_tried_at=house.now))
        session.add(
            Wipe(
                telegram_id="7",
                message_ids="[1]",
                due_at=late,
                expires_at=house.now,
                lease_until=house.now + timedelta(days=1),
            )
        )
        session.add(Alert(state="held", created_at=house.now))
        await session.execute(update(Owed).where(Owed.kind == "reminder").values(due_at=late, state="claimed"))
        receipt = update(Owed).where(Owed.kind == "receipt").values(due_at=late, state="pending", expires_at=house.now)
        await session.execute(receipt)
    told, sound = await asked()
    assert not sound
    assert set(told["faults"]) == set(TROUBLES)
    lines, _ = await status.report()
    assert lines.count("\nFAULT ") == len(TROUBLES)


async def test_another_ring_and_an_old_schema_are_faults(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "ring", lambda _self: keys.new_ring())
    assert (await asked())[0]["faults"] == ["keys"]
    monkeypatch.undo()
    keys.use(RING)
    monkeypatch.setattr(status, "read_settings", lambda: settings)
    async with house.app.database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0001_first_tables'"))
    assert (await asked())[0]["faults"] == ["schema"]


async def test_without_a_database_there_is_a_line_and_no_traceback(tmp_path: Path) -> None:
    done = _run(tmp_path, "postgresql://nobody@127.0.0.1:1/none", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["faults"] == ["database"]
    assert "Traceback" not in done.stderr


def test_a_script_learns_it_from_the_exit_code_and_needs_no_token(tmp_path: Path, sqlite_template: Path) -> None:
    (tmp_path / "bot.db").write_bytes(sqlite_template.read_bytes())
    done = _run(tmp_path, "sqlite:///bot.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert "people: fewer than 10" in done.stdout
    (tmp_path / "bot.db").unlink()
    done = _run(tmp_path, "sqlite:///bot.db")
    assert (done.returncode, done.stdout.splitlines()[-1][:14]) == (1, "FAULT database")
    assert not (tmp_path / "bot.db").exists()


def _run(folder: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    given = {"BOT_DATABASE_URL": url, "BOT_KEYS": RING.written(), "PYTHONPATH": str(ROOT)}
    if BotProcess.warm:
        return BotProcess.warm.run(["status", *options], folder, own | given, seconds=60)
    command = [sys.executable, "-m", "bot", "status", *options]
    return subprocess.run(command, cwd=folder, env=own | given, capture_output=True, text=True, check=False)


@ON_SQLITE
async def test_operators_see_it_in_the_chat_and_others_do_not(house: House) -> None:
    noi, nurse = await house.staff(800, Role.OPERATOR), await house.staff(500, Role.STAFF, "mae-sot")
    assert "✅ Nothing is wrong." in await noi.says("/status")
    assert "Health alerts: nothing is waiting" in noi.screen
    assert "Nothing is wrong" not in await nurse.says("/status")
    async with house.app.database.writing() as session:
        session.add(Alert(state="held", created_at=house.now, done_at=None))
    assert "⚠️ A health alert stopped by itself." in await noi.says("/status")
    assert "Alerts under way: held 1" in noi.screen


@ON_SQLITE
async def test_it_speaks_the_language_of_its_reader(house: House) -> None:
    for number, language in enumerate(("th", "my", "km")):
        noi = await house.staff(800 + number, Role.OPERATOR, language=language)
        assert is_in(language, await noi.says("/status"))
