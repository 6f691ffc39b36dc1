"""The waiting list as people meet it: joining, a place kept for one person, yes, no, silence, the end of waiting."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from handlers.presses.visits import CancelVisit, PickService
from handlers.presses.waiting import EarlierTime, JoinWaiting, LeaveWaiting, TakeOffer, Wish
from locales.languages import LANGUAGES
from people.store import telegram_key
from scheduling import booking, store
from scheduling.refusals import OfferStands
from scheduling.rules import Status
from storage.tables import Booking, Hold, Offer, Person, Slot, Waiting
from tests.acts import ON_SQLITE, at, it_becomes, spoken, take
from tests.house import House, Someone

FREE = "A place is free"
CLINIC, SERVICE = "mae-sot", "vaccination"
MIGRANTS = [language for language in LANGUAGES if language != "en"]


async def one_place(house: House, *, days: int = 1, clock: str = "09:30") -> datetime:
    """One place in all, so many days ahead."""
    starts_at = at(house, days, clock)
    await house.opens(day=starts_at.date(), capacity=1)
    async with house.app.database.writing() as session:
        other = update(Slot).where(Slot.starts_at != starts_at)
        await session.execute(other.values(capacity=0), execution_options={"synchronize_session": False})
    return starts_at


async def waits(one: Someone, wish: str = "mas") -> str:
    """Join the list, by the last of its buttons."""
    return await one.presses(encode(Wish(CLINIC, SERVICE, wish)))


async def gives_up(one: Someone) -> None:
    """Cancel the visit."""
    async with one.house.app.database.reading() as session:
        mine = select(Booking.id).join(Person).where(Booking.status == Status.STANDING)
        ids = list(await session.scalars(mine.where(Person.telegram_key == _key(one))))
    for booking_id in ids:
        await one.presses(encode(CancelVisit(booking_id)))
    await a_beat(one.house)


def _key(one: Someone) -> bytes:
    return telegram_key(one.id)


async def a_beat(house: House) -> None:
    """What is done every second, now; and what it sends."""
    await house.app.offering.run()
    await house.quiet()


async def later(house: House, moment: datetime) -> None:
    """It becomes a moment, and the beat after it."""
    await it_becomes(house, moment)
    await a_beat(house)


def offers(one: Someone) -> list[str]:
    return [text for text in one.texts if FREE in text]


async def counts(house: House) -> tuple[int, int, int]:
    """Places taken, places held, rows of holds."""
    async with house.app.database.reading() as session:
        places = (await session.execute(select(func.sum(Slot.taken), func.sum(Slot.held)))).one()
        return int(places[0] or 0), int(places[1] or 0), int(await session.scalar(select(func.count(Hold.id))) or 0)


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
            await store.add_slots(session, [_slot(starts_at)])
        one = await house.person(100 + days)
        await waits(one)
        assert f"It is kept for you until {until}." in one.screen
        await one.taps("No, thank you")
        await one.taps("Leave the list")


def _slot(starts_at: datetime, capacity: int = 1) -> dict[str, object]:
    return {
        "clinic_id": CLINIC,
        "service_key": store.service_key(SERVICE),
        "service": SERVICE,
        "starts_at": starts_at,
        "minutes": 30,
        "capacity": capacity,
        "taken": 0,
        "held": 0,
        "walkin": 0,
        "languages": "",
        "closed": False,
    }


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


async def test_a_closed_day_takes_the_offer_away_kindly(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, starts_at)
    await waits(min_)
    await gives_up(aye)
    async with house.app.database.writing() as session:
        await store.close_slots(session, CLINIC, starts_at, starts_at + timedelta(hours=1))
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


async def test_an_earlier_time_moves_the_visit_and_frees_the_old_one(house: House) -> None:
    early, late = at(house, 1, "09:30"), at(house, 5, "09:30")
    async with house.app.database.writing() as session:
        await store.add_slots(session, [_slot(early), _slot(late)])
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


@ON_SQLITE
async def test_what_would_come_in_the_way_of_an_offer_is_told_so(house: House) -> None:
    starts_at = await one_place(house)
    aye, min_ = await house.person(7), await house.person(8)
    await take(aye, starts_at)
    await waits(min_)
    await gives_up(aye)
    async with house.app.database.writing() as session:
        same = _slot(starts_at) | {"clinic_id": "bangkok"}
        await store.add_slots(session, [same])
        clash = await session.scalar(select(Slot.id).where(Slot.clinic_id == "bangkok"))
    async with house.app.database.writing() as session:
        person = await session.scalar(select(Person).where(Person.telegram_key == _key(min_)))
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
