"""Two hundred marked people use the bot; then everything it leaves anywhere is searched for them, byte by byte.

While they are there, what is promised to be encrypted is nowhere to be read; once they are forgotten, nothing of them
is. What is searched: the database's own files, a copy of every table, the backup, the log at DEBUG, the metrics, the
file of tombstones. A clinic's service is a word of the settings; that somebody came for it is what must not be read,
so the word may stand nowhere in the database.
"""

import asyncio
import io
import logging
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Dialect, func, select

from bot import log
from handlers.press_codec import encode
from handlers.presses.choosing import ForgetMe
from storage.tables import Booking, Person, Question, Table, Waiting
from storage.types import Sealed
from tests.acts import cleared
from tests.conftest import RING
from tests.faults.crowd import ANCHOR, SIDE_BY_SIDE, WORDS, Crowd, asyncpg_connection, gather, leavings, press
from tests.faults.traces import Marks, encodings, found, found_in
from tests.house import House
from tests.loglines import aloud
from tests.postgres import PostgresServer
from tests.thrift import forget_compiled

FEW = 20
Patch = pytest.MonkeyPatch


@pytest.fixture
def everything_is_logged() -> Iterator[io.StringIO]:
    """What the log would hold at DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.Lines())
    logging.getLogger().addHandler(handler)  # the root hears DEBUG: see tests/loglines.py
    with aloud():
        yield stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def named(database_url: str, monkeypatch: Patch) -> None:
    """The settings of the commands."""
    monkeypatch.setenv("BOT_DATABASE_URL", database_url)


@pytest.fixture
def without_encryption(monkeypatch: Patch) -> Iterator[None]:
    """Personal fields as they would stand without the column type."""

    def bind(_type: Sealed, value: str | None, _dialect: Dialect) -> bytes | None:
        return None if value is None else value.encode()

    def result(_type: Sealed, value: bytes | None, _dialect: Dialect) -> str | None:
        return None if value is None else bytes(value).decode()

    with monkeypatch.context() as patch:
        patch.setattr(Sealed, "process_bind_param", bind)
        patch.setattr(Sealed, "process_result_value", result)
        forget_compiled()
        yield
    forget_compiled()


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("many", [FEW, pytest.param(200, marks=pytest.mark.soak)])
@pytest.mark.new_database
async def test_nothing_of_marked_people_can_be_read_and_nothing_is_left_once_they_are_forgotten(
    house: House, many: int, everything_is_logged: io.StringIO, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    crowd = await gather(house, many, everything_is_logged)
    assert (len(crowd.codes), len(crowd.rows)) == (many, 2 * many)
    assert (await _count(house, Question), await _count(house, Waiting)) == (many, many)
    places = await leavings(crowd, request, tmp_path)
    assert found_in(crowd.sealed(), places) == {}
    there = {hit for hits in found_in(crowd.everything(), places).values() for hit in hits}
    assert "code in utf-8" in there, "the scan is blind"
    await _all_leave(crowd)
    assert (await _count(house, Person), await _count(house, Booking)) == (0, 0)
    left = found_in(crowd.everything(), await leavings(crowd, request, tmp_path))
    if house.app.database.is_sqlite:
        assert left == {}
        return
    # What VACUUM has freed stays in PostgreSQL's files until it is overwritten, and a few values in the statistics of
    # its planner: random numbers and codes of rows that are no more, and nothing else. Forgetting the statistics and
    # rewriting the tables clears them; the write-ahead log waits for its recycling.
    assert {place for place in left if not place.startswith(("base/", "pg_wal/"))} == set()
    assert {hit.split(" ")[0] for hits in left.values() for hit in hits} <= {"code", "row"}
    async with asyncpg_connection(house.settings.database_url) as connection:
        if not isinstance(request.getfixturevalue("postgres"), PostgresServer):
            return  # somebody else's server: its files are not ours to read, nor its statistics ours to drop
        await connection.execute("DELETE FROM pg_statistic")
        await connection.execute("VACUUM FULL")
        left = found_in(crowd.everything(), await leavings(crowd, request, tmp_path))
        rest = {place: hits for place, hits in left.items() if not place.startswith("pg_wal/")}
        names = "SELECT relfilenode::text, relname FROM pg_class"
        assert rest == {}, [row for row in await connection.fetch(names) if any(row[0] in place for place in rest)]


async def _all_leave(crowd: Crowd) -> None:
    """Two taps each, and then the disk is cleared, without the twenty seconds that the bot leaves itself for it."""
    for begin in range(0, len(crowd.people), SIDE_BY_SIDE):
        group = crowd.people[begin : begin + SIDE_BY_SIDE]
        for one in group:
            one.world.say(one.id, "/forgetme")
        await crowd.house.quiet()
        for one in group:
            press(one, encode(ForgetMe()))
        await crowd.house.quiet()
    await cleared(crowd.house)
    housekeeping = crowd.house.app.housekeeping
    async with asyncio.timeout(60):
        while housekeeping.left.is_set() or housekeeping._unclean:
            housekeeping._scrub_at = 0.0
            await asyncio.sleep(0.1)


async def _count(house: House, table: type[Table]) -> int:
    async with house.app.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.usefixtures("named")
@pytest.mark.new_database
async def test_without_encryption_the_same_scan_finds_every_mark(
    without_encryption: None,
    house: House,
    everything_is_logged: io.StringIO,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    """The control: what it finds here is what the column type hides."""
    crowd = await gather(house, 8, everything_is_logged)
    places = found_in(crowd.sealed(), await leavings(crowd, request, tmp_path))
    kinds = {(place.split("-")[0], hit.split(" in ")[0]) for place, hits in places.items() for hit in hits}
    where = {"house.db", "backup"} if house.app.database.is_sqlite else {"copy of people, text"}
    assert {(place, "Telegram id") for place in where} <= kinds
    assert {"Telegram id", "name", "question", "service"} == {kind for _, kind in kinds}
    assert not {"log", "metrics"} & places.keys()


FORMS: list[tuple[str, Callable[[Marks], None], bytes]] = [
    *((name, lambda marks: marks.text("x", "K7M4QX"), form) for name, form in encodings("K7M4QX")),
    ("8 bytes big", lambda marks: marks.number("x", ANCHOR + 3), (ANCHOR + 3).to_bytes(8, "big")),
    ("8 bytes little", lambda marks: marks.number("x", ANCHOR + 3), (ANCHOR + 3).to_bytes(8, "little")),
    ("6 bytes", lambda marks: marks.number("x", ANCHOR + 3), (ANCHOR + 3).to_bytes(6, "big")),
    ("like others", lambda marks: marks.alike_numbers("x", [ANCHOR, ANCHOR + 300]), b"%d" % (ANCHOR + 77)),
    (
        "little, like others",
        lambda marks: marks.alike_numbers("x", [ANCHOR, ANCHOR + 300]),
        (ANCHOR + 77).to_bytes(8, "little"),
    ),
]
NOISE = random.Random(7).randbytes(1000)


@pytest.mark.parametrize(("look_for", "form"), [form[1:] for form in FORMS], ids=[form[0] for form in FORMS])
def test_a_mark_is_found_in_every_form_and_wherever_it_stands(look_for: Callable[[Marks], None], form: bytes) -> None:
    """The control of the search itself; some places lie across two of its steps."""
    marks = Marks()
    look_for(marks)
    assert found(marks, NOISE, at_once=256) == set()
    for place in (0, 1, 250, 253, 254, 255, 256, 257, 1000):
        assert found(marks, NOISE[:place] + form + NOISE[place:], at_once=256), place


def test_what_is_sealed_does_not_look_like_what_it_holds() -> None:
    marks = Marks()
    marks.text("x", WORDS)
    assert found(marks, RING.seal(WORDS, "questions.text")) == set()
