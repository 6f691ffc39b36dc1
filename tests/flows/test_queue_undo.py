"""A slip in the queue is taken back, and nothing else with it: nobody loses a number, a place or a reminder."""

from scheduling.rules import Stage, Status
from tests.acts import ON_SQLITE, it_becomes, take
from tests.flows.queue_scene import (
    booked,
    booking_of,
    nurse_of,
    rows,
    taken,
    tomorrow,
)
from tests.house import House, Someone


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
