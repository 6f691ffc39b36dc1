"""Sessions that only look: what goes past them is what they would have found, and they are over at once."""

import asyncio

from sqlalchemy import event, inspect

from people.recognise import settle_language
from people.store import find_person, find_person_and_step
from storage.database import Database
from storage.tables import Person
from tests.acts import ON_SQLITE
from tests.promises.rooms import NOW

WHO = 4_000_001


async def test_a_person_found_past_the_session_is_the_one_it_would_have_found(database: Database) -> None:
    async with database.writing() as session:
        made = await settle_language(session, WHO, "my", NOW)
        made.consent_version, made.consent_day, made.discreet = 3, NOW.date(), False
    async with database.reading() as session:
        known = await find_person(session, WHO)
    async with database.looking() as look:
        found, in_step = await find_person_and_step(look, WHO)
        assert found in look
        assert not look.dirty
        assert await look.get(Person, made.id) is found
        stranger = await find_person_and_step(look, WHO + 1)
    assert known
    assert found
    names = [each.key for each in inspect(Person).column_attrs]
    assert [getattr(found, name) for name in names] == [getattr(known, name) for name in names]
    assert (in_step, stranger) == (False, (None, False))


@ON_SQLITE
async def test_many_who_look_at_once_share_one_connection(database: Database) -> None:
    async def look() -> None:
        async with database.looking() as session:
            await find_person_and_step(session, WHO)

    await look()
    more: list[int] = []
    event.listen(database.looker.sync_engine, "connect", lambda *_: more.append(1))
    await asyncio.gather(*(look() for _ in range(40)))
    assert more == []
