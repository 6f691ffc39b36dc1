"""Telegram's errors, each by its cause: what becomes of a reminder and of an alert, and who else waits for it."""

import asyncio
from collections import Counter

import pytest

from bot import sender as sending
from delivery.rules import Kind
from tests.acts import ON_SQLITE
from tests.faults.errors_scene import ALERT, CLINICS, VISIT, beset, calls, half_a_minute, impatient, refusing, sends
from tests.faults.scene import Scene, until
from tests.house import House

pytestmark = ON_SQLITE


@pytest.fixture
def scene(house: House) -> Scene:
    return impatient(house)


CERTAIN = {
    "garbled": ("sent", 1),
    "cut": ("sent", 1),
    "429:1": ("sent", 1),
    "403": ("unreachable", 0),
    "400": ("failed", 0),
    "400:can't parse entities: unclosed tag": ("sent", 1),
}
"""What becomes of any message whose first try meets this, and how many copies arrive: nothing is in doubt here."""
REMINDERS = CERTAIN | {
    "reset": ("sent", 1),
    "reset_after": ("sent", 2),
    "timeout": ("sent", 1),
    "timeout_after": ("sent", 2),
    "500": ("sent", 1),
    "500_after": ("sent", 2),
}
"""The same of a reminder: in doubt it is sent once more."""


async def test_a_reminder_arrives_with_at_most_one_extra_copy(house: House, scene: Scene) -> None:
    people = await beset(house, scene, list(REMINDERS))
    await scene.reminders(list(people.values()))
    await house.quiet()
    await half_a_minute(house)
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
    assert len(calls(house, person)) == 2


async def test_trouble_that_was_certainly_harmless_does_not_use_up_the_one_repeat(house: House, scene: Scene) -> None:
    [person] = await scene.people(1)
    house.simulator.faults.add("429:1", "sendMessage", count=1)
    house.simulator.faults.add("reset", "sendMessage", count=1)
    await scene.reminders([person])
    await house.quiet()
    await half_a_minute(house)
    assert [call.fault for call in calls(house, person)] == ["429", "reset"]
    await half_a_minute(house)
    assert scene.got(person, VISIT) == 1


async def test_reminders_wait_for_a_telegram_that_refuses_connections(house: House, scene: Scene) -> None:
    people = await scene.people(30)
    async with refusing(house.simulator):
        await scene.reminders(people)
        house.app.dispatcher.committed.set()
        await asyncio.sleep(1.5)
        assert (await scene.states(Kind.REMINDER))["sent"] == 0
    house.advance(seconds=10)
    await house.quiet()
    assert scene.copies(people, VISIT) == [1] * 30


ALERTS = CERTAIN | {
    "reset": ("unknown", 0),
    "reset_after": ("unknown", 1),
    "timeout": ("unknown", 0),
    "timeout_after": ("unknown", 1),
    "500": ("unknown", 0),
    "500_after": ("unknown", 1),
}
"""The same of an alert: in doubt it is not sent again, and counted."""


async def test_an_alert_comes_at_most_once_and_every_doubt_is_reported(house: House, scene: Scene) -> None:
    people = await beset(house, scene, list(ALERTS))
    alert_id = await scene.alert(list(people.values()))
    await house.quiet()
    await half_a_minute(house)
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
    house.app.dispatcher.committed.set()
    await until(lambda: refused.hits > 0)
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
    await scene.reminders([person, other])
    house.app.dispatcher.committed.set()
    await until(lambda: scene.got(other, VISIT))
    house.advance(seconds=5)
    await until(lambda: scene.got(person, VISIT) and scene.got(person, CLINICS))
    await house.quiet()
    times = [call.at for call in calls(house, person)]
    assert times[1] - times[0] >= 2
    assert times[0] < calls(house, other)[0].at < times[1], "nobody else waits"
    assert house.simulator.pace.breaches["early"] == 0


async def test_three_refused_chats_at_once_silence_the_whole_bot_for_as_long(house: House, scene: Scene) -> None:
    people = await scene.people(20)
    house.simulator.faults.add("429:2", "sendMessage", count=3)
    house.app.sender.in_hand = 0.003
    await scene.reminders(people)
    house.app.dispatcher.committed.set()
    await until(lambda: len(sends(house)) >= 3)
    house.advance(seconds=5)
    await house.quiet()
    house.advance(seconds=5)
    await house.quiet()
    assert scene.copies(people, VISIT) == [1] * 20
    times = [call.at for call in sends(house)]
    assert times[3] - times[0] >= 2
    assert house.simulator.pace.breaches["early"] == 0
