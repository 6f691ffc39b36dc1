"""People who meet one of Telegram's errors each, in one house; and what was sent to them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from simulator.messages import Message
from simulator.record import Call
from simulator.server import Simulator
from tests.faults.scene import Known, Scene
from tests.house import House

CLINICS, VISIT, ALERT = "Which clinic", "Your code", "Cholera"
SILENCE = 1.0
"""Seconds after which a silent Telegram is given up here: no busy machine answers a call so late."""


def impatient(house: House) -> Scene:
    """A scene in a house that soon gives a silent Telegram up."""
    house.app.bot.request._read_timeout = SILENCE  # type: ignore[attr-defined]
    return Scene(house.app.database, house.simulator.world, lambda: house.now)


async def half_a_minute(house: House) -> None:
    """The real second that a chat asked for passes, then people's clock moves on to every repeat."""
    await asyncio.sleep(1.1)
    house.advance(seconds=40)
    await house.quiet()


@asynccontextmanager
async def refusing(simulator: Simulator) -> AsyncIterator[None]:
    """While this lasts Telegram refuses connections; its port is kept, that nobody else takes it meanwhile."""
    port = int(simulator.url.rsplit(":", 1)[1])
    await simulator.stop()
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", port))
        yield
    await simulator.start(port=port)


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
