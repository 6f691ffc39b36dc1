"""The keypad of a PIN in a test: who meets it, what is read off it, what an act leaves behind."""

import re

from bot.incoming import Incoming
from storage import audit
from tests.flows import alerting
from tests.house import House, Someone

KEY = re.compile(r"pk1\.([0-9])\.([0-9a-z]+)")
WRONG = "602144"


async def operator(house: House, telegram_id: int = 700) -> Someone:
    """Somebody with a PIN that was given long ago."""
    one = await alerting.operator(house, telegram_id)
    house.advance(minutes=11)
    return one


async def at_the_keypad(house: House, one: Someone) -> Someone:
    """A draft waits for approval, and the keypad for digits."""
    reader = await house.person(7)
    await reader.says("/alerts_on")
    await one.says("/alert")
    await one.taps("English")
    await one.says("Boil your water.")
    assert "Please tap your PIN" in await one.taps("Ask for approval")
    return reader


def keys(one: Someone) -> dict[str, str]:
    """What each digit of the keypad on the screen carries."""
    buttons = {str(each["text"]): str(each["callback_data"]) for each in one.messages[-1].buttons}
    return {label: data for label, data in buttons.items() if label.isdigit()}


def dots(screen: str) -> str:
    return re.sub("[^●○]", "", screen)


async def acts(house: House) -> list[str]:
    async with house.app.database.reading() as session:
        return [entry.action for entry in reversed(await audit.latest(session, 50))]


def press(one: Someone, update_id: int, data: str) -> Incoming:
    return Incoming(update_id, "press", one.id, data, callback_id="c", message_id=one.messages[-1].message_id)
