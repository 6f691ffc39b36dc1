"""Updates that come by long polling: confirmed when they are committed, and nothing ends the polling."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from people.store import find_person
from storage.tables import Quarantined
from tests.acts import ON_POSTGRESQL, ON_SQLITE, is_in, until
from tests.flows.door import people
from tests.house import House
from tests.outage import away, slow


async def test_a_poll_confirms_only_what_was_committed(house: House, database_url: str) -> None:
    aye = house.someone(7)
    await aye.starts()
    async with slow(database_url):
        aye.world.press(7, "lg1.my", message_id=aye.messages[-1].message_id)
        await asyncio.sleep(0.3)
        assert aye.world.updates_pending() == 1
    await house.quiet()
    assert await people(house) == 1
    assert aye.world.updates_pending() == 0


@ON_POSTGRESQL
async def test_polling_goes_on_when_the_database_comes_back(house: House, database_url: str) -> None:
    aye = await house.person(7)
    async with away(database_url):
        aye.world.press(7, "lg1.my", message_id=aye.messages[-1].message_id)
        aye.world.say(7, "/help")
        await asyncio.sleep(0.3)
        assert aye.world.updates_pending() == 2
    await house.quiet()
    assert is_in("my", await aye.says("/menu"))


@ON_SQLITE
async def test_an_unreadable_update_does_not_end_polling(house: House) -> None:
    aye = await house.person(7)
    number = house.simulator.world.bot.updates.next_id
    unreadable: list[dict[str, Any]] = [{"message": {"message_id": 1}}, {"message": 5}, {"callback_query": {"id": "1"}}]
    for offset, content in enumerate(unreadable):
        house.simulator.world.inject({"update_id": number + offset, **content})
    house.simulator.world.bot.updates.next_id = number + 3
    assert "What you can do here" in await aye.says("/help")


async def test_a_poison_update_is_set_aside_after_three_tries_and_others_go_on(house: House) -> None:
    """A row that nobody can open any more, say after a lost key: whatever its person sends fails each time."""
    aye, min_ = await house.person(7), await house.person(8)
    async with house.app.database.writing() as session:
        found = await find_person(session, 7)
        assert found is not None
        statement = text("UPDATE people SET telegram_id = :junk WHERE id = :id")
        await session.execute(statement, {"junk": b"\x00junk", "id": found.id})
    aye.world.say(7, "/menu")
    aye.world.say(8, "/help")
    await until(lambda: "What you can do here" in min_.screen)
    await house.quiet()
    assert "Something went wrong on our side. Nothing was changed." in aye.screen
    assert aye.world.updates_pending() == 0
    async with house.app.database.reading() as session:
        assert [row.tries for row in await session.scalars(select(Quarantined))] == [3]
    assert "Something went wrong" in await aye.says("/menu")
    assert "What do you need?" in await min_.says("/menu")


async def test_a_poisoned_step_is_ended_by_any_command(house: House) -> None:
    nurse = await house.person(7)
    async with house.app.database.writing() as session:
        found = await find_person(session, 7)
        assert found is not None
        row = {"person": found.id, "junk": b"\x00junk", "until": (house.now + timedelta(hours=1)).replace(tzinfo=None)}
        columns = "person_id, step, draft, nonce, expires_at"
        values = ":person, 'alert-text', :junk, 1, :until"
        await session.execute(text(f"INSERT INTO dialogues ({columns}) VALUES ({values})"), row)
    assert "Something went wrong" in await nurse.says("hello")
    await nurse.says("/menu")
    assert "Hello. How can I help you?" in await nurse.says("hello")


@ON_SQLITE
async def test_polling_handles_ids_out_of_order_once_and_ids_that_begin_anew(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    number = world.bot.updates.next_id
    message = {"date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": False, "first_name": "P"}}
    before = len(aye.texts)
    for place in (5, 2, 4):
        body = message | {"message_id": 900 + place, "text": f"/help {place}"}
        world.inject({"update_id": number + place, "message": body})
    world.bot.updates.next_id = number + 6
    await house.quiet()
    assert len(aye.texts) == before + 3
    world.bot.updates.next_id = 1000
    assert "What do you need?" in await aye.says("/menu")
