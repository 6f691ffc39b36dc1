"""Keys: changed while the bot runs, counted, and refused when they cannot be used."""

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from people.recognise import settle_language
from storage import keys
from storage.database import Database
from storage.keys import BadKeys, KeyRing, Unsealable, new_ring, read_ring
from storage.rotation import key_use, rotate, sealed_columns
from storage.tables import Person
from tests.conftest import RING, next_wednesday

PEOPLE = 450
"""More than two batches."""


@pytest.fixture
def second_key() -> KeyRing:
    return KeyRing(dict(RING.fields) | {2: new_ring().fields[1]}, RING.index, RING.audit)


async def _people(database: Database) -> None:
    async with database.writing() as session:
        for number in range(PEOPLE):
            await settle_language(session, 1000 + number, "my", next_wednesday())


async def test_everything_is_sealed_anew_and_then_the_old_key_is_not_needed(
    database: Database, second_key: KeyRing
) -> None:
    await _people(database)
    assert await key_use(database) == {1: PEOPLE}
    keys.use(second_key)
    assert await rotate(database) == PEOPLE
    assert await key_use(database) == {2: PEOPLE}
    assert await rotate(database) == 0
    keys.use(KeyRing({2: second_key.fields[2]}, RING.index, RING.audit))
    async with database.reading() as session:
        found = set(await session.scalars(select(Person.telegram_id)))
    assert found == {str(1000 + number) for number in range(PEOPLE)}


async def test_without_rotation_taking_the_old_key_out_loses_everything(
    database: Database, second_key: KeyRing
) -> None:
    """The control: if this fails, the test above proves nothing."""
    await _people(database)
    keys.use(KeyRing({2: second_key.fields[2]}, RING.index, RING.audit))
    async with database.reading() as session:
        with pytest.raises(Unsealable):
            (await session.scalars(select(Person.telegram_id))).all()


async def test_a_sealed_value_says_nothing_and_is_never_the_same_twice(database: Database) -> None:
    await _people(database)
    async with database.reading() as session:
        raw = list(await session.scalars(select(type_coerce(Person.telegram_id, LargeBinary))))
    assert len(set(raw)) == PEOPLE
    assert not [value for value in raw if b"1000" in bytes(value)]


def test_every_sealed_column_takes_part() -> None:
    names = {f"{table.name}.{column.name}" for table, column in sealed_columns()}
    assert {"people.telegram_id", "slots.service", "dialogues.draft", "questions.text"} <= names


def test_a_value_moved_into_another_column_does_not_open() -> None:
    sealed = RING.seal("7", "people.telegram_id")
    assert RING.open(sealed, "people.telegram_id") == "7"
    with pytest.raises(Unsealable):
        RING.open(sealed, "slots.service")
    with pytest.raises(Unsealable):
        RING.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "people.telegram_id")


def test_a_written_ring_reads_back_as_it_was() -> None:
    assert read_ring(RING.written()) == RING
    assert "b'" not in repr(RING)


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        ("", "missing"),
        ("f1:AAAA,index:AAAA,audit:AAAA", "has 3 bytes"),
        (RING.written().replace("index:", "indices:"), "unknown"),
        (RING.written() + "," + RING.written().split(",")[0], "given twice"),
        (RING.written().replace(RING.written().split(",")[1], "index:" + RING.written().split(",")[0][3:]), "the same"),
        (RING.written().replace("f1:", "f0:"), "unknown"),
        (RING.written()[:-4] + "!!!!", "not base64"),
    ],
)
def test_a_ring_that_cannot_be_used_is_refused_in_one_line_without_a_key(ring: str, why: str) -> None:
    with pytest.raises(BadKeys, match=why) as refused:
        read_ring(ring)
    assert "\n" not in str(refused.value)
    for part in filter(None, ring.split(",")):
        assert len(part) < 12 or part.partition(":")[2] not in str(refused.value)
