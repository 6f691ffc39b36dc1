"""The smaller model, through the whole bot: people tap whatever buttons there are, a nurse types, the clock runs.

Taps, old buttons and lines are drawn from a seed; after each the rows are looked at as in the larger model, but for
what only a single step can tell (the audit log is read at the end).
"""

import random
from collections.abc import Callable, Iterator

import pytest

from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from people.authority import Role
from simulator.messages import Message
from storage.audit_check import verify
from tests.faults.model import invariants, picture
from tests.faults.model.invariants import Known, Step
from tests.house import House, Someone
from tests.thrift import many

STEPS = many(80, 200)
LOOKED_AT: tuple[Callable[[Step], Iterator[str]], ...] = (
    invariants.counters_equal_rows,
    invariants.places_suffice,
    invariants.limits_are_kept,
    invariants.nobody_is_in_two_places,
    invariants.nobody_stands_on_a_closed_time,
    invariants.offers_are_held,
    invariants.kept_places_are_for_closed_visits,
)
LEFT_ALONE = ("Delete", "Erase", "English", "ไทย", "မြန်မာ", "ខ្មែរ")
"""Buttons that would end the game for their person, or change only words."""
LINES = (
    "/close mae-sot tomorrow 09:00-10:00 doctor ill",
    "/close mae-sot tomorrow 10:30-12:00",
    "/undo",
    "/today mae-sot tomorrow",
    "/queue",
    "/walkin",
)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak), pytest.param(3, marks=pytest.mark.soak)])
async def test_whatever_people_tap_the_calendar_is_sound(house: House, seed: int) -> None:
    chance, known = random.Random(seed), Known()
    await house.opens(capacity=1)
    people = [await house.person(500 + number, language) for number, language in enumerate(("en", "my", "km", "th"))]
    nurse = await house.staff(600, Role.STAFF, "mae-sot")
    old: list[tuple[Someone, str]] = []
    seen = await _look(house)
    for one in people:
        await one.says("/book")
    for _ in range(STEPS):
        what = await _step(house, chance, people, nurse, old)
        before, seen = seen, await _look(house)
        step = Step(what, before, seen, [], known)
        faults = [fault for check in LOOKED_AT for fault in check(step)]
        assert not faults, f"after {what}: {faults}"
    assert len(seen.bookings) > 1, "hardly anything was booked: nothing is shown"
    async with house.app.database.reading() as session:
        assert (await verify(session)).faults == ()


async def _step(
    house: House, chance: random.Random, people: list[Someone], nurse: Someone, old: list[tuple[Someone, str]]
) -> str:
    house.advance(seconds=chance.choice((20, 20, 60, 400, 1000)))
    draw = chance.random()
    if draw < 0.15:
        line = chance.choice(LINES)
        await nurse.says(line)
        return line
    if draw < 0.25 and old:
        one, data = chance.choice(old)
        await one.presses(data)
        return f"the old button {data}"
    if draw < 0.4:
        one, line = chance.choice(people), chance.choice(("/book", "/mine", "/book"))
        await one.says(line)
        return line
    if draw < 0.6:
        one, slots = chance.choice(people), (await _look(house)).by_time()[:6]
        data = encode(KeepPlace(chance.choice(slots).id, chance.random() < 0.3, "", False)) if slots else "x"
        old.append((one, data))
        await one.presses(data)
        return f"the button {data}"
    one = nurse if draw < 0.7 else chance.choice(people)
    buttons = [button for message in one.messages[-2:] for button in _buttons(message)]
    if not buttons:
        return "nothing"
    data = chance.choice(buttons)
    old.append((one, data))
    await one.presses(data)
    return f"the button {data}"


def _buttons(message: Message) -> list[str]:
    return [
        str(button["callback_data"])
        for button in message.buttons
        if "callback_data" in button and not any(word in str(button["text"]) for word in LEFT_ALONE)
    ]


async def _look(house: House) -> picture.Picture:
    async with house.app.database.reading() as session:
        return await picture.take(session, house.now)
