"""A backup brings nobody back who has left since, and sends nothing twice."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from answers.ask import Finder
from bot.commands import maintenance, restoring
from bot.commands.maintenance import CannotDo, back_up
from bot.settings import Settings
from bot.single import AlreadyRunning
from bot.tombstone_file import TombstoneFile
from simulator.server import Simulator
from storage.database import Database
from storage.tables import Owed, Person, Slot, Table, Tombstone
from tests.acts import ON_POSTGRESQL, ON_SQLITE, at, cleared, count, it_becomes, take
from tests.house import House

MakeSettings = Callable[..., Settings]


@pytest.fixture
def settings(house_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of the bot, also for what is done on the terminal, at the clock of the simulator."""
    made = house_settings(tombstones=tmp_path / "elsewhere" / "tombstones")
    for module in (maintenance, restoring):
        monkeypatch.setattr(module, "read_settings", lambda: made)
    return made


def place(settings: Settings) -> Path:
    return Path(str(make_url(settings.database_url).database))


async def lives(settings: Settings, simulator: Simulator, finder: Finder, backup: Path) -> str:
    """Two people book; after a backup one of them leaves and the other's reminder goes out. The other's code."""
    async with House(settings, simulator, finder) as house:
        aye, min_, times = await house.person(7), await house.person(8), await house.opens(capacity=3)
        await take(aye, times[1])
        code = await take(min_, times[1])
        await cleared(house)
        back_up(backup)
        await aye.says("/forgetme")
        await aye.taps("Yes, erase everything")
        await cleared(house)
        await house.by_hand(house.app.housekeeping.tidy())
        await it_becomes(house, at(house, 0, "17:31"))
        assert len([text for text in min_.texts if text.startswith("Reminder")]) == 1
        return code


async def serves_again(settings: Settings, simulator: Simulator, finder: Finder, code: str) -> None:
    """Who has left is gone; who stayed has the visit, and no second reminder for the same evening."""
    async with House(settings, simulator, finder) as house:
        await house.quiet()
        assert await count(house, Person) == 1
        async with house.app.database.reading() as session:
            assert await session.scalar(select(func.sum(Slot.taken))) == 1
            assert await session.scalar(select(func.count()).select_from(Tombstone)) == 1
        aye, min_ = house.someone(7), house.someone(8)
        assert "nothing about you" in await aye.says("/mydata")
        assert len([text for text in min_.texts if text.startswith("Reminder")]) == 1
        await min_.says("/mine")
        assert any(code in label for label in min_.labels)
        await it_becomes(house, at(house, 1, "07:01"))
        assert len([text for text in min_.texts if text.startswith("Reminder")]) == 2


@ON_SQLITE
@pytest.mark.parametrize("left", ["everything", "the file alone", "the database alone"])
async def test_who_was_erased_stays_erased_and_no_old_reminder_goes_out_again(
    settings: Settings,
    simulator: Simulator,
    finder: Finder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    left: str,
) -> None:
    backup = tmp_path / "backup.db"
    code = await lives(settings, simulator, finder, backup)
    if left == "the file alone":
        place(settings).unlink()
    if left == "the database alone":
        assert settings.tombstones
        settings.tombstones.unlink()
    monkeypatch.setattr(restoring, "wall", simulator.world.clock.now)
    summary = await restoring.restore(backup)
    assert "1 person forgotten again" in summary
    assert "1 old message will not be sent" in summary
    assert not place(settings).with_name("house.db.restoring").exists()
    assert place(settings).stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(place(settings))) as database:
        assert database.execute("SELECT count(*) FROM people").fetchone() == (1,)
        states = dict(database.execute("SELECT reason, count(*) FROM owed WHERE state = 'expired' GROUP BY reason"))
    assert states == {"restored": 1}
    await serves_again(settings, simulator, finder, code)


@ON_SQLITE
async def test_a_copy_put_back_by_hand_is_noticed_at_the_start(
    settings: Settings, simulator: Simulator, finder: Finder, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    await lives(settings, simulator, finder, backup)
    shutil.copy(backup, place(settings))
    async with House(settings, simulator, finder) as house:
        assert await count(house, Person) == 1
        assert await count(house, Tombstone) == 1


@ON_SQLITE
async def test_an_ordinary_start_forgets_nobody(settings: Settings, simulator: Simulator, finder: Finder) -> None:
    async with House(settings, simulator, finder) as house:
        await house.person(7)
    async with House(settings, simulator, finder) as house:
        assert await count(house, Person) == 1


@ON_SQLITE
async def test_a_restore_beside_a_running_bot_is_refused(
    settings: Settings, simulator: Simulator, finder: Finder, tmp_path: Path
) -> None:
    async with House(settings, simulator, finder) as house:
        await house.person(7)
        back_up(tmp_path / "backup.db")
        with pytest.raises(AlreadyRunning):
            await restoring.restore(tmp_path / "backup.db")
        assert await count(house, Person) == 1


@ON_SQLITE
@pytest.mark.parametrize("what", ["missing", "no database", "damaged", "newer", "empty"])
async def test_what_is_no_backup_is_refused_and_the_database_stays(
    settings: Settings, tmp_path: Path, what: str
) -> None:
    backup = tmp_path / "backup.db"
    before = place(settings).read_bytes()
    if what != "missing":
        shutil.copy(place(settings), backup)
    match what:
        case "no database":
            backup.write_bytes(b"%PDF-1.7" * 500)
        case "damaged":
            pages = bytearray(before)
            for start in range(2 * 4096, len(pages) - 4096, 4096):
                pages[start : start + 64] = b"\xff" * 64
            backup.write_bytes(pages)
        case "newer":
            with closing(sqlite3.connect(backup)) as copy, copy:
                copy.execute("UPDATE alembic_version SET version_num = '9999'")
        case "empty":
            backup.write_bytes(b"")
    with pytest.raises(CannotDo, match="backup"):
        await restoring.restore(backup)
    assert place(settings).read_bytes() == before


@ON_POSTGRESQL
async def test_after_pg_restore_one_command_puts_the_database_right(
    settings: Settings, simulator: Simulator, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with House(settings, simulator, finder) as house:
        aye, min_, times = await house.person(7), await house.person(8), await house.opens()
        await take(aye, times[1])
        code = await take(min_, times[1])
        await cleared(house)
        before = await _rows(house.app.database)
        await aye.says("/forgetme")
        await aye.taps("Yes, erase everything")
        await cleared(house)
        await house.by_hand(house.app.housekeeping.tidy())
        await it_becomes(house, at(house, 0, "17:31"))
    await _put_back(settings, before)
    monkeypatch.setattr(restoring, "wall", simulator.world.clock.now)
    assert "1 person forgotten again" in await restoring.restored()
    await serves_again(settings, simulator, finder, code)
    database = Database(settings.database_url)
    async with database.reading() as session:
        states = await session.scalars(select(Owed.reason).where(Owed.state == "expired"))
        assert list(states) == ["restored"]
    await database.close()


def test_a_line_cut_off_by_a_crash_costs_no_other(tmp_path: Path) -> None:
    file = TombstoneFile(tmp_path / "new" / "tombstones")
    first, second, third = (bytes([number]) * 32 for number in (1, 2, 3))
    assert file.read() == set()
    file.add({first})
    with file.path.open("a") as torn:
        torn.write(second.hex()[:20])
    file.add({first, third})
    assert file.read() == {first, third}
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.keep({third})
    assert file.read() == {third}
    assert [path.name for path in file.path.parent.iterdir()] == ["tombstones"]


SAVED = ("people", "consents", "slots", "bookings", "owed", "shown")


async def _rows(database: Database) -> dict[str, list[dict[str, object]]]:
    """What `pg_dump` would save, of the tables that this test fills."""
    async with database.reading() as session:
        tables = Table.metadata.tables
        return {name: [dict(row) for row in (await session.execute(select(tables[name]))).mappings()] for name in SAVED}


async def _put_back(settings: Settings, saved: dict[str, list[dict[str, object]]]) -> None:
    database = Database(settings.database_url)
    async with database.writing() as session:
        for name in ("tombstones", *reversed(SAVED)):
            await session.execute(Table.metadata.tables[name].delete())
        for name in SAVED:
            if saved[name]:
                await session.execute(Table.metadata.tables[name].insert(), saved[name])
    await database.close()
