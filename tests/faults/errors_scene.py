"""People who meet one of Telegram's errors each, in one house; and what was sent to them."""

import asyncio

from simulator.messages import Message
from simulator.record import Call
from tests.faults.scene import Known, Scene
from tests.house import House

CLINICS, VISIT, ALERT = "Which clinic", "Your code", "Cholera"
SILENCE = 0.3
"""Seconds after which a silent Telegram is given up here."""


def impatient(house: House) -> Scene:
    """A scene in a house that soon gives a silent Telegram up."""
    house.app.bot.request._read_timeout = SILENCE  # type: ignore[attr-defined]
    return Scene(house.app.database, house.simulator.world, lambda: house.now)


async def half_a_minute(house: House) -> None:
    """The real second that a chat asked for passes, then people's clock moves on to every repeat."""
    await asyncio.sleep(1.1)
    house.advance(seconds=40)
    await house.quiet()


async def beset(house: House, scene: Scene, faults: list[str]) -> dict[str, Known]:
    """People whose next message meets one fault each."""
    people = dict(zip(faults, await scene.people(len(faults)), strict=True))
    for fault, person in people.items():
        house.simulator.faults.add(fault, "sendMessage", chat_id=person.telegram_id, count=1)
    return people


def messages(house: House, person: Known) -> list[Message]:
    return [message for message in house.simulator.world.chat(person.telegram_id).messages if message.from_bot]


def calls(house: House, person: Known, method: str = "sendMessage") -> list[Call]:
    return [call for call in house.simulator.world.calls if (call.method, call.chat_id) == (method, person.telegram_id)]


def sends(house: House) -> list[Call]:
    return [call for call in house.simulator.world.calls if call.method == "sendMessage"]
