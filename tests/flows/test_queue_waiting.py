"""The queue as it is waited in: how long it still takes, who is called, and many who come at once."""

import asyncio

import pytest
from sqlalchemy import select

from handlers.press_codec import encode
from handlers.presses.queue import HowLong
from handlers.presses.visits import CancelVisit
from scheduling import line as lines
from scheduling import queue as use
from scheduling import store
from storage.tables import Queued
from tests.acts import ON_POSTGRESQL, is_in, it_becomes, spoken, take
from tests.flows.queue_scene import (
    CLINIC,
    MIGRANTS,
    booked,
    booking_of,
    id_of,
    nurse_of,
    rows,
    tomorrow,
)
from tests.house import House


@pytest.mark.parametrize("language", MIGRANTS)
async def test_somebody_who_is_here_may_ask_how_long(house: House, language: str) -> None:
    def said(sentence: str, **holes: object) -> str:
        return spoken(house, language, sentence, **holes)

    nurse, people = await nurse_of(house), await booked(house, "09:00", "09:30", languages=f"{language} {language}")
    one, code = people["09:30"]
    await it_becomes(house, tomorrow("09:25"))
    await nurse.says(f"/here {people['09:00'][1]}")
    await nurse.says(f"/here {code}")
    entry = (await rows(house))[1]
    await one.presses(encode(HowLong(entry.id)))
    assert said("Your number: <b>{number}</b>", number=2) in one.screen
    assert said("{count:person is|people are} before you.", count=1) in one.screen
    minutes = house.app.house.clinics.services["vaccination"].minutes
    assert said("It may take about {minutes:minute|minutes}. Urgent cases go first.", minutes=minutes) in one.screen
    assert is_in(language, one.screen)
    await nurse.says("/next")
    await nurse.says("/next")
    assert said("It is your turn. Please go to the desk.") in await one.taps(said("🔄 How long?"))
    other = people["09:00"][0]
    await other.presses(encode(HowLong(entry.id)))
    assert said("Your number: <b>{number}</b>", number=2) not in other.screen, "another person's number"


async def test_the_pace_of_the_day_makes_the_estimate(house: House) -> None:
    nurse = await nurse_of(house)
    await it_becomes(house, tomorrow("08:30"))
    for _ in range(6):
        await nurse.says("/walkin vaccination")
    for _ in range(3):
        await nurse.taps("Next") if "Call number" in nurse.screen else await nurse.says("/next")
        house.advance(minutes=40)
        await nurse.taps("Done")
        await nurse.says("/queue")
    async with house.app.database.reading() as session:
        entry = (await session.scalars(select(Queued).where(Queued.number == 6))).one()
        wait = await lines.wait_of(session, entry, house.app.house.clinics, house.now)
    assert (wait.before, wait.minutes) == (2, 80)


async def test_a_visit_that_is_cancelled_after_coming_is_not_called(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:30")
    one, code = people["09:30"]
    await it_becomes(house, tomorrow("09:10"))
    await nurse.says(f"/here {code}")
    await one.presses(encode(CancelVisit((await booking_of(house, code)).id)))
    assert "Here, but their visit has ended" in await nurse.says("/queue")
    assert "Nobody is waiting now" in await nurse.says("/next")


@ON_POSTGRESQL
async def test_forty_who_come_at_once_get_forty_numbers(house: House) -> None:
    """Each twice, from as many connections as there are."""
    times = await house.opens(capacity=50)
    day = times[0].date()
    people = [await house.person(1000 + number) for number in range(4)]
    codes = [await take(one, times[number]) for number, one in enumerate(people)]
    now = tomorrow("09:00")
    zone = house.app.house.clinics.clinics[CLINIC].zone
    nurse = await nurse_of(house)
    nurse_id = await id_of(house, nurse)

    async def come(code: str) -> int:
        async with house.app.database.writing() as session:
            found = await store.visit_by_code(session, code)
            assert found
            entry = await use.arrive(session, found[0], found[1], None, zone=zone, now=now)
            return entry.number

    async def walk(number: int) -> int:
        async with house.app.database.writing() as session:
            entry = await use.walk_in(session, nurse_id, CLINIC, zone=zone, now=now, update_id=10_000 + number)
            return entry.number

    numbers = await asyncio.gather(*(come(code) for code in codes * 2), *(walk(each) for each in [*range(36)] * 2))
    assert len(set(numbers)) == 40
    assert numbers[:4] == numbers[4:8]
    assert sorted({row.number for row in await rows(house)}) == list(range(1, 41))
    assert {row.day for row in await rows(house)} == {day}

    async def call(update: int) -> int | None:
        async with house.app.database.writing() as session:
            entry = await use.call_next(session, nurse_id, CLINIC, zone=zone, now=now, update_id=update)
            return entry.number if entry else None

    called = await asyncio.gather(*(call(20_000 + number) for number in range(20)))
    assert len(set(called)) == 20, "two nurses never call the same person"
