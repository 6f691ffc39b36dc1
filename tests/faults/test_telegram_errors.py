"""Telegram's errors, each by its cause: what becomes of a reply, a changed screen, a reminder, an alert.

Every error meets a person of its own, in one house, so that each also shows that it disturbs nobody else.
"""

import asyncio

import pytest
from telegram import Update

from handlers.press_codec import encode
from handlers.presses.visits import StartBooking
from tests.acts import ON_SQLITE
from tests.faults.errors_scene import CLINICS, calls, impatient, messages, refusing
from tests.faults.scene import Scene, until
from tests.house import House

pytestmark = ON_SQLITE


@pytest.fixture
def scene(house: House) -> Scene:
    return impatient(house)


REPLIES = {
    "reset": 0,
    "reset_after": 1,
    "timeout": 0,
    "timeout_after": 1,
    "500": 0,
    "500_after": 1,
    "502": 0,
    "garbled": 1,
    "cut": 1,
    "429:1": 1,
    "403": 0,
    "400": 0,
    "400:can't parse entities: unclosed tag": 1,
    "401": 0,
}
"""How often a reply arrives whose first try meets this: never twice, and once wherever it certainly had not."""


async def test_a_reply_comes_at_most_once_and_again_where_it_certainly_did_not_arrive(
    house: House, scene: Scene
) -> None:
    people = dict(zip(REPLIES, await scene.people(len(REPLIES)), strict=True))
    for fault, person in people.items():
        house.simulator.faults.add(fault, "sendMessage", chat_id=person.telegram_id, count=1)
        house.simulator.world.say(person.telegram_id, "/book")
    await house.quiet()
    await until(lambda: scene.got(people["429:1"], CLINICS))
    await asyncio.sleep(0.2)
    assert {fault: scene.got(person, CLINICS) for fault, person in people.items()} == REPLIES
    assert house.simulator.pace.breaches["early"] == 0


EDITS = {
    "reset": 0,
    "reset_after": 0,
    "timeout": 0,
    "timeout_after": 0,
    "500": 0,
    "500_after": 0,
    "garbled": 0,
    "cut": 0,
    "429:1": 0,
    "400:message is not modified: the same": 0,
    "400:message to edit not found": 1,
    "400:message can't be edited": 1,
    "400:can't parse entities: unclosed tag": 0,
}
"""How many new messages a changed screen costs whose first try meets this."""


async def test_a_changed_screen_always_arrives_and_costs_a_new_message_only_where_the_old_one_is_gone(
    house: House, scene: Scene
) -> None:
    people = dict(zip(EDITS, await scene.people(len(EDITS)), strict=True))
    for person in people.values():
        house.simulator.world.say(person.telegram_id, "/menu")
    await house.quiet()
    for fault, person in people.items():
        house.simulator.faults.add(fault, "editMessageText", chat_id=person.telegram_id, count=1)
        house.simulator.world.press(
            person.telegram_id, encode(StartBooking()), message_id=messages(house, person)[-1].message_id
        )
    await house.quiet()
    unchanged = people.pop("400:message is not modified: the same")
    await until(lambda: all(scene.got(person, CLINICS) for person in people.values()))
    assert {fault: len(messages(house, person)) - 1 for fault, person in people.items()} == {
        fault: new for fault, new in EDITS.items() if fault in people
    }
    assert len(calls(house, unchanged, "editMessageText")) == 1, "what Telegram calls unmodified is done"
    assert len(messages(house, unchanged)) == 1
    assert house.simulator.world.unanswered() == []


async def test_a_newer_screen_takes_the_place_of_one_that_is_tried_again(house: House, scene: Scene) -> None:
    [person] = await scene.people(1)
    house.simulator.world.say(person.telegram_id, "/menu")
    await house.quiet()
    house.simulator.faults.add("429:1", "editMessageText", count=1)
    message = messages(house, person)[-1]
    house.simulator.world.press(person.telegram_id, encode(StartBooking()), message_id=message.message_id)
    await house.quiet()
    house.simulator.world.press(person.telegram_id, "bc1.mae-sot", message_id=message.message_id)
    await house.quiet()
    await until(lambda: "Vaccination" in str(message.buttons))
    await asyncio.sleep(1.2)
    assert "Vaccination" in str(message.buttons)
    assert house.simulator.pace.breaches["early"] == 0


async def test_a_reply_that_found_no_connection_arrives_once_there_is_one(house: House, scene: Scene) -> None:
    [person] = await scene.people(1)
    message = {"message_id": 5, "date": 0, "text": "/book", "chat": {"id": person.telegram_id, "type": "private"}}
    update = {
        "update_id": 1,
        "message": message | {"from": {"id": person.telegram_id, "is_bot": False, "first_name": "P"}},
    }
    async with refusing(house.simulator):
        await house.app.dispatcher.handle(Update.de_json(update, house.app.bot))
        assert house.app.out._late, "whoever else wrote must not wait for it"
    await until(lambda: scene.got(person, CLINICS))
    assert scene.got(person, CLINICS) == 1
