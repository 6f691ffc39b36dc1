"""Booking a visit: the calendar, the one screen that asks, the place kept, moved and cancelled."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from handlers.presses.visits import MoveToSlot, PickService, TakeSlot
from locales.formats import month_year, short_moment, week_letters
from storage.tables import Booking, Slot
from tests.acts import ON_SQLITE, at, is_in, spoken, take
from tests.flows.booking_scene import books, holds, slot_at
from tests.house import House


async def test_a_visit_is_kept_with_a_code_in_five_taps(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await aye.says("/menu")
    await books(aye)
    kept = next(text for text in aye.texts if "Your place is kept" in text)
    assert "09:30" in kept
    assert "Your code" in kept
    assert await holds(house) == []
    slot = await slot_at(house, "09:30")
    assert (slot.taken, slot.held) == (1, 0)


async def test_the_first_visit_asks_for_consent_once_and_before_anything_is_held(house: House) -> None:
    await house.opens()
    aye = await house.person(7, agreed=False)
    assert "Before we go on" in await aye.presses(encode(TakeSlot((await slot_at(house, "09:30")).id)))
    assert await holds(house) == []
    assert "Before we go on" in await aye.says("/book")
    assert "Which clinic" in await aye.taps("Yes, I agree")
    assert "Which clinic" in await aye.says("/book")


@pytest.mark.parametrize("language", ["th", "my", "km"])
@ON_SQLITE
async def test_the_calendar_speaks_the_persons_language_and_era(house: House, language: str) -> None:
    times = await house.opens()
    aye = await house.person(7, language)
    text = await aye.presses(encode(PickService("mae-sot", "vaccination", 0)))
    day = times[0].date()
    assert month_year(day, language) in text
    assert (str(day.year + 543) in text) == (language == "th")
    keyboard = aye.messages[-1].reply_markup or {}
    rows = [[str(button["text"]) for button in row] for row in keyboard["inline_keyboard"]]
    head = rows.index(week_letters(language))
    zone = house.app.house.clinics.clinics["mae-sot"].zone
    assert rows[0] == [short_moment(times[0], zone, language)], "the soonest times stand above the calendar"
    assert head == 4, "three soonest times, and the button of more"
    cells = [cell for row in rows[head + 1 :] for cell in row if len(row) == 7]
    assert [cell for cell in cells if cell != "·"] == [f"{day.day}·12"]
    assert max(len(cell) for cell in cells) <= 5
    column = next(row for row in rows if f"{day.day}·12" in row).index(f"{day.day}·12")
    assert column == day.isoweekday() % 7, "the day stands under its weekday"
    await aye.taps(short_moment(times[1], zone, language))
    assert is_in(language, aye.screen)
    await aye.taps(spoken(house, language, "✅ Keep it"))
    assert any(spoken(house, language, "✅ <b>Your place is kept.</b>") in text for text in aye.texts)


@ON_SQLITE
async def test_the_calendar_turns_to_the_months_that_have_places_and_dots_do_nothing(house: House) -> None:
    first = house.now.date() + timedelta(days=1)
    await house.opens(day=first)
    later = house.now.date() + timedelta(days=50)
    await house.opens(day=later)
    aye = await house.person(7)
    assert month_year(first, "en") in await aye.presses(encode(PickService("mae-sot", "vaccination", 0)))
    assert "◀ Earlier" not in aye.labels
    assert month_year(later, "en") in await aye.taps("Later ▶")
    assert f"{later.day}·12" in aye.labels
    assert "Later ▶" not in aye.labels
    assert month_year(first, "en") in await aye.taps("◀ Earlier")
    before = aye.screen
    query = aye.world.press(7, "np1", message_id=aye.messages[-1].message_id)
    await house.quiet()
    assert "No free place on this day" in str(aye.world.answers[query]["text"])
    assert aye.screen == before
    await aye.taps(f"{first.day}·12")
    assert "What time?" in aye.screen
    await aye.taps("◀ Another day")
    assert "These are the soonest free times" in await aye.taps("More of the soonest")
    assert len([label for label in aye.labels if ":" in label]) == 10


@ON_SQLITE
async def test_times_keep_to_the_notice_and_the_horizon_of_the_clinic(house: House) -> None:
    for days in (1, 2, 5):
        await house.opens(day=house.now.date() + timedelta(days=days))
    clinics = house.app.house.clinics.clinics
    clinics["mae-sot"] = clinics["mae-sot"].model_copy(update={"notice_minutes": 26 * 60, "horizon_days": 3})
    aye = await house.person(7)
    await aye.presses(encode(PickService("mae-sot", "vaccination", 0)))
    shown = [label.partition("·")[0] for label in aye.labels if "·" in label and label != "·"]
    assert shown == [str((house.now.date() + timedelta(days=2)).day)]
    assert "too near to book" in await aye.presses(encode(TakeSlot((await slot_at(house, "11:30")).id)))
    assert "not open any more" in await aye.presses(encode(TakeSlot((await slot_at(house, "09:00", 5)).id)))


async def test_a_service_without_any_place_shows_where_else_there_is_one_and_the_list(house: House) -> None:
    await house.opens("bangkok")
    aye = await house.person(7)
    assert "no free time at the moment" in await aye.presses(encode(PickService("mae-sot", "vaccination", 0)))
    assert "Bangkok" in aye.labels[0]
    assert "Tell me when a place is free" in aye.labels[1]


async def test_the_ticket_on_a_shared_phone_names_no_clinic_and_no_service(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await aye.says("/menu")
    await books(aye)
    ticket = aye.screen
    assert "Tomorrow at 09:30" in ticket
    assert "Mae Sot" not in ticket
    assert "Vaccination" not in ticket
    assert "Vaccination" in await aye.taps("Show details")


async def test_a_visit_moves_and_keeps_its_code(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    code = await take(aye, at(house, 1, "09:30"))
    await aye.says("/mine")
    await aye.taps(code)
    await aye.taps("Move")
    await aye.taps(f"{at(house, 1, '09:30').day}·")
    await aye.taps("11:00")
    assert any("Your visit has moved" in text for text in aye.texts)
    assert "Tomorrow at 11:00" in aye.screen
    assert code in aye.screen
    old, new = await slot_at(house, "09:30"), await slot_at(house, "11:00")
    assert (old.taken, new.taken) == (0, 1)


@ON_SQLITE
async def test_a_visit_moves_to_no_other_service(house: House) -> None:
    await house.opens()
    await house.opens(service="tb-symptom-check")
    aye = await house.person(7)
    code = await take(aye, at(house, 1, "09:30"))
    async with house.app.database.reading() as session:
        booking = (await session.scalars(select(Booking).where(Booking.code == code))).one()
        other = next(slot for slot in await session.scalars(select(Slot)) if slot.service == "tb-symptom-check")
    assert "not open any more" in await aye.presses(encode(MoveToSlot(booking.id, other.id)))


async def test_a_cancelled_visit_frees_its_place(house: House) -> None:
    await house.opens(capacity=1)
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, at(house, 1, "09:30"))
    await aye.taps("Cancel")
    assert "cancelled" in await aye.taps("Yes, cancel it")
    await min_.says("/menu")
    await books(min_)
    assert any("Your place is kept" in text for text in min_.texts)


async def test_a_double_tap_takes_one_place_and_an_old_button_shows_it(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    slot = await slot_at(house, "09:30")
    keep = encode(KeepPlace(slot.id, False, "", False))
    for _ in range(3):
        await aye.presses(keep)
    await aye.presses("bt1.2")
    assert "Your place is kept" in aye.screen
    await aye.says("/mine")
    assert len([label for label in aye.labels if "·" in label]) == 1
    assert (await slot_at(house, "09:30")).held == 0


async def test_an_old_button_of_a_time_still_leads_to_it(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    assert "Kept for you until" in await aye.presses("bt1.2")
    await aye.taps("Keep it")
    assert any("Your place is kept" in text for text in aye.texts)
