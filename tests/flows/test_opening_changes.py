"""An opening is changed, extended, ended or taken back, and nobody who has a visit is moved."""

from sqlalchemy import select, update

from scheduling import making
from storage.tables import Booking, Opening, Slot
from tests.acts import ON_SQLITE, at, take
from tests.flows.openings_scene import STALE, local_day, nurse_of, open_slots, said, slots, undo_last, weekly
from tests.house import House


async def test_ending_an_opening_takes_empty_times_and_moves_nobody(house: House) -> None:
    nurse, aye = await nurse_of(house), await house.person(7, "my")
    number = await weekly(house, nurse)
    made = await open_slots(house)
    code = await take(aye, made[8].starts_at)
    heard = len(aye.texts)
    preview = await nurse.says(f"/template {number} end")
    assert f"{len(made) - 1} empty times go" in preview
    assert "Unchanged: 1 visit at 1 time; nobody is moved" in preview
    done = await nurse.taps("Yes, do it")
    assert f"{len(made) - 1} empty times are gone" in done
    assert "Unchanged: 1 visit;" in done
    assert [slot.id for slot in await open_slots(house)] == [made[8].id]
    assert len(aye.texts) == heard
    await aye.says("/mine")
    assert any(code in label for label in aye.labels)
    assert "There is no such opening, or it is over" in await nurse.says(f"/template {number}")
    await undo_last(house)
    assert [slot.starts_at for slot in await open_slots(house)] == [slot.starts_at for slot in made]


async def test_changing_an_opening_changes_empty_times_and_keeps_what_people_have(house: House) -> None:
    nurse, aye, sok = await nurse_of(house), await house.person(7), await house.person(8)
    number = await weekly(house, nurse)
    made = await open_slots(house)
    await take(aye, made[0].starts_at)
    await take(sok, made[0].starts_at)
    preview = await nurse.says(f"/template {number} x1")
    assert f"{len(made) - 1} times change" in preview
    assert "Unchanged: 2 visits at 1 time;" in preview
    await nurse.taps("Yes, do it")
    assert [slot.capacity for slot in await open_slots(house)] == [2] + [1] * (len(made) - 1)
    without = made[20].starts_at.astimezone(at(house, 0, "00:00").tzinfo).date()
    await nurse.says(f"/template {number} except {said(without)}")
    assert "6 empty times go" in nurse.screen
    await nurse.taps("Yes, do it")
    assert len(await open_slots(house)) == len(made) - 6
    await undo_last(house)
    assert len(await open_slots(house)) == len(made)


@ON_SQLITE
async def test_an_opening_is_extended_named_and_listed(house: House) -> None:
    nurse = await nurse_of(house)
    number = await weekly(house, nurse, days=6)
    before = len(await slots(house))
    assert f"#{number}" in await nurse.says("/template")
    await nurse.taps(f"#{number}")
    preview = await nurse.taps("Four weeks more")
    await nurse.taps("Yes, do it")
    added = len(await slots(house)) - before
    assert f"{added} new times" in preview
    assert 100 < added <= 120
    await nurse.presses(f"oy1.{number}")
    assert "is now called “Morning <b>vaccines</b>”" in await nurse.says(" Morning <b>vaccines</b> ")
    assert "Morning <b>vaccines</b>" in await nurse.says("/template mae-sot")
    assert "is now called “Early”" in await nurse.says(f"/template {number} name Early")


@ON_SQLITE
async def test_taking_an_opening_back_keeps_what_was_booked_meanwhile(house: House) -> None:
    nurse, aye = await nurse_of(house), await house.person(7)
    number = await weekly(house, nurse)
    made = await slots(house)
    await take(aye, made[3].starts_at)
    await undo_last(house)
    assert [slot.id for slot in await open_slots(house)] == [made[3].id]
    assert "There is no such opening" in await nurse.says(f"/template {number}")
    await weekly(house, nurse)
    assert len(await open_slots(house)) == len(made)


@ON_SQLITE
async def test_a_time_that_somebody_gave_up_is_taken_away_and_can_come_back(house: House) -> None:
    nurse, aye = await nurse_of(house), await house.person(7)
    number = await weekly(house, nurse)
    made = await slots(house)
    await take(aye, made[0].starts_at)
    async with house.app.database.reading() as session:
        booking = (await session.scalars(select(Booking))).one()
    await aye.presses(f"cx1.{_base36(booking.id)}")
    await nurse.says(f"/template {number} end")
    await nurse.taps("Yes, do it")
    assert await open_slots(house) == []
    await weekly(house, nurse)
    assert [slot.starts_at for slot in await open_slots(house)] == [slot.starts_at for slot in made]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


async def test_two_nurses_who_change_the_same_opening_do_not_undo_each_other(house: House) -> None:
    one, two = await nurse_of(house), await nurse_of(house, telegram_id=501)
    number = await weekly(house, one)
    await one.says(f"/template {number} x3")
    await two.says(f"/template {number} except {said(local_day(house, 7))}")
    await two.taps("Yes, do it")
    assert STALE in await one.taps("Yes, do it")
    await one.says(f"/template {number} x3")
    await one.taps("Yes, do it")
    async with house.app.database.reading() as session:
        template = making.template_of((await session.scalars(select(Opening))).one())
    assert template.capacity == 3
    assert template.except_days == (local_day(house, 7),)


async def test_an_edit_by_hand_outlives_a_change_of_the_opening(house: House) -> None:
    nurse = await nurse_of(house)
    number = await weekly(house, nurse)
    made = await slots(house)
    async with house.app.database.writing() as session:
        await session.execute(update(Slot).where(Slot.id == made[5].id).values(capacity=7))
    await nurse.says(f"/template {number} x3")
    await nurse.taps("Yes, do it")
    capacities = [slot.capacity for slot in await slots(house)]
    assert capacities[5] == 7
    assert set(capacities) == {7, 3}
