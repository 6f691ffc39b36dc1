"""Reminders: when they come, in which words, and when they must not come."""

from datetime import timedelta

from people.authority import Role
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

TOMORROW, TODAY = "Reminder: tomorrow at {time}, Thai time.", "Reminder: today at {time}, Thai time."


def reminders(one: Someone) -> list[str]:
    return [text for text in one.texts if text.startswith("Reminder")]


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
    await it_becomes(house, at(house, 1, "06:31"))
    assert spoken(house, "km", TODAY, time="09:30") in aye.screen
    assert is_in("km", aye.screen)


@ON_SQLITE
async def test_a_cancelled_visit_is_not_remembered(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    await aye.taps("Cancel")
    await aye.taps("Yes, cancel it")
    await it_becomes(house, at(house, 0, "17:31"))
    await it_becomes(house, at(house, 1, "06:31"))
    assert reminders(aye) == []


@ON_SQLITE
async def test_a_moved_visit_is_remembered_at_its_new_time_alone(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await house.opens(day=times[0].date() + timedelta(days=1))
    await take(aye, times[1])
    await aye.taps("Move")
    later = [label for label in aye.labels if "left" in label][1]
    await aye.taps(later)
    await aye.taps("11:00")
    await it_becomes(house, at(house, 0, "17:31"))
    await it_becomes(house, at(house, 1, "06:31"))
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
    await it_becomes(house, at(house, 1, "06:31"))
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
    await it_becomes(house, at(house, 1, "06:31"))
    assert "Move your visit" in await aye.taps("Move")
    await aye.taps("left")
    await aye.taps("11:30")
    assert any("Your visit has moved" in text for text in aye.texts)
    await aye.taps("Cancel")
    assert "cancelled" in await aye.taps("Yes, cancel it")


async def test_whoever_blocked_the_bot_is_on_the_call_list_before_the_visit_and_comes_back_as_before(
    house: House,
) -> None:
    aye, nurse, times = await house.person(7, "my"), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    code = await take(aye, times[1])
    await aye.says("/alerts_on")
    before = len(aye.texts)
    house.simulator.world.block(7)
    await it_becomes(house, at(house, 0, "17:31"))
    assert len(aye.texts) == before
    day = await nurse.says("/today tomorrow")
    assert "Messages do not reach" in day
    assert f"09:30 {code}" in day.partition("Messages do not reach")[2]
    await aye.starts()
    assert is_in("my", aye.screen)
    assert spoken(house, "my", "🔔 Health alerts: on") in aye.labels
    assert "Messages do not reach" not in await nurse.says("/today tomorrow")
    await it_becomes(house, at(house, 1, "06:31"))
    assert spoken(house, "my", TODAY, time="09:30") in aye.screen


@ON_SQLITE
async def test_whoever_vanished_without_a_word_is_found_out_by_the_reminder(house: House) -> None:
    aye, nurse, times = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    min_ = await house.person(8)
    code = await take(aye, times[1])
    await take(min_, times[1])
    house.simulator.world.people[7].deactivated = True
    await it_becomes(house, at(house, 0, "17:31"))
    day = await nurse.says("/today tomorrow")
    assert f"09:30 {code}" in day.partition("Messages do not reach")[2]
    assert len(reminders(min_)) == 1
