"""The queue of the day: one line for people with visits and people without, seen from the desk and from the bench."""

import asyncio

import pytest
from sqlalchemy import select

from handlers.press_codec import encode
from handlers.presses.queue import CallFor, CallNext, HowLong, MarkDone, SeeQueue
from handlers.presses.visits import CancelVisit
from locales.languages import NATIVE
from scheduling import line as lines
from scheduling import queue as use
from scheduling import store
from scheduling.rules import Stage, Status
from storage.tables import Booking, Queued
from tests.acts import ON_POSTGRESQL, ON_SQLITE, is_in, it_becomes, spoken, take
from tests.flows.queue_scene import (
    CLINIC,
    MIGRANTS,
    booked,
    booking_of,
    id_of,
    nurse_of,
    rows,
    taken,
    tomorrow,
)
from tests.house import House, Someone


async def test_one_queue_for_booked_people_and_walk_ins_and_everybody_is_called_once(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:00", "09:30", languages="my km")
    (_, aye), (_, sok) = people["09:00"], people["09:30"]
    await it_becomes(house, tomorrow("08:40"))
    assert "Number 1" in await nurse.says("/walkin vaccination khmer")
    assert "Number 2" in await nurse.says(f"/here {aye.lower()}")
    assert NATIVE["my"] in nurse.screen
    assert "Number 2" in await nurse.says(f"/here {aye}"), "coming twice gives the same number"
    await it_becomes(house, tomorrow("09:05"))
    assert "Call number 2" in await nurse.says("/next"), "her time has come"
    assert aye in nurse.screen
    assert "Number 3" in await nurse.says(f"/here {sok}")
    assert "Call number 1" in await nurse.says("/next"), "the walk-in before whoever is early"
    assert "Call number 3" in await nurse.taps("Next")
    assert "Nobody is waiting now" in await nurse.says("/next")
    assert "done" in await nurse.says(f"/done {aye}")
    screen = await nurse.says("/queue")
    assert "Waiting: 0 · Called: 2 · Done: 1 · Not here yet: 0" in screen
    assert (await booking_of(house, aye)).status == Status.DONE


async def test_two_taps_on_next_call_one_person(house: House) -> None:
    nurse = await nurse_of(house)
    for _ in range(3):
        await nurse.says("/walkin")
    await nurse.presses(encode(CallNext(CLINIC, 0)))
    assert "Call number 1" in nurse.screen
    assert "Somebody was called in the meantime" in await nurse.presses(encode(CallNext(CLINIC, 0)))
    assert [row.state for row in await rows(house)] == [Stage.CALLED, Stage.HERE, Stage.HERE]


async def test_the_next_for_one_service_is_not_the_next_of_another(house: House) -> None:
    nurse = await nurse_of(house)
    for service in ("vaccination", "tb-symptom-check", "vaccination"):
        await nurse.says(f"/walkin {service}")
    assert "Call number 2" in await nurse.says("/next tb")
    house.advance(seconds=10)
    await nurse.says("/queue")
    await nurse.taps("Next for")
    assert "Call number 1" in await nurse.taps("Vaccination")
    assert "Somebody was called in the meantime" in await nurse.presses(encode(CallFor(CLINIC, "vaccination")))
    house.advance(seconds=10)
    assert "Call number 3" in await nurse.presses(encode(CallFor(CLINIC, "vaccination")))


async def test_the_same_update_again_gives_no_second_number_and_calls_nobody_else(house: House) -> None:
    nurse_id = await id_of(house, await nurse_of(house))
    zone = house.app.house.clinics.clinics[CLINIC].zone
    for update in (71, 71, 72, 72):
        async with house.app.database.writing() as session:
            await use.walk_in(session, nurse_id, CLINIC, zone=zone, now=house.now, update_id=update)
    for _ in range(2):
        async with house.app.database.writing() as session:
            entry = await use.call_next(session, nurse_id, CLINIC, zone=zone, now=house.now, update_id=73)
            assert entry is not None
            assert entry.number == 1
    assert [row.state for row in await rows(house)] == [Stage.CALLED, Stage.HERE]


async def test_an_early_walk_in_frees_the_later_place_and_undo_brings_it_back(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "11:30")
    _, code = people["11:30"]
    await it_becomes(house, tomorrow("09:10"))
    before = await taken(house)
    assert "Number 1" in await nurse.says(f"/walkin {code}")
    assert await taken(house) == before - 1
    assert (await booking_of(house, code)).status == Status.CANCELLED
    assert "Take this back?" in await nurse.says("/undo")
    await nurse.taps("Yes, do it")
    assert await taken(house) == before
    assert (await booking_of(house, code)).status == Status.STANDING
    assert [row.state for row in await rows(house)] == [Stage.LEFT]
    assert "Number 2" in await nurse.says(f"/here {code}")


async def test_who_is_missing_is_suggested_and_nothing_happens_by_itself(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:00", "09:30")
    code = people["09:00"][1]
    await it_becomes(house, tomorrow("09:29"))
    assert "Not here long after" not in await nurse.says("/queue")
    await it_becomes(house, tomorrow("09:31"))
    assert f"09:00 {code}" in await nurse.says("/queue")
    assert (await booking_of(house, code)).status == Status.STANDING
    before = await taken(house)
    assert f"{code} did not come" in await nurse.taps(f"{code} did not come")
    assert (await booking_of(house, code)).status == Status.NO_SHOW
    assert await taken(house) == before, "the place is not given away"
    assert "Not here yet: 1" in nurse.screen
    assert "Number 1" in await nurse.says(f"/here {code}"), "late, but there"
    assert (await booking_of(house, code)).status == Status.STANDING
    assert await taken(house) == before


async def test_done_and_no_show_can_be_taken_back(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:00", "09:30")
    first, second = people["09:00"][1], people["09:30"][1]
    await it_becomes(house, tomorrow("09:40"))
    await nurse.says(f"/here {first}")
    await nurse.says("/next")
    for text, code, status in (("/done", first, Status.DONE), ("/noshow", second, Status.NO_SHOW)):
        await nurse.says(f"{text} {code}")
        assert (await booking_of(house, code)).status == status
        await nurse.taps("Undo")
        await nurse.taps("Yes, do it")
        assert (await booking_of(house, code)).status == Status.STANDING
    assert [row.state for row in await rows(house)] == [Stage.CALLED]


async def test_a_slip_of_the_desk_taken_back_leaves_the_reminder_in_its_place(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:00", "09:30", "10:00")
    (aye, first), (sok, second), (mon, third) = people.values()
    await it_becomes(house, tomorrow("05:30"))
    for line in (f"/here {first}", f"/done {second}"):
        await nurse.says(line)
        await nurse.taps("Undo")
        assert "Visits as they were before: 1" in await nurse.taps("Yes, do it")
    await nurse.says(f"/here {third}")
    heard = [len(one.texts) for one in (aye, sok, mon)]
    await it_becomes(house, tomorrow("07:30"))
    assert [len(one.texts) for one in (aye, sok, mon)] == [heard[0] + 1, heard[1] + 1, heard[2]]


@ON_SQLITE
async def test_a_visit_of_a_later_day_is_neither_here_nor_done(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:00")
    code = people["09:00"][1]
    for line in ("/here", "/done"):
        assert "This visit is not today" in await nurse.says(f"{line} {code}")
    assert (await booking_of(house, code)).status == Status.STANDING


@ON_SQLITE
async def test_taking_back_leaves_what_a_colleague_has_noted_since(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:00", "09:30", "10:00")
    other = await nurse_of(house, telegram_id=501)
    first, second, third = [code for _, code in people.values()]
    await it_becomes(house, tomorrow("10:10"))

    async def takes_back(after: dict[Someone, str], code: str) -> str:
        for one, commands in after.items():
            for command in commands.split():
                house.advance(seconds=5)
                await one.says(f"/{command} {code}" if command != "next" else "/next")
        await nurse.says("/undo")
        assert "1 cannot come back" in await nurse.taps("Yes, do it")
        return (await booking_of(house, code)).status

    assert await takes_back({nurse: "noshow", other: "done"}, first) == Status.DONE
    assert await takes_back({nurse: "noshow", other: "here noshow"}, second) == Status.NO_SHOW
    assert await takes_back({nurse: "here", other: "next"}, third) == Status.STANDING
    assert [row.state for row in await rows(house)][-1] == Stage.CALLED


@ON_SQLITE
async def test_who_was_missed_and_has_made_other_plans_gets_a_new_number(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "10:30")
    one, code = people["10:30"]
    await it_becomes(house, tomorrow("09:10"))
    for line in (f"/here {code}", f"/noshow {code}"):
        await nurse.says(line)
    await house.opens(clinic="bangkok", day=tomorrow("09:00").date())
    await take(one, tomorrow("10:30"), clinic="bangkok")
    assert "Give them a new number instead: /walkin" in await nurse.says(f"/here {code}")
    assert "1 cannot come back" in await nurse.says("/undo")
    assert (await booking_of(house, code)).status == Status.NO_SHOW
    assert "Number 2" in await nurse.says("/walkin")


@ON_SQLITE
async def test_who_was_here_already_keeps_their_number_when_coming_early_is_taken_back(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "11:30")
    code = people["11:30"][1]
    await it_becomes(house, tomorrow("09:10"))
    for line in (f"/here {code}", f"/walkin {code}"):
        assert "Number 1" in await nurse.says(line)
    await nurse.says("/undo")
    await nurse.taps("Yes, do it")
    booking = await booking_of(house, code)
    assert booking.status == Status.STANDING
    assert [(row.state, row.booking_id) for row in await rows(house)] == [(Stage.HERE, booking.id)]


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
    assert said("1 person is before you.") in one.screen
    minutes = house.app.house.clinics.services["vaccination"].minutes
    assert said("It may take about {minutes} minutes. Urgent cases go first.", minutes=minutes) in one.screen
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


@ON_SQLITE
async def test_bad_input_is_met_with_what_to_type(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:30")
    other = await nurse_of(house, "bangkok", 501)
    code = people["09:30"][1]
    assert "This visit is not today" in await nurse.says(f"/here {code}")
    assert "has not begun yet" in await nurse.says(f"/noshow {code}")
    assert "/here K7M4QX" in await nurse.says("/here")
    assert "/done K7M4QX" in await nurse.says("/done")
    assert "“banana”" in await nurse.says("/walkin vaccination banana")
    assert "/late mae-sot 40" in await nurse.says("/late soon")
    assert "more than 300" in await nurse.says("/late 900")
    await it_becomes(house, tomorrow("09:40"))
    for text in ("/here", "/noshow", "/done", "/walkin"):
        assert f"I find no visit with the code {code}" in await other.says(f"{text} {code}")
    assert "only some clinic staff" in await people["09:30"][0].says("/queue") or is_in("my", people["09:30"][0].screen)
    await nurse.says(f"/done {code}")
    assert "over or cancelled" in await nurse.says(f"/noshow {code}")
    entry = (await rows(house)) or []
    assert entry == []
    assert await other.presses(encode(SeeQueue(CLINIC))) != ""
    assert "only some clinic staff" in other.screen
    assert "only some clinic staff" in await other.presses(encode(MarkDone(12345)))


async def test_nothing_on_the_desk_names_anybody_but_one_by_a_tap(house: House) -> None:
    nurse, people = await nurse_of(house), await booked(house, "09:30")
    one, code = people["09:30"]
    async with house.app.database.writing() as session:
        booking = (await session.scalars(select(Booking).where(Booking.code == code))).one()
        booking.name = "Daw Hla"
    await it_becomes(house, tomorrow("09:20"))
    for text in (f"/here {code}", "/queue", "/next"):
        screen = await nurse.says(text)
        assert "Daw Hla" not in screen
        assert str(one.id) not in screen.split()
    assert "Daw Hla" in await nurse.taps("Name to call")


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
