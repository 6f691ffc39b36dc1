"""The waiting list at its edges: when days are over, when offers are in the way, when nobody can be reached."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from handlers.presses.visits import PickService
from handlers.presses.waiting import EarlierTime, TakeOffer
from scheduling import booking, store
from scheduling.refusals import OfferStands
from scheduling.rules import Status
from storage.tables import Booking, Offer, Person, Slot
from tests.acts import ON_SQLITE, at, take
from tests.flows.waiting_scene import (
    CLINIC,
    SERVICE,
    a_beat,
    counts,
    gives_up,
    key_of,
    later,
    offers,
    one_place,
    slot_row,
    waits,
)
from tests.house import House


async def test_a_closed_day_takes_the_offer_away_kindly(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, starts_at)
    await waits(min_)
    await gives_up(aye)
    async with house.app.database.writing() as session:
        await session.execute(update(Slot).where(Slot.starts_at == starts_at).values(closed=True))
    await a_beat(house)
    assert "We are sorry. The clinic must close at the time that was free for you" in min_.screen
    assert "You stay on the waiting list" in min_.screen
    assert await counts(house) == (0, 0, 0)
    await min_.taps("Take it")
    assert "The clinic must close at that time" in min_.screen
    await a_beat(house)
    assert len(offers(min_)) == 1, "nothing is offered on a closed day"


@ON_SQLITE
async def test_when_the_days_are_over_people_are_told_once_with_other_ways(house: House) -> None:
    aye = await house.person(7)
    await waits(aye, "was")
    await later(house, at(house, 8, "00:30"))
    sorry = "no place became free in the time you could wait"
    assert sum(sorry in text for text in aye.texts) == 0, "not at night"
    await later(house, at(house, 0, "07:01"))
    await later(house, at(house, 1, "07:01"))
    assert sum(sorry in text for text in aye.texts) == 1
    assert {"📅 See free times", "⏳ Wait longer"} <= set(aye.labels)


@ON_SQLITE
async def test_what_would_come_in_the_way_of_an_offer_is_told_so(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, starts_at)
    await waits(min_)
    await gives_up(aye)
    async with house.app.database.writing() as session:
        same = slot_row(starts_at) | {"clinic_id": "bangkok"}
        await store.add_slots(session, [same])
        clash = await session.scalar(select(Slot.id).where(Slot.clinic_id == "bangkok"))
    async with house.app.database.writing() as session:
        person = await session.scalar(select(Person).where(Person.telegram_key == key_of(min_)))
        assert person
        assert clash
        with pytest.raises(OfferStands):
            await booking.book(
                session,
                person,
                clash,
                clinics=house.app.house.clinics,
                now=house.now,
                new_code=lambda: "AAAAAA",
            )
    await min_.taps("Take it")
    assert any("Your place is kept" in text for text in min_.texts)


@ON_SQLITE
async def test_an_earlier_time_offered_for_a_visit_that_was_given_up_is_kept_as_a_new_one(house: House) -> None:
    soon, days = at(house, 1, "09:30"), [at(house, ahead, "09:30") for ahead in (5, 6, 7)]
    async with house.app.database.writing() as session:
        await store.add_slots(session, [slot_row(each) for each in (soon, *days)])
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, soon)
    code = await take(min_, days[0])
    async with house.app.database.reading() as session:
        booking_id = await session.scalar(select(Booking.id).where(Booking.code == code))
    await min_.presses(encode(EarlierTime(booking_id or 0)))
    for label in ("Up to 1 month", "In the morning"):
        await min_.taps(label)
    await gives_up(aye)
    await gives_up(min_)
    await take(min_, days[1])
    async with house.app.database.reading() as session:
        [last] = await store.free_slots(session, CLINIC, SERVICE, days[2], days[2] + timedelta(minutes=1))
    assert "A place is kept for you" in await min_.presses(encode(KeepPlace(last.id, False, "", False)))
    await min_.presses(encode(TakeOffer(1)))
    async with house.app.database.reading() as session:
        standing = await session.scalars(select(Slot.starts_at).join(Booking).where(Booking.status == Status.STANDING))
        assert set(standing) == {soon, days[1]}


@ON_SQLITE
async def test_who_cannot_be_reached_does_not_hold_a_place_up(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_, su = [await house.person(number) for number in (7, 8, 9)]
    await take(aye, starts_at)
    await waits(min_)
    await waits(su)
    house.simulator.world.block(min_.id)
    await house.quiet()
    await gives_up(aye)
    assert len(offers(su)) == 1


@ON_SQLITE
async def test_a_second_tap_shows_the_same_visit(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, starts_at)
    await waits(min_)
    await gives_up(aye)
    async with house.app.database.reading() as session:
        offer_id = await session.scalar(select(Offer.id)) or 0
    for _ in range(3):
        await min_.presses(encode(TakeOffer(offer_id)))
    assert await counts(house) == (1, 0, 0)
    assert "This place is not free any more" in await aye.presses(encode(TakeOffer(offer_id)))


@ON_SQLITE
async def test_a_full_clinic_shows_the_way_to_the_list(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_ = await house.person(7), await house.person(8)
    await min_.presses(encode(PickService(CLINIC, SERVICE, 0)))
    async with house.app.database.reading() as session:
        [slot] = await store.free_slots(session, CLINIC, SERVICE, house.now, starts_at + timedelta(days=1))
    await take(aye, starts_at)
    await min_.presses(encode(KeepPlace(slot.id, False, "", False)))
    assert "How long can you wait?" in await min_.taps("Tell me when a place is free")
