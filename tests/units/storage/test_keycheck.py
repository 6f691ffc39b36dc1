"""A ring is compared with what the database knows of its keys, before anything is done with it."""

import asyncio

import pytest
from sqlalchemy import delete

from people.recognise import settle_language
from storage import keys
from storage.database import Database
from storage.keycheck import confirm_ring
from storage.keys import BadKeys, KeyRing, new_ring
from storage.tables import KeyCheck
from tests.conftest import RING, next_wednesday

NEW = new_ring()
OTHERS = {
    "f1": KeyRing(NEW.fields, RING.index, RING.audit),
    "index": KeyRing(RING.fields, NEW.index, RING.audit),
    "audit": KeyRing(RING.fields, RING.index, NEW.audit),
}


async def confirm(database: Database, ring: KeyRing) -> None:
    async with database.writing() as session:
        await confirm_ring(session, ring)


async def test_the_ring_a_database_was_made_with_is_its_ring(database: Database) -> None:
    for _ in range(2):
        await confirm(database, RING)


@pytest.mark.parametrize("name", OTHERS)
async def test_a_ring_with_another_key_is_refused_and_changes_nothing(database: Database, name: str) -> None:
    await confirm(database, RING)
    with pytest.raises(BadKeys, match=f"key '{name}' is not the one this database was made with"):
        await confirm(database, OTHERS[name])
    await confirm(database, RING)


async def test_a_key_may_come_and_go_but_not_come_back_as_another(database: Database) -> None:
    await confirm(database, RING)
    both = KeyRing({1: RING.fields[1], 2: NEW.fields[1]}, RING.index, RING.audit)
    await confirm(database, both)
    await confirm(database, KeyRing({2: NEW.fields[1]}, RING.index, RING.audit))
    with pytest.raises(BadKeys, match="key 'f2'"):
        await confirm(database, KeyRing({2: new_ring().fields[1]}, RING.index, RING.audit))


@pytest.mark.parametrize("name", ["f1", "index"])
async def test_a_database_from_before_the_checks_is_known_by_its_people(database: Database, name: str) -> None:
    async with database.writing() as session:
        await settle_language(session, 7, "my", next_wednesday())
        await session.execute(delete(KeyCheck))
    keys.use(OTHERS[name])
    try:
        with pytest.raises(BadKeys, match=f"key '{name}'"):
            await confirm(database, OTHERS[name])
    finally:
        keys.use(RING)
    await confirm(database, RING)


async def test_of_two_rings_that_come_first_at_once_one_is_refused(database: Database) -> None:
    came = await asyncio.gather(*(confirm(database, ring) for ring in (RING, NEW)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in came) == ["BadKeys", "NoneType"]
