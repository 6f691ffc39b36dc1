"""A time that somebody looks at is held for ten minutes, given back with everything that ends, and no longer."""

from handlers.press_codec import encode
from handlers.presses.booking import ChooseHow, KeepPlace
from handlers.presses.visits import TakeSlot
from scheduling import lapsing
from tests.acts import at, nothing_is_covered, take
from tests.flows.booking_scene import TAKEN, chooses, holds, slot_at
from tests.house import House


async def test_choosing_a_time_holds_it_and_choosing_another_gives_it_back(house: House) -> None:
    await house.opens(capacity=1)
    aye, min_ = await house.person(7), await house.person(8)
    await aye.says("/menu")
    assert "Kept for you until 10:10" in await chooses(aye)
    first, second = await slot_at(house, "09:30"), await slot_at(house, "10:00")
    assert (first.taken, first.held) == (0, 1)
    assert TAKEN in await min_.presses(encode(TakeSlot(first.id)))
    await aye.presses(encode(TakeSlot(second.id)))
    assert [hold.slot_id for hold in await holds(house)] == [second.id]
    assert (await slot_at(house, "09:30")).held == 0
    assert "Kept for you" in await min_.presses(encode(TakeSlot(first.id)))
    house.advance(minutes=4)
    await aye.presses(encode(TakeSlot(second.id)))
    assert "Kept for you until 10:10" in await aye.presses(encode(ChooseHow(second.id, True, ""))), "no longer"


async def test_who_confirms_after_the_ten_minutes_gets_the_place_if_it_is_still_there(house: House) -> None:
    await house.opens(capacity=1)
    aye = await house.person(7)
    await aye.says("/menu")
    await chooses(aye)
    await nothing_is_covered(house)
    house.advance(minutes=11)
    await lapse(house)
    assert await holds(house) == []
    await aye.taps("Keep it")
    assert any("Your place is kept" in text for text in aye.texts)


async def test_who_confirms_too_late_is_shown_the_nearest_times_the_other_clinic_and_the_list(house: House) -> None:
    await house.opens(capacity=1)
    await house.opens("bangkok")
    aye, min_ = await house.person(7), await house.person(8)
    await aye.says("/menu")
    await chooses(aye)
    await nothing_is_covered(house)
    house.advance(minutes=11)
    await lapse(house)
    await take(min_, at(house, 1, "09:30"))
    slot = await slot_at(house, "09:30")
    assert TAKEN in await aye.presses(encode(KeepPlace(slot.id, False, "", False)))
    labels = aye.labels
    assert [label[-5:] for label in labels[:3]] == ["09:00", "10:00", "10:30"]
    assert "Bangkok" in labels[3]
    assert "Tell me when a place is free" in labels[4]
    assert "Vaccination" in await aye.taps("Bangkok")


async def lapse(house: House) -> None:
    async with house.app.database.writing() as session:
        await lapsing.lapse(session, house.now)


async def test_a_hold_that_began_in_time_is_not_too_late(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    house.advance(hours=21, minutes=55)  # 07:55, the visit at 09:00
    await aye.says("/menu")
    await chooses(aye, "09:00")
    house.advance(minutes=8)
    await aye.taps("Keep it")
    assert any("Your place is kept" in text for text in aye.texts)


async def test_the_third_visit_is_refused_before_a_place_is_held(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await take(aye, at(house, 1, "09:00"))
    await take(aye, at(house, 1, "10:00"))
    assert "already hold 2 visits" in await aye.presses(encode(TakeSlot((await slot_at(house, "11:00")).id)))
    assert await holds(house) == []


async def test_who_leaves_gives_back_what_was_held(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await take(aye, at(house, 1, "09:00"))
    await aye.presses(encode(TakeSlot((await slot_at(house, "10:00")).id)))
    assert (await slot_at(house, "10:00")).held == 1
    await aye.says("/forgetme")
    await aye.taps("Yes")
    assert await holds(house) == []
    assert [(slot.taken, slot.held) for slot in (await slot_at(house, "09:00"), await slot_at(house, "10:00"))] == [
        (0, 0),
        (0, 0),
    ]
