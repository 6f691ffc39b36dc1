"""Single times: seen with their places, given more or fewer, and never overbooked without saying so."""

import pytest

from scheduling import store
from tests.acts import ON_SQLITE, is_in, spoken, take
from tests.flows.openings_scene import STALE, local_day, nurse_of, said, slots, undo_last, weekly
from tests.house import House


async def test_places_of_one_time_change_by_a_line_and_by_a_tap(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    day = said(local_day(house, 1))
    preview = await nurse.says(f"/capacity mae-sot vaccination {day} 09:30 x4")
    assert "Now: 2 places. Then: 4 places." in preview
    assert "09:30: 4 places now" in await nurse.taps("Yes, do it")
    seen = await nurse.says(f"/slots mae-sot {day}")
    assert "09:30 · Vaccination · 0+0/4" in seen
    await nurse.taps("09:30 x4")
    await nurse.taps("➖ One place")
    await nurse.taps("Yes, do it")
    assert [slot.capacity for slot in await slots(house)] == [2, 3, 2, 2, 2, 2]
    await undo_last(house)
    assert [slot.capacity for slot in await slots(house)] == [2, 4, 2, 2, 2, 2]
    assert "There is no such time" in await nurse.says(f"/capacity mae-sot vaccination {day} 08:30 x4")
    assert times[1] == (await slots(house))[1].starts_at


async def test_fewer_places_than_people_is_said_before_it_is_done_and_shown_afterwards(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    aye, sok, third = [await house.person(telegram_id) for telegram_id in (7, 8, 9)]
    await take(aye, times[0])
    await take(sok, times[0])
    day = said(local_day(house, 1))
    preview = await nurse.says(f"/capacity mae-sot vaccination {day} 09:00 x1")
    assert "2 people are booked or being booked" in preview
    assert "This time would be overbooked by 1" in preview
    assert "overbooked by 1" in await nurse.taps("Yes, do it")
    assert "09:00 · Vaccination · 2+0/1 · ⚠️ overbooked by 1" in await nurse.says(f"/slots {day}")
    slot = (await slots(house))[0]
    async with house.app.database.writing() as session:
        assert not await store.take_place(session, slot.id)
    assert (slot.taken, slot.capacity) == (2, 1)
    assert third.texts


async def test_a_booking_after_the_preview_of_fewer_places_makes_it_stale(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    aye, sok = await house.person(7), await house.person(8)
    await take(aye, times[0])
    assert "overbooked" not in await nurse.says(f"/capacity mae-sot vaccination {said(local_day(house, 1))} 09:00 x1")
    await take(sok, times[0])
    assert STALE in await nurse.taps("Yes, do it")
    assert (await slots(house))[0].capacity == 2


@ON_SQLITE
async def test_a_clinic_of_somebody_else_is_not_to_be_touched(house: House) -> None:
    stranger = await nurse_of(house, "bangkok", telegram_id=502)
    number = await weekly(house, await nurse_of(house))
    slot = (await slots(house))[0]
    for data in (f"op1.{number}", f"oe1.{number}", f"oy1.{number}", f"sv1.{slot.id}", "hl1.mae-sot.1k8"):
        assert "only some clinic staff" in await stranger.presses(data), data
    assert "There is no such opening" in await stranger.says(f"/template {number} end")
    for line in ("/slots mae-sot", "/capacity mae-sot vaccination tomorrow 09:00 x9", "/holidays mae-sot"):
        assert "only some clinic staff" in await stranger.says(line), line


@ON_SQLITE
@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_slots_and_openings_are_told_in_the_nurses_language(house: House, language: str) -> None:
    nurse = await nurse_of(house, language=language)
    await house.opens()
    for line in (f"/slots {said(local_day(house, 1))}", "/template", "/holidays", "/template 999"):
        assert is_in(language, await nurse.says(line)), line
    await nurse.says(f"/capacity vaccination {said(local_day(house, 1))} 09:00 x1")
    assert spoken(house, language, "<b>Change the places?</b>") in nurse.screen
