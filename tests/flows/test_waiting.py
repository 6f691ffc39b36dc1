"""The waiting list as people meet it: joining, a place kept for one person, yes, no, silence, the end of waiting."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from handlers.press_codec import encode
from handlers.presses.waiting import EarlierTime, JoinWaiting, LeaveWaiting, Wish
from scheduling import store
from scheduling.rules import Status
from storage.tables import Booking, Offer, Slot, Waiting
from tests.acts import ON_SQLITE, at, spoken, take
from tests.flows.waiting_scene import (
    CLINIC,
    MIGRANTS,
    SERVICE,
    a_beat,
    counts,
    gives_up,
    later,
    offers,
    one_place,
    slot_row,
    waits,
)
from tests.house import House


@pytest.mark.parametrize("language", MIGRANTS)
async def test_a_place_that_goes_back_is_kept_for_who_waits_and_one_tap_takes_it(house: House, language: str) -> None:
    def said(sentence: str, **holes: object) -> str:
        return spoken(house, language, sentence, **holes)

    starts_at = await one_place(house)
    aye, min_ = await house.person(7), await house.person(8, language)
    await take(aye, starts_at)
    assert said("How long can you wait?") in await min_.presses(encode(JoinWaiting(CLINIC, SERVICE)))
    assert said("What time of the day can you come?") in await min_.taps(said("Up to 2 weeks"))
    assert said("Who is the visit for?") in await min_.taps(said("Any time of the day"))
    joined = await min_.taps(said("For me"))
    assert said("✅ <b>You are on the waiting list.</b>") in joined
    assert said("Your place in line: <b>{number}</b>", number=1) in joined
    await gives_up(aye)
    told = min_.screen
    assert said("<b>A place is free: tomorrow at {time}, Thai time. Take it?</b>", time="09:30") in told
    assert said("It is kept for you until {time}.", time="10:30") in told
    for secret in ("Mae Sot", "Vaccination", house.app.house.clinics.services[SERVICE].name[language]):
        assert secret not in told
    assert await counts(house) == (0, 1, 1)
    await min_.taps(said("✅ Take it"))
    assert any(said("✅ <b>Your place is kept.</b>") in text for text in min_.texts)
    assert await counts(house) == (1, 0, 0)
    await min_.says("/mine")
    assert [label for label in min_.labels if "09:30" in label]
    assert said("You are on no waiting list.") in await min_.taps(said("⏳ Waiting list"))


async def test_who_says_no_passes_it_on_at_once_and_stays_on_the_list(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_, su = [await house.person(number) for number in (7, 8, 9)]
    await take(aye, starts_at)
    await waits(min_)
    assert "Your place in line: 2" in await waits(su)
    await gives_up(aye)
    assert (len(offers(min_)), len(offers(su))) == (1, 0)
    await min_.taps("No, thank you")
    assert "The place now goes to the next person" in min_.screen
    assert "Your place in line: 1" in min_.screen
    await a_beat(house)
    assert len(offers(su)) == 1
    await su.taps("No, thank you")
    await a_beat(house)
    assert (offers(min_), offers(su)) == ([], []), "what was declined is not offered again"
    assert await counts(house) == (0, 0, 0)
    await take(aye, starts_at)  # nobody waits for it any more: it is everybody's


async def test_silence_passes_it_on_and_a_late_tap_is_told_so(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_, su = [await house.person(number) for number in (7, 8, 9)]
    await take(aye, starts_at)
    await waits(min_)
    await waits(su)
    await gives_up(aye)
    for minutes, told in ((29, 0), (30, 0), (32, 1)):
        await later(house, at(house, 0, "10:00") + timedelta(minutes=minutes))
        assert len(offers(su)) == told, minutes
    await min_.taps("Take it")
    assert "This place is not free any more" in min_.screen
    await su.taps("Take it")
    assert any("Your place is kept" in text for text in su.texts)
    assert await counts(house) == (1, 0, 0)


@ON_SQLITE
async def test_how_long_it_is_kept_depends_on_how_near_the_visit_is(house: House) -> None:
    for days, clock, until in ((3, "09:30", "11:00"), (0, "11:30", "10:10")):
        starts_at = at(house, days, clock)
        async with house.app.database.writing() as session:
            await store.add_slots(session, [slot_row(starts_at)])
        one = await house.person(100 + days)
        await waits(one)
        assert f"It is kept for you until {until}." in one.screen
        await one.taps("No, thank you")
        await one.taps("Leave the list")


async def test_at_night_nobody_is_written_to_and_nobody_else_can_take_it(house: House) -> None:
    starts_at = await one_place(house, days=2)
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, starts_at)
    await waits(min_)
    await later(house, at(house, 0, "22:30"))
    await gives_up(aye)
    assert offers(min_) == []
    assert await counts(house) == (0, 1, 1)
    async with house.app.database.reading() as session:
        assert await store.free_slots(session, CLINIC, SERVICE, house.now, starts_at + timedelta(days=1)) == []
    await later(house, at(house, 1, "06:59"))
    assert offers(min_) == []
    await later(house, at(house, 0, "07:00:01"))
    assert len(offers(min_)) == 1
    assert "It is kept for you until 07:30." in min_.screen
    await min_.taps("Take it")
    assert await counts(house) == (1, 0, 0)


@ON_SQLITE
async def test_a_place_too_near_to_be_answered_is_everybodys(house: House) -> None:
    starts_at = await one_place(house, clock="09:00")
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, starts_at)
    await waits(min_)
    await later(house, at(house, 1, "07:56"))  # notice is one hour: four minutes are left
    await gives_up(aye)
    assert offers(min_) == []
    assert await counts(house) == (0, 0, 0)


@ON_SQLITE
async def test_joining_twice_changes_nothing_and_a_third_list_is_too_many(house: House) -> None:
    await house.opens(capacity=1, day=at(house, 50, "09:00").date())
    aye = await house.person(7)
    assert "Your place in line: 1" in await waits(aye)
    assert "Your place in line: 1" in await waits(aye, "wbs")
    assert "Your place in line: 2" in await waits(aye, "waf")
    assert "You are on 2 waiting lists already" in await aye.presses(encode(Wish("bangkok", SERVICE, "was")))
    shown = await aye.taps("Waiting list")
    assert shown.count("Your place in line") == 2
    assert "For somebody in your family" in shown
    await aye.taps("Leave the list")
    assert "You are off the waiting list" in aye.screen
    async with house.app.database.reading() as session:
        states = sorted(await session.scalars(select(Waiting.state)))
    assert states == ["left", "waiting"]


@ON_SQLITE
async def test_without_consent_nobody_is_put_on_a_list(house: House) -> None:
    one = await house.person(7, agreed=False)
    assert "Before we go on" in await waits(one)
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.count(Waiting.id))) == 0


@ON_SQLITE
async def test_who_leaves_while_a_place_is_kept_passes_it_on(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_, su = [await house.person(number) for number in (7, 8, 9)]
    await take(aye, starts_at)
    await waits(min_)
    await waits(su)
    await gives_up(aye)
    async with house.app.database.reading() as session:
        waiting_id = await session.scalar(select(Offer.waiting_id))
    await su.presses(encode(LeaveWaiting(waiting_id or 0)))  # not theirs: nothing happens
    assert len(offers(su)) == 0
    await min_.presses(encode(LeaveWaiting(waiting_id or 0)))
    await a_beat(house)
    assert len(offers(su)) == 1


async def test_an_earlier_time_moves_the_visit_and_frees_the_old_one(house: House) -> None:
    early, late = at(house, 1, "09:30"), at(house, 5, "09:30")
    async with house.app.database.writing() as session:
        await store.add_slots(session, [slot_row(early), slot_row(late)])
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, early)
    code = await take(min_, late)
    async with house.app.database.reading() as session:
        booking_id = await session.scalar(select(Booking.id).where(Booking.code == code))
    await min_.presses(encode(EarlierTime(booking_id or 0)))
    await min_.taps("Up to 1 month")
    assert "You are on the waiting list" in await min_.taps("In the morning")
    await gives_up(aye)
    assert "Your visit then moves to this time." in min_.screen
    await min_.taps("Take it")
    assert any("Your visit has moved" in text for text in min_.texts)
    async with house.app.database.reading() as session:
        [kept] = await session.scalars(select(Booking).where(Booking.status == Status.STANDING))
        slots = {slot.starts_at: slot.taken for slot in await session.scalars(select(Slot))}
    assert (kept.code, kept.moves) == (code, 1)
    assert slots == {early: 1, late: 0}
