"""Telegram's errors, each by its cause: what becomes of a reply, a changed screen, a reminder, an alert.

Every error meets a person of its own, in one house, so that each also shows that it disturbs nobody else.
"""

import asyncio
from collections import Counter
from time import monotonic

import pytest
from telegram import Update

from bot import sender as sending
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.visits import StartBooking
from simulator.messages import Message
from simulator.record import Call
from tests.faults.scene import Known, Scene, until
from tests.house import House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MENU, CLINICS, VISIT, ALERT = "1669", "Which clinic", "Your code", "Cholera"
SILENCE = 0.3
"""Seconds after which a silent Telegram is given up here."""


@pytest.fixture
def scene(house: House) -> Scene:
    house.app.bot.request._read_timeout = SILENCE  # type: ignore[attr-defined]
    return Scene(house.app.database, house.simulator.world, lambda: house.now)


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
            person.telegram_id, encode(StartBooking()), message_id=_messages(house, person)[-1].message_id
        )
    await house.quiet()
    unchanged = people.pop("400:message is not modified: the same")
    await until(lambda: all(scene.got(person, CLINICS) for person in people.values()))
    assert {fault: len(_messages(house, person)) - 1 for fault, person in people.items()} == {
        fault: new for fault, new in EDITS.items() if fault in people
    }
    assert len(_calls(house, unchanged, "editMessageText")) == 1, "what Telegram calls unmodified is done"
    assert len(_messages(house, unchanged)) == 1
    assert house.simulator.world.unanswered() == []


async def test_a_newer_screen_takes_the_place_of_one_that_is_tried_again(house: House, scene: Scene) -> None:
    [person] = await scene.people(1)
    house.simulator.world.say(person.telegram_id, "/menu")
    await house.quiet()
    house.simulator.faults.add("429:1", "editMessageText", count=1)
    message = _messages(house, person)[-1]
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
    port = int(house.simulator.url.rsplit(":", 1)[1])
    await house.simulator.stop()
    begun = monotonic()
    read = Update.de_json(update, house.app.bot)
    await house.app.dispatcher.handle(read)
    assert monotonic() - begun < 0.9, "whoever else wrote must not wait for it"
    await house.simulator.start(port=port)
    await until(lambda: scene.got(person, CLINICS))
    assert scene.got(person, CLINICS) == 1


REMINDERS = {
    "reset": ("sent", 1),
    "reset_after": ("sent", 2),
    "timeout": ("sent", 1),
    "timeout_after": ("sent", 2),
    "500": ("sent", 1),
    "500_after": ("sent", 2),
    "garbled": ("sent", 1),
    "cut": ("sent", 1),
    "429:1": ("sent", 1),
    "403": ("unreachable", 0),
    "400": ("failed", 0),
    "400:can't parse entities: unclosed tag": ("sent", 1),
}
"""What becomes of a reminder whose first try meets this, and how many copies arrive."""


async def test_a_reminder_arrives_with_at_most_one_extra_copy(house: House, scene: Scene) -> None:
    people = await _beset(house, scene, list(REMINDERS))
    await scene.reminders(list(people.values()))
    await house.quiet()
    await _half_a_minute(house)
    found = {fault: scene.got(person, VISIT) for fault, person in people.items()}
    assert found == {fault: copies for fault, (_, copies) in REMINDERS.items()}
    assert await scene.states(Kind.REMINDER) == Counter(state for state, _ in REMINDERS.values()) + Counter(
        pending=len(REMINDERS)
    )
    assert len(await scene.standing()) == len(REMINDERS), "whoever blocks the bot keeps the visit"
    assert house.simulator.pace.breaches["early"] == 0


async def test_a_reminder_in_doubt_twice_is_unknown_and_not_sent_a_third_time(house: House, scene: Scene) -> None:
    [person] = await scene.people(1)
    house.simulator.faults.add("reset", "sendMessage", count=2)
    await scene.reminders([person])
    await house.quiet()
    house.advance(seconds=40)
    await house.quiet()
    house.advance(minutes=10)
    await house.quiet()
    assert (await scene.states(Kind.REMINDER))["unknown"] == 1
    assert len(_calls(house, person)) == 2


async def test_trouble_that_was_certainly_harmless_does_not_use_up_the_one_repeat(house: House, scene: Scene) -> None:
    [person] = await scene.people(1)
    house.simulator.faults.add("429:1", "sendMessage", count=1)
    house.simulator.faults.add("reset", "sendMessage", count=1)
    await scene.reminders([person])
    await house.quiet()
    await _half_a_minute(house)
    assert [call.fault for call in _calls(house, person)] == ["429", "reset"]
    await _half_a_minute(house)
    assert scene.got(person, VISIT) == 1


async def test_reminders_wait_for_a_telegram_that_refuses_connections(house: House, scene: Scene) -> None:
    people = await scene.people(30)
    port = int(house.simulator.url.rsplit(":", 1)[1])
    await house.simulator.stop()
    await scene.reminders(people)
    house.app.dispatcher.committed.set()
    await asyncio.sleep(1.5)
    assert (await scene.states(Kind.REMINDER))["sent"] == 0
    await house.simulator.start(port=port)
    house.advance(seconds=10)
    await house.quiet()
    assert scene.copies(people, VISIT) == [1] * 30


ALERTS = {
    "reset": ("unknown", 0),
    "reset_after": ("unknown", 1),
    "timeout": ("unknown", 0),
    "timeout_after": ("unknown", 1),
    "500": ("unknown", 0),
    "500_after": ("unknown", 1),
    "garbled": ("sent", 1),
    "cut": ("sent", 1),
    "429:1": ("sent", 1),
    "403": ("unreachable", 0),
    "400": ("failed", 0),
    "400:can't parse entities: unclosed tag": ("sent", 1),
}


async def test_an_alert_comes_at_most_once_and_every_doubt_is_reported(house: House, scene: Scene) -> None:
    people = await _beset(house, scene, list(ALERTS))
    alert_id = await scene.alert(list(people.values()))
    await house.quiet()
    await _half_a_minute(house)
    assert {fault: scene.got(person, ALERT) for fault, person in people.items()} == {
        fault: copies for fault, (_, copies) in ALERTS.items()
    }
    report = await scene.report(alert_id)
    assert report.adds_up
    assert report.total == Counter(state for state, _ in ALERTS.values())


async def test_a_refused_token_stops_the_sending_and_nothing_else(
    house: House, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOKEN_WAIT", sending.TOKEN_WAIT / 40)
    people = await scene.people(40)
    refused = house.simulator.faults.add("401", "send*")
    house.app.sender.in_hand = 0.004
    await scene.reminders(people)
    await asyncio.sleep(1)
    assert refused.hits <= 4, "what was in hand may have been on its way"
    assert (await house.app.ready())["telegram"] is False
    house.simulator.world.say(people[0].telegram_id, "/book")
    await house.simulator.world.quiet()
    house.simulator.faults.clear()
    await asyncio.sleep(1.5)
    house.advance(seconds=90)
    await house.quiet()
    assert scene.copies(people, VISIT) == [1] * 40
    assert (await house.app.ready())["telegram"] is True


async def test_a_chat_that_asked_to_wait_is_left_alone_by_everything(house: House, scene: Scene) -> None:
    """A reply was refused for two seconds; a reminder that falls due meanwhile waits too, and nobody else does."""
    person, other = await scene.people(2)
    house.simulator.faults.add("429:2", "sendMessage", chat_id=person.telegram_id, count=1)
    house.simulator.world.say(person.telegram_id, "/book")
    await house.simulator.world.quiet()
    begun = monotonic()
    await scene.reminders([person, other])
    house.app.dispatcher.committed.set()
    await until(lambda: scene.got(other, VISIT))
    assert monotonic() - begun < 1.5
    house.advance(seconds=5)
    await until(lambda: scene.got(person, VISIT) and scene.got(person, CLINICS))
    await house.quiet()
    calls = [call.at for call in _calls(house, person)]
    assert calls[1] - calls[0] >= 2
    assert house.simulator.pace.breaches["early"] == 0


async def test_three_refused_chats_at_once_silence_the_whole_bot_for_as_long(house: House, scene: Scene) -> None:
    people = await scene.people(20)
    house.simulator.faults.add("429:2", "sendMessage", count=3)
    house.app.sender.in_hand = 0.003
    await scene.reminders(people)
    house.app.dispatcher.committed.set()
    await until(lambda: len(_sends(house)) >= 3)
    await asyncio.sleep(1)
    assert len(_sends(house)) == 3
    house.advance(seconds=5)
    await house.quiet()
    house.advance(seconds=5)
    await house.quiet()
    assert scene.copies(people, VISIT) == [1] * 20
    times = [call.at for call in _sends(house)]
    assert times[3] - times[0] >= 2
    assert house.simulator.pace.breaches["early"] == 0


async def _half_a_minute(house: House) -> None:
    """The real second that a chat asked for passes, then people's clock moves on to every repeat."""
    await asyncio.sleep(1.1)
    house.advance(seconds=40)
    await house.quiet()


async def _beset(house: House, scene: Scene, faults: list[str]) -> dict[str, Known]:
    """People whose next message meets one fault each."""
    people = dict(zip(faults, await scene.people(len(faults)), strict=True))
    for fault, person in people.items():
        house.simulator.faults.add(fault, "sendMessage", chat_id=person.telegram_id, count=1)
    return people


def _messages(house: House, person: Known) -> list[Message]:
    return [message for message in house.simulator.world.chat(person.telegram_id).messages if message.from_bot]


def _calls(house: House, person: Known, method: str = "sendMessage") -> list[Call]:
    return [call for call in house.simulator.world.calls if (call.method, call.chat_id) == (method, person.telegram_id)]


def _sends(house: House) -> list[Call]:
    return [call for call in house.simulator.world.calls if call.method == "sendMessage"]
