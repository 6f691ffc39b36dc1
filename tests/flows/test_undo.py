"""Taking a change back within ten minutes: previewed, done once, and honest about what cannot come back."""

import asyncio

import pytest
from sqlalchemy import select

from people.authority import Role
from people.store import find_person
from scheduling import booking, store, undoing
from storage.tables import Booking, Deed, Owed
from tests.acts import CODE, ON_POSTGRESQL, ON_SQLITE, at, it_becomes, spoken, take
from tests.flows.test_closing import closes, nurse_of, places
from tests.house import House

AFTER_ALL = (
    "The clinic is open after all. You have your old time again:\n<b>{when}</b> (Thai time)\nCode: <b>{code}</b>"
)
NOTHING = "You changed nothing in the last 10 minutes"


async def test_whoever_has_not_answered_gets_the_old_place_back_and_others_keep_what_they_chose(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=2)
    aye, sok, mon = [await house.person(7 + n, language) for n, language in enumerate(("my", "km", "en"))]
    codes = [await take(one, times[n]) for n, one in enumerate((aye, sok, mon))]
    await closes(nurse, "/close tomorrow 09:00-10:30")
    await sok.taps(spoken(house, "km", "✅ Take it"))
    await mon.taps("✖️ Cancel")
    heard = [len(one.texts) for one in (aye, sok, mon)]
    preview = await nurse.says("/undo")
    assert "Take this back?" in preview
    assert "a time was closed" in preview
    assert "Visits as they were before: 1" in preview
    assert len(await places(house)) == 6, "the preview changed nothing"
    assert (await places(house))["09:00"] == (0, 0, True)
    assert "Taken back" in await nurse.taps("Yes, do it")
    found = await places(house)
    assert found["09:00"] == (1, 0, False)
    assert [found[clock][2] for clock in found] == [False] * 6
    assert [len(one.texts) for one in (aye, sok, mon)] == [heard[0] + 1, heard[1], heard[2]]
    assert spoken(house, "my", AFTER_ALL, when="", code=codes[0]).splitlines()[0] in aye.screen
    day = await nurse.says("/today tomorrow")
    assert f"09:00 {codes[0]}" in day
    assert codes[1] in day
    assert codes[2] not in day
    assert NOTHING in await nurse.says("/undo")


@ON_SQLITE
async def test_after_ten_minutes_nothing_comes_back(house: House) -> None:
    nurse = await nurse_of(house)
    await house.opens()
    await closes(nurse, "/close tomorrow 09:00-10:00")
    house.advance(minutes=9)
    await nurse.says("/undo")
    house.advance(minutes=2)
    assert NOTHING in await nurse.taps("Yes, do it")
    assert NOTHING in await nurse.says("/undo")
    assert (await places(house))["09:00"] == (0, 0, True)


@ON_SQLITE
async def test_taking_back_twice_does_it_once_and_says_the_same(house: House) -> None:
    nurse = await nurse_of(house)
    await house.opens()
    await closes(nurse, "/close tomorrow 09:00-10:00")
    await nurse.taps("Undo")
    _, data = nurse._button("Yes, do it")
    once = await nurse.presses(data)
    assert await nurse.presses(data) == once
    assert (await places(house))["09:00"] == (0, 0, False)


@ON_SQLITE
async def test_a_nurse_takes_back_her_own_change_alone(house: House) -> None:
    nurse, other = await nurse_of(house), await nurse_of(house, telegram_id=501)
    await house.opens()
    await closes(nurse, "/close tomorrow 09:00-10:00")
    assert NOTHING in await other.says("/undo")
    aye = await house.person(7)
    assert "only some clinic staff" in await aye.says("/undo")


@ON_SQLITE
async def test_a_time_that_another_closure_covers_stays_closed(house: House) -> None:
    nurse, other = await nurse_of(house), await house.staff(501, Role.LEAD, "mae-sot")
    await house.opens()
    await closes(nurse, "/close tomorrow 09:00-10:00")
    await closes(other, "/close tomorrow 09:30-11:00")
    await closes(nurse, "/undo")
    found = await places(house)
    assert [found[clock][2] for clock in ("09:00", "09:30", "10:00")] == [False, True, True]


@ON_SQLITE
async def test_nobody_hears_of_an_opening_who_never_heard_of_the_closing(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    aye = await house.person(7)
    await take(aye, times[0])
    await nurse.says("/close tomorrow 09:00-10:00")
    await nurse.taps("Yes, do it")
    async with house.app.database.writing() as session:
        row = (await session.scalars(select(Owed).where(Owed.kind == "closed"))).one()
        row.state, row.due_at = "pending", at(house, 1, "00:00")  # as if Telegram had been away
    heard = len(aye.texts)
    await closes(nurse, "/undo")
    assert len(aye.texts) == heard
    async with house.app.database.reading() as session:
        assert not list(await session.scalars(select(Owed).where(Owed.kind.in_(("closed", "reopened")))))
    await it_becomes(house, at(house, 1, "07:00"))
    assert any("Reminder" in text for text in aye.texts), "its reminders are owed again"


async def test_what_was_done_for_one_person_comes_back_too(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    aye = await house.person(7)
    code = await take(aye, times[0])
    await closes(nurse, f"/move {code} tomorrow 10:00")
    await closes(nurse, "/undo")
    assert "09:00" in aye.screen
    assert (await places(house))["09:00"] == (1, 0, False)
    await closes(nurse, f"/cancel {code} ill")
    assert (await places(house))["09:00"] == (0, 0, False)
    await closes(nurse, "/undo")
    assert "The clinic is open after all" in aye.screen
    assert (await places(house))["09:00"] == (1, 0, False)
    await nurse.says("/book mae-sot vaccination tomorrow 11:00")
    booked = CODE.findall(await nurse.taps("Yes, do it"))[-1]
    await nurse.taps("Undo")
    await nurse.taps("Yes, do it")
    assert (await places(house))["11:00"] == (0, 0, False)
    assert booked not in await nurse.says("/today tomorrow")


@ON_SQLITE
async def test_a_place_that_somebody_else_has_now_cannot_come_back_and_that_is_said(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=1)
    aye, other = await house.person(7), await house.person(8)
    code = await take(aye, times[0])
    await closes(nurse, f"/cancel {code} weather")
    await take(other, times[0])
    preview = await nurse.says("/undo")
    assert "1 cannot come back: the place is taken, the time is over" in preview
    await nurse.taps("Yes, do it")
    async with house.app.database.reading() as session:
        statuses = {one.code: one.status for one in await session.scalars(select(Booking))}
    assert statuses[code] == "closed"
    assert sorted(statuses.values()) == ["closed", "standing"]


async def test_what_is_taken_back_breaks_no_rule_for_its_person(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens(capacity=2)
    aye = await house.person(7)
    code = await take(aye, times[0])
    await closes(nurse, f"/cancel {code} ill")
    again = await take(aye, times[0])
    assert "1 cannot come back" in await nurse.says("/undo")
    assert "1 cannot come back" in await nurse.taps("Yes, do it")
    await closes(nurse, f"/move {again} tomorrow 10:00")
    await take(aye, times[0])
    assert "1 cannot come back" in await closes(nurse, "/undo")
    async with house.app.database.reading() as session:
        found = {one.code: one.status for one in await session.scalars(select(Booking))}
    assert (found[code], found[again]) == ("closed", "standing")
    assert (await places(house))["10:00"] == (1, 0, False)


@ON_POSTGRESQL
@pytest.mark.parametrize("line", ["/cancel {code} ill", "/close tomorrow 09:00-09:30"])
async def test_whoever_is_booking_another_time_at_that_moment_keeps_that_one(house: House, line: str) -> None:
    """The undoing waits for the person: it would see one visit too few."""
    nurse, times = await nurse_of(house), await house.opens()
    aye = await house.person(7)
    code, _ = await take(aye, times[0]), await take(aye, times[2])
    await closes(nurse, line.format(code=code))
    clinics = house.app.house.clinics

    async def takes_back() -> undoing.Undone | None:
        async with house.app.database.writing() as session:
            deed = (await session.scalars(select(Deed))).one()
            return await undoing.take_back(session, deed.person_id or 0, deed.id, clinics, house.now)

    async with house.app.database.writing() as session:
        person = await find_person(session, aye.id)
        assert person
        [slot] = await store.free_slots(session, "mae-sot", "vaccination", times[4], times[5])
        await booking.book(session, person, slot.id, clinics=clinics, now=house.now, new_code=lambda: "AAAAAA")
        racing = asyncio.create_task(takes_back())
        await asyncio.sleep(0.3)
    assert await racing == undoing.Undone(0, 1)


async def test_a_closing_taken_back_makes_what_was_opened_meanwhile(house: House) -> None:
    nurse = await nurse_of(house)
    await closes(nurse, "/close tomorrow")
    await house.opens()
    assert await places(house) == {}
    await closes(nurse, "/undo")
    found = await places(house)
    assert (len(found), set(found.values())) == (6, {(0, 0, False)})


@ON_SQLITE
@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_undo_speaks_the_nurses_language(house: House, language: str) -> None:
    nurse = await nurse_of(house, language=language)
    await house.opens()
    await nurse.says("/close mae-sot tomorrow 09:00-10:00")
    await nurse.taps(spoken(house, language, "✅ Yes, do it"))
    assert spoken(house, language, "<b>Take this back?</b>") in await nurse.says("/undo")
    assert spoken(house, language, "a time was closed") in nurse.screen
