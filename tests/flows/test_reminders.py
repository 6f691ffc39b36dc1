"""Reminders: when they come, in which words, and when they must not come."""

import re
import time as clocks
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.visits import CancelVisit, Coming
from locales.languages import LANGUAGES
from people.authority import Role
from storage.tables import Booking, Owed
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

TOMORROW, TODAY = "Reminder: tomorrow at {time}, Thai time.", "Reminder: today at {time}, Thai time."


def reminders(one: Someone) -> list[str]:
    return [text for text in one.texts if text.startswith("Reminder")]


def cell(one: Someone, day: date) -> str:
    """The day in the calendar that is shown."""
    return next(label for label in one.labels if re.match(rf"{day.day}·\d", label))


async def booking_of(house: House, code: str) -> Booking:
    """The visit with a code, as the database has it."""
    async with house.app.database.reading() as session:
        return (await session.scalars(select(Booking).where(Booking.code == code))).one()


async def states(house: House, kind: Kind) -> list[str]:
    """What became of everything owed of a kind, in the order in which it was due."""
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Owed.state).where(Owed.kind == kind).order_by(Owed.due_at, Owed.id)))


async def test_a_reminder_comes_the_evening_before_and_one_on_the_day(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    code = await take(aye, times[2])
    await it_becomes(house, at(house, 0, "17:29"))
    assert reminders(aye) == []
    await it_becomes(house, at(house, 0, "17:30:01"))
    assert len(reminders(aye)) == 1
    assert "tomorrow at 10:00" in reminders(aye)[0]
    assert code in reminders(aye)[0]
    await it_becomes(house, at(house, 1, "06:59"))
    assert len(reminders(aye)) == 1
    await it_becomes(house, at(house, 0, "07:00:01"))
    assert "today at 10:00" in reminders(aye)[1]
    for clock in ("08:00", "09:59", "10:01", "12:00"):
        await it_becomes(house, at(house, 0, clock))
    assert len(reminders(aye)) == 2


async def test_a_reminder_on_a_shared_phone_names_no_clinic_and_no_service(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await it_becomes(house, at(house, 0, "17:31"))
    assert "Mae Sot" not in aye.screen
    assert "Vaccination" not in aye.screen


@ON_SQLITE
async def test_a_reminder_speaks_the_language_chosen_by_then(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await aye.presses("lg1.my")
    await it_becomes(house, at(house, 0, "17:31"))
    assert spoken(house, "my", TOMORROW, time="09:30") in aye.screen
    assert is_in("my", aye.screen)
    await aye.presses("lg1.km")
    await it_becomes(house, at(house, 1, "07:01"))
    assert spoken(house, "km", TODAY, time="09:30") in aye.screen
    assert is_in("km", aye.screen)


@ON_SQLITE
async def test_a_cancelled_visit_is_not_remembered(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await aye.taps("Cancel")
    await aye.taps("Yes, cancel it")
    await it_becomes(house, at(house, 0, "17:31"))
    await it_becomes(house, at(house, 1, "07:01"))
    assert reminders(aye) == []


@ON_SQLITE
async def test_a_moved_visit_is_remembered_at_its_new_time_alone(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await house.opens(day=times[0].date() + timedelta(days=1))
    await take(aye, times[1])
    await aye.taps("Move")
    await aye.taps(cell(aye, times[0].date() + timedelta(days=1)))
    await aye.taps("11:00")
    await it_becomes(house, at(house, 0, "17:31"))
    await it_becomes(house, at(house, 1, "07:01"))
    assert reminders(aye) == []
    await it_becomes(house, at(house, 0, "17:31"))
    assert ["tomorrow at 11:00" in text for text in reminders(aye)] == [True]


@ON_SQLITE
async def test_a_visit_the_clinic_closed_is_not_remembered(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    await take(aye, times[1])
    await nurse.says("/close tomorrow 09:00-12:00")
    await nurse.taps("Yes, do it")
    await it_becomes(house, at(house, 0, "17:31"))
    await it_becomes(house, at(house, 1, "07:01"))
    assert reminders(aye) == []


@ON_SQLITE
async def test_a_reminder_that_would_come_too_late_does_not_come(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await it_becomes(house, at(house, 1, "09:01"))
    assert reminders(aye) == []


@ON_SQLITE
async def test_a_visit_booked_for_today_is_remembered_only_today(house: House) -> None:
    aye = await house.person(7)
    await house.opens(day=at(house, 0, "00:00").date() + timedelta(days=1))
    await it_becomes(house, at(house, 0, "18:00"))
    await take(aye, at(house, 1, "11:00"))
    await it_becomes(house, at(house, 1, "08:01"))
    assert ["today at 11:00" in text for text in reminders(aye)] == [True]


@ON_SQLITE
async def test_the_buttons_below_a_reminder_work(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await it_becomes(house, at(house, 0, "17:31"))
    assert "Vaccination" in await aye.taps("Show details")
    await it_becomes(house, at(house, 1, "07:01"))
    assert "Move your visit" in await aye.taps("Move")
    await aye.taps(cell(aye, times[0].date()))
    await aye.taps("11:30")
    assert any("Your visit has moved" in text for text in aye.texts)
    await aye.taps("Cancel")
    assert "cancelled" in await aye.taps("Yes, cancel it")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
@ON_SQLITE
async def test_whoever_says_that_they_come_is_reminded_no_more(house: House, language: str) -> None:
    aye, times = await house.person(7, language), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    code = await take(aye, times[2])
    await it_becomes(house, at(house, 0, "17:31"))
    before = len(aye.texts)
    thanks = await aye.taps(spoken(house, language, "✅ I am coming"))
    assert spoken(house, language, "✅ Thank you. The clinic knows that you are coming.") in thanks
    assert code in thanks
    assert "is coming" in await nurse.says("/today tomorrow")
    assert (await booking_of(house, code)).confirmed_at
    await it_becomes(house, at(house, 1, "07:01"))
    assert len(aye.texts) == before
    assert await states(house, Kind.REMINDER) == ["sent", "dropped"]


async def test_a_yes_to_an_older_time_is_no_yes_to_the_new_one(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await house.opens(day=times[0].date() + timedelta(days=1))
    code = await take(aye, times[2])
    await it_becomes(house, at(house, 0, "17:31"))
    booking = await booking_of(house, code)
    await aye.taps("I am coming")
    await aye.taps("Move")
    await aye.taps(cell(aye, times[0].date() + timedelta(days=1)))
    await aye.taps("11:00")
    moved = await booking_of(house, code)
    assert moved.confirmed_at is None
    other = await aye.presses(encode(Coming(booking.id, booking.moves)))
    assert "This visit has another time now:" in other
    assert "11:00" in other
    assert (await booking_of(house, code)).confirmed_at is None
    assert "Thank you" in await aye.taps("I am coming")
    await aye.presses(encode(CancelVisit(booking.id)))
    assert "not there any more" in await aye.presses(encode(Coming(booking.id, moved.moves)))


@ON_SQLITE
async def test_nobody_says_yes_for_somebody_else(house: House) -> None:
    aye, min_, times = await house.person(7), await house.person(8), await house.opens()
    booking = await booking_of(house, await take(aye, times[2]))
    assert "not there any more" in await min_.presses(encode(Coming(booking.id, 0)))
    assert (await booking_of(house, booking.code)).confirmed_at is None


@pytest.fixture
def odd_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server somewhere else: half an hour off, on the other side of midnight."""
    monkeypatch.setenv("TZ", "America/St_Johns")
    clocks.tzset()
    yield
    monkeypatch.undo()
    clocks.tzset()


@pytest.mark.usefixtures("odd_zone")
async def test_no_reminder_is_lost_or_doubled_when_the_clock_jumps_on_a_server_elsewhere(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[2])
    clock = house.simulator.world.clock

    async def jumps(hours: int) -> None:
        clock.offset += timedelta(hours=hours)
        await house.quiet()

    await it_becomes(house, at(house, 0, "16:40"))
    await jumps(1)
    assert len(reminders(aye)) == 1, "by its clock it is 17:40"
    await jumps(-1)
    await it_becomes(house, at(house, 0, "17:31"))
    await jumps(-1)
    await it_becomes(house, at(house, 0, "17:45"))
    assert len(reminders(aye)) == 1
    await it_becomes(house, at(house, 1, "06:59"))
    assert len(reminders(aye)) == 1
    await it_becomes(house, at(house, 0, "07:01"))
    await jumps(-1)
    await jumps(1)
    assert len(reminders(aye)) == 2
