"""Visits that belong together: found, listed, booked in one go; each is a visit of its own afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import CancelLater, KeepPlace, SeeSeries
from handlers.presses.visits import TakeSlot
from storage.tables import AuditEntry, Booking, Owed, Slot
from tests.acts import ON_SQLITE, at, spoken, take
from tests.flows.booking_scene import slot_at
from tests.house import House, Someone

DOSES = (14, 28)


@pytest.fixture
async def doses(house: House) -> House:
    """Vaccination takes three visits; the clinic is open on the days on which they are due."""
    services = house.app.house.clinics.services
    services["vaccination"] = services["vaccination"].model_copy(update={"series": DOSES})
    for days in (0, *DOSES):
        await house.opens(day=tomorrow(house) + timedelta(days=days))
    return house


def tomorrow(house: House) -> date:
    return at(house, 1, "00:00").date()


async def standing(house: House) -> list[tuple[Booking, Slot]]:
    async with house.app.database.reading() as session:
        rows = await session.execute(
            select(Booking, Slot)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Booking.status == "standing")
            .order_by(Slot.starts_at)
        )
        return [(booking, slot) for booking, slot in rows]


async def sees(aye: Someone, house: House, time: str = "09:30") -> str:
    """Choose a first time and look at the list."""
    await aye.presses(encode(TakeSlot((await slot_at(house, time)).id)))
    return await aye.taps(spoken(house, "en", "📅 The other visits too"))


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_three_visits_are_listed_and_booked_by_one_tap(doses: House, language: str) -> None:
    aye = await doses.person(7, language)
    await aye.presses(encode(TakeSlot((await slot_at(doses, "09:30")).id)))
    listed = await aye.taps(spoken(doses, language, "📅 The other visits too"))
    assert listed.count("09:30") == 3
    await aye.taps(spoken(doses, language, "✅ Keep all {count}", count=3))
    found = await standing(doses)
    assert [(slot.starts_at, slot.taken, slot.held) for _, slot in found] == [
        (at(doses, 1 + days, "09:30"), 1, 0) for days in (0, *DOSES)
    ]
    assert len({booking.series for booking, _ in found}) == 1
    assert found[0][0].series
    async with doses.app.database.reading() as session:
        reminders = await session.scalars(select(Owed.subject_id).where(Owed.kind == Kind.REMINDER))
        assert sorted(reminders) == sorted(2 * [booking.id for booking, _ in found]), "two reminders for each"
        booked = select(AuditEntry).where(AuditEntry.action == "visit-booked")
        assert len((await session.scalars(booked)).all()) == 3


async def test_a_second_tap_books_nothing_more(doses: House) -> None:
    aye = await doses.person(7)
    await sees(aye, doses)
    data = next(str(button["callback_data"]) for button in aye.messages[-1].buttons if "Keep all" in button["text"])
    await aye.presses(data)
    await aye.presses(data)
    assert len(await standing(doses)) == 3
    assert await count_taken(doses) == 3


async def count_taken(house: House) -> int:
    async with house.app.database.reading() as session:
        return sum(slot.taken for slot in await session.scalars(select(Slot)))


@ON_SQLITE
async def test_what_is_not_there_is_said_and_the_nearest_day_and_hour_are_taken(doses: House) -> None:
    others = [await doses.person(50), await doses.person(51)]
    for other in others:
        await take(other, at(doses, 1 + DOSES[0], "09:30"))
    async with doses.app.database.writing() as session:
        await session.execute(update(Slot).where(Slot.starts_at > at(doses, DOSES[1], "12:00")).values(closed=True))
    await doses.opens(day=tomorrow(doses) + timedelta(days=DOSES[1] - 2))
    aye = await doses.person(7)
    listed = await sees(aye, doses)
    assert listed.count("09:30") == 2, "the third visit is two days earlier at the same hour"
    assert "09:00" in listed, "the second is half an hour earlier on its day"
    services = doses.app.house.clinics.services
    services["vaccination"] = services["vaccination"].model_copy(update={"series": (14, 21, 28, 300)})
    listed = await sees(aye, doses)
    assert listed.count("I found no free time around this day") == 2
    await aye.taps("Keep all 3")
    assert len(await standing(doses)) == 3 + len(others)


@ON_SQLITE
async def test_a_series_counts_once_and_one_more_visit_fits(doses: House) -> None:
    aye = await doses.person(7)
    await sees(aye, doses)
    await aye.taps("Keep all 3")
    await take(aye, at(doses, 1, "11:00"))
    assert len(await standing(doses)) == 4
    slot = await slot_at(doses, "10:30")
    assert "already hold 2 visits" in await aye.presses(encode(KeepPlace(slot.id, False, "", False)))


async def test_when_one_of_them_goes_nothing_is_booked_and_the_list_is_shown_again(doses: House) -> None:
    aye = await doses.person(7)
    await sees(aye, doses)
    for number in range(2):
        await take(await doses.person(50 + number), at(doses, 15, "09:30"))
    assert "Nothing was booked yet" in await aye.taps("Keep all 3")
    assert len(await standing(doses)) == 2
    assert (await slot_at(doses, "09:30")).held == 1, "the first one is still kept"
    await aye.taps("Look again")
    await aye.taps("Keep all 3")
    assert len(await standing(doses)) == 5


@ON_SQLITE
async def test_only_the_first_one_can_be_kept_with_its_name(doses: House) -> None:
    aye = await doses.person(7)
    await aye.presses(encode(TakeSlot((await slot_at(doses, "09:30")).id)))
    await aye.taps("A name to call")
    await aye.says("Aye")
    await aye.taps("The other visits too")
    await aye.taps("Only the first one")
    assert [(booking.series, booking.name) for booking, _ in await standing(doses)] == [(None, "Aye")]


async def test_moving_or_cancelling_one_leaves_the_others_and_all_later_ones_can_go(doses: House) -> None:
    aye = await doses.person(7)
    await sees(aye, doses)
    await aye.taps("Keep all 3")
    first, second, third = (booking.id for booking, _ in await standing(doses))
    await aye.presses(f"mt1.{_base36(first)}.{_base36((await slot_at(doses, '11:00')).id)}")
    assert [booking.id for booking, _ in await standing(doses)] == [first, second, third]
    await aye.presses(f"cq1.{_base36(second)}")
    await aye.taps("all later ones too")
    assert [booking.id for booking, _ in await standing(doses)] == [first]
    await aye.presses(encode(CancelLater(second)))
    assert await count_taken(doses) == 1
    async with doses.app.database.reading() as session:
        pending = select(Owed.subject_id).where(Owed.kind == Kind.REMINDER, Owed.state == "pending")
        assert set(await session.scalars(pending)) == {first}


@ON_SQLITE
async def test_nobody_cancels_the_series_of_somebody_else(doses: House) -> None:
    aye, min_ = await doses.person(7), await doses.person(8)
    await sees(aye, doses)
    await aye.taps("Keep all 3")
    [(booking, _), *_] = await standing(doses)
    assert "not there any more" in await min_.presses(encode(CancelLater(booking.id)))
    assert len(await standing(doses)) == 3


@ON_SQLITE
async def test_a_service_without_repeat_visits_lists_none(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    slot = await slot_at(house, "09:30")
    await aye.presses(encode(TakeSlot(slot.id)))
    assert not any("other visits" in label for label in aye.labels)
    await aye.presses(encode(SeeSeries(slot.id, False, "")))
    assert not any("Keep all" in label for label in aye.labels)


def _base36(number: int) -> str:
    return encode(TakeSlot(number)).partition(".")[2]
