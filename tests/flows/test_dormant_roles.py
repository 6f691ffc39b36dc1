"""Roles of people who have been silent for long."""

import asyncio
from datetime import timedelta

from sqlalchemy import update

from people import roles, store
from people.authority import Role
from storage.database import Database
from storage.tables import Grant, Person, Pin
from tests.acts import ON_POSTGRESQL, ON_SQLITE
from tests.flows.roles import actions, count, owner_of, with_pin
from tests.house import House, Someone

REFUSED = "only some clinic staff or operators"


@ON_SQLITE
async def test_a_role_that_nobody_was_seen_with_for_90_days_ends_and_owners_are_told_once(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")
    gone = await with_pin(await house.staff(700, Role.OPERATOR))
    await _last_seen(house, gone, days=91)
    await _last_seen(house, noi, days=90)
    for _ in range(3):
        await house.by_hand(house.app.housekeeping.run(house.now))
    await house.quiet()
    assert [text for text in owner.texts if "has ended" in text] == [
        "1 role has ended, because nobody was seen with such a role for 90 days. Who works here: /roles"
    ]
    assert REFUSED in await gone.says("/alerts")
    assert REFUSED not in await noi.says("/today")
    assert (await actions(house)).count("dormant") == 1
    assert await count(house, Pin) == 1


@ON_SQLITE
async def test_an_owner_sees_who_has_not_been_seen_for_a_month(house: House) -> None:
    owner, noi = await owner_of(house), await house.staff(500, Role.STAFF, "mae-sot")
    assert "not seen since" not in await owner.says("/roles")
    await _last_seen(house, noi, days=31)
    assert "not seen since" in await owner.says("/roles")


@ON_SQLITE
async def test_the_last_owner_stays_however_long_they_are_silent(house: House) -> None:
    owner, second = await owner_of(house), await house.staff(901, Role.OWNER)
    await _last_seen(house, owner, days=200)
    await _last_seen(house, second, days=100)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await count(house, Grant) == 1
    assert "1 role" in await (await with_pin(second)).says("/roles")


@ON_POSTGRESQL
async def test_two_sweeps_at_once_end_each_role_once(house: House, database_url: str) -> None:
    await owner_of(house)
    for telegram_id in range(500, 505):
        await _last_seen(house, await house.staff(telegram_id, Role.STAFF, "mae-sot"), days=91)
    second = Database(database_url)

    async def sweep(database: Database) -> int:
        async with database.writing() as session:
            return await roles.end_dormant(session, house.now)

    try:
        ended = await asyncio.gather(sweep(house.app.database), sweep(second))
    finally:
        await second.close()
    assert sum(ended) <= 5  # the house sweeps too
    assert (await actions(house)).count("dormant") == 5
    assert await count(house, Grant) == 1


async def _last_seen(house: House, one: Someone, *, days: int) -> None:
    day = (house.now - timedelta(days=days)).date()
    async with house.app.database.writing() as session:
        person = await store.find_person(session, one.id)
        assert person
        await session.execute(update(Person).where(Person.id == person.id).values(last_seen=day))
