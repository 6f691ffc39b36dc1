"""`python -m bot clinics check|apply`: faults by the line, and a file that is applied twice changes nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.cli import main
from bot.commands.clinics_file import apply_file, check_file
from bot.commands.maintenance import CannotDo
from scheduling.clinics import PACKAGED
from storage import keys
from storage.database import Database
from storage.tables import Opening, Slot
from tests.conftest import RING

NOW = datetime(2027, 1, 20, 3, tzinfo=UTC)
"""Four weeks without a public holiday lie ahead."""
BLOCK = """
[[clinics.mae-sot.openings]]
service = "vaccination"
weekdays = ["mon", "tue", "wed", "thu", "fri"]
from = "09:00"
to = "12:00"
every = 30
capacity = 2
walkin_share = 50
languages = ["my"]
valid_from = 2027-01-25
valid_until = 2027-02-05
except = [2027-01-27]
"""


@pytest.fixture
def target(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where BOT_CLINICS points; the database of this test is the deployment's."""
    for name, value in {
        "BOT_CLINICS": str(tmp_path / "in use" / "clinics.toml"),
        "BOT_DATABASE_URL": database_url,
        "BOT_KEYS": RING.written(),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "in use" / "clinics.toml"


def written(tmp_path: Path, *blocks: str) -> Path:
    path = tmp_path / "new.toml"
    path.write_text(PACKAGED.read_text("utf-8") + "".join(blocks), "utf-8")
    return path


def read(path: Path) -> str:
    return path.read_text("utf-8")


async def figures(database: Database) -> tuple[int, int]:
    """Openings, and slots that are open."""
    async with database.reading() as session:
        openings = await session.scalar(select(func.count()).select_from(Opening))
        slots = await session.scalar(select(func.count()).select_from(Slot).where(Slot.closed.is_(False)))
    return int(openings or 0), int(slots or 0)


def test_the_packaged_file_has_no_fault() -> None:
    assert check_file(PACKAGED) == []
    assert main(["clinics", "check", str(PACKAGED)]) == 0


FAULTS = [
    ("every = 30", "every = 2", "every"),
    ('to = "12:00"', 'to = "08:00"', "'to' must be after 'from'"),
    ('to = "12:00"', 'to = "25:00"', "to"),
    ("2027-02-05", "2027-01-05", "valid_until"),
    ("capacity = 2", "capacity = 10000", "capacity"),
    ('"fri"]', '"someday"]', "weekdays"),
    ('"vaccination"', '"yoga"', "opens 'yoga', which it does not offer"),
    ("every = 30", "evry = 30", "evry"),
    ("valid_from = 2027-01-25", "valid_from = 2027-02-31", "new.toml"),
    ("valid_until = 2027-02-05", "valid_until = 2027-01-25\nexcept_days = [2027-01-25]", "openings"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), FAULTS)
def test_each_fault_is_one_line_that_names_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], right: str, wrong: str, named: str
) -> None:
    path = written(tmp_path, BLOCK.replace(right, wrong))
    faults = check_file(path)
    assert faults
    assert all("\n" not in fault for fault in faults)
    assert any(named in fault for fault in faults), faults
    assert main(["clinics", "check", str(path)]) == 1
    assert named in capsys.readouterr().out


def test_several_faults_are_all_named(tmp_path: Path) -> None:
    path = written(tmp_path, BLOCK.replace("every = 30", "every = 2").replace("capacity = 2", "capacity = 0"))
    assert len(check_file(path)) == 2
    path = written(tmp_path)
    path.write_text(path.read_text("utf-8").replace('aliases = ["bkk"', 'aliases = ["Maesot"'), "utf-8")
    assert check_file(path) == ["new.toml: two clinics are called 'maesot': bangkok and mae-sot"]


async def test_applying_opens_what_the_file_says_and_again_changes_nothing(
    tmp_path: Path, target: Path, database: Database
) -> None:
    path = written(tmp_path, BLOCK)
    lines = await apply_file(path, NOW)
    assert lines[0] == (
        "mae-sot: opened vaccination mon tue wed thu fri 09:00-12:00 from 2027-01-25 until 2027-02-05: 54 times so far"
    )
    assert lines[1:] == [f"{target}: written", "a bot that is running reads names and texts at its next start"]
    assert read(target) == read(path)
    assert await figures(database) == (1, 54)
    assert await apply_file(path, NOW) == ["openings: nothing has changed", f"{target}: unchanged"]
    assert await figures(database) == (1, 54)
    async with database.reading() as session:
        slot = (await session.scalars(select(Slot).order_by(Slot.starts_at).limit(1))).one()
    assert (slot.service, slot.capacity, slot.walkin, slot.languages, slot.minutes) == ("vaccination", 2, 1, "my", 30)


async def test_what_left_the_file_is_ended_and_visits_stay(tmp_path: Path, target: Path, database: Database) -> None:
    await apply_file(written(tmp_path, BLOCK), NOW)
    async with database.writing() as session:
        taken = select(Slot.id).order_by(Slot.starts_at).limit(1).scalar_subquery()
        await session.execute(update(Slot).where(Slot.id == taken).values(taken=1))
    lines = await apply_file(written(tmp_path, BLOCK.replace('from = "09:00"', 'from = "10:00"')), NOW)
    assert "53 empty times gone, 1 visit kept" in lines[0]
    assert "10:00-12:00 from 2027-01-25 until 2027-02-05: 36 times so far" in lines[1]
    assert f"{target}: replaced" in lines
    assert read(target.with_name("clinics.toml.old")).endswith(BLOCK)
    assert await figures(database) == (2, 37)


async def test_a_file_with_a_fault_changes_nothing(tmp_path: Path, target: Path, database: Database) -> None:
    await apply_file(written(tmp_path, BLOCK), NOW)
    before = read(target)
    with pytest.raises(CannotDo, match="nothing was changed"):
        await apply_file(written(tmp_path, BLOCK.replace("every = 30", "every = 2")), NOW)
    assert read(target) == before
    assert await figures(database) == (1, 54)


async def test_the_packaged_examples_are_never_written_over(
    tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOT_CLINICS")
    with pytest.raises(CannotDo, match="BOT_CLINICS is not set"):
        await apply_file(written(tmp_path, BLOCK), NOW)
    assert keys.in_use()
    assert not list(tmp_path.glob("in use/*"))  # noqa: ASYNC240 - a folder of this test
