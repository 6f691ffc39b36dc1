"""The queue of the day: one line for people with visits and people without, as the desk keeps it."""

from sqlalchemy import select

from handlers.press_codec import encode
from handlers.presses.queue import CallFor, CallNext, MarkDone, SeeQueue
from locales.languages import NATIVE
from scheduling import queue as use
from scheduling.rules import Stage, Status
from storage.tables import Booking
from tests.acts import ON_SQLITE, is_in, it_becomes
from tests.flows.queue_scene import (
    CLINIC,
    booked,
    booking_of,
    id_of,
    nurse_of,
    rows,
    taken,
    tomorrow,
)
from tests.house import House


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
