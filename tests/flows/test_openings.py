"""Openings: previewed with counts and conflicts, made up to the horizon, changed and ended without moving anybody."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.housekeeping import Housekeeping
from locales.formats import calendar_day, long_day, weekdays
from people.authority import Role
from scheduling import closing, making, openings, plans, store
from scheduling.undoing import UNDO
from storage.database import Database
from storage.tables import Booking, Deed, Opening, Slot
from tests.acts import CODE, ON_POSTGRESQL, ON_SQLITE, at, is_in, take
from tests.house import House, Someone

STALE = "Somebody changed this in the meantime"


async def nurse_of(house: House, clinic: str = "mae-sot", language: str = "en", telegram_id: int = 500) -> Someone:
    return await house.staff(telegram_id, Role.STAFF, clinic, language)


def local_day(house: House, ahead: int = 0) -> date:
    return at(house, ahead, "00:00").date()


def said(day: date) -> str:
    return day.isoformat()


async def slots(house: House, clinic: str = "mae-sot", service: str = "vaccination") -> list[Slot]:
    zone = house.app.house.clinics.clinics[clinic].zone
    begin = datetime.combine(local_day(house), time(0), zone)
    async with house.app.database.reading() as session:
        found = await store.slots_of_service(session, clinic, service, begin, begin + timedelta(days=400))
    return [found[key] for key in sorted(found)]


async def open_slots(house: House) -> list[Slot]:
    return [slot for slot in await slots(house) if not slot.closed]


async def undo_last(house: House) -> None:
    async with house.app.database.writing() as session:
        deed = (await session.scalars(select(Deed).order_by(Deed.id.desc()).limit(1))).one()
        await UNDO[deed.kind](session, json.loads(deed.undo), house.now)


def number_in(text: str) -> int:
    return int(re.findall(r"#(\d+)", text)[0])


async def weekly(house: House, nurse: Someone, line: str = "", days: int = 27) -> int:
    """Open Monday to Friday 09:00 to 12:00 from tomorrow for four weeks; the opening's number."""
    first, last = local_day(house, 1), local_day(house, days)
    await nurse.says(f"/open vaccination mon-fri 09:00-12:00 every 30m x2 from {said(first)} to {said(last)} {line}")
    await nurse.taps("Yes, do it")
    async with house.app.database.reading() as session:
        return int(await session.scalar(select(func.max(Opening.id))) or 0)


async def test_a_weekly_opening_is_previewed_with_counts_and_people_can_book_it(house: House) -> None:
    nurse, aye = await nurse_of(house), await house.person(7)
    first, last, without = (local_day(house, ahead) for ahead in (1, 27, 8))
    line = f"mon-fri 09:00-12:00 every 20m x2 from {said(first)} to {said(last)} except {said(without)}"
    preview = await nurse.says(f"/open mae-sot vaccination {line} walkin 25% interpreter my km")
    days = sum(1 for ahead in range(1, 28) if local_day(house, ahead).weekday() < 5) - 1
    assert f"{days * 9} times, {days * 18} places in all" in preview
    assert f"{weekdays(range(5), 'en')}, from {calendar_day(first, 'en')} until {calendar_day(last, 'en')}" in preview
    assert "Interpreter: မြန်မာ, ខ្មែរ" in preview
    assert f"{days * 4} of the places are kept for people without a booking" in preview
    assert await slots(house) == []
    assert f"{days * 9} times are open now" in await nurse.taps("Yes, do it")
    made = await slots(house)
    assert len(made) == days * 9
    assert {slot.languages for slot in made} == {"my,km"}
    assert [slot.walkin for slot in made[:9]] == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert without not in {slot.starts_at.astimezone(at(house, 0, "00:00").tzinfo).date() for slot in made}
    assert CODE.findall(" ".join([await take(aye, made[0].starts_at)]))


NATIVE_LINES = {
    "th": "/open แม่สอด ฉีดวัคซีน จ-ศ ๐๙:๐๐-๑๒:๐๐ ทุก ๒๐ นาที x๒ ตั้งแต่ {first} ถึง {last} ยกเว้น {without}",
    "my": "/open မဲဆောက် ကာကွယ်ဆေးထိုးခြင်း တနင်္လာ-သောကြာ ၀၉:၀၀-၁၂:၀၀ ၂၀ မိနစ်တိုင်း x၂ {first} မှ {last} အထိ {without} မှလွဲ၍",
    "km": "/open ម៉ែសត ចាក់វ៉ាក់សាំង ច័ន្ទ-សុក្រ ០៩:០០-១២:០០ រៀងរាល់ ២០ នាទី x២ ពី {first} ដល់ {last} លើកលែងតែ {without}",
}


@ON_SQLITE
@pytest.mark.parametrize("language", NATIVE_LINES)
async def test_a_weekly_opening_in_the_nurses_own_language(house: House, language: str) -> None:
    nurse = await nurse_of(house, language=language)
    first, last, without = (local_day(house, ahead) for ahead in (1, 27, 8))
    names = {"first": first, "last": last, "without": without}
    preview = await nurse.says(NATIVE_LINES[language].format(**{k: long_day(v, language) for k, v in names.items()}))
    assert is_in(language, preview)
    days = sum(1 for ahead in range(1, 28) if local_day(house, ahead).weekday() < 5) - 1
    await nurse.presses(str(nurse.messages[-1].buttons[0]["callback_data"]))
    assert len(await slots(house)) == days * 9, preview


async def test_the_daily_step_makes_what_comes_near_once_in_any_number_of_processes(
    house: House, database_url: str
) -> None:
    nurse = await nurse_of(house)
    await nurse.says("/open vaccination mon-fri 09:00-12:00 every 30m x2 from tomorrow")
    assert "Later days open by themselves" in nurse.screen
    await nurse.taps("Yes, do it")
    before = await slots(house)
    second = Database(database_url)
    clinics = house.app.house.clinics
    both = [
        Housekeeping(database, lambda: house.now, None, asyncio.Event(), clinics)
        for database in (house.app.database, second)
    ]
    await asyncio.gather(*(each.open_days_to_come(house.now) for each in both))
    assert len(await slots(house)) == len(before)
    house.advance(days=7)  # a week in which nothing ran
    for _ in range(2):
        await asyncio.gather(*(each.open_days_to_come(house.now) for each in both))
    after = await slots(house)
    await second.close()
    starts = [slot.starts_at for slot in after]
    assert len(starts) == len(set(starts))
    horizon = local_day(house, clinics.clinics["mae-sot"].horizon_days)
    assert (horizon - starts[-1].date()).days <= 3
    assert {slot.capacity for slot in after} == {2}


@ON_SQLITE
async def test_nothing_is_made_in_a_closure_in_the_notice_or_twice_and_the_preview_says_so(house: House) -> None:
    nurse = await nurse_of(house)
    await house.opens(day=local_day(house, 1))
    await nurse.says(f"/close {said(local_day(house, 2))} 09:00-10:00")
    await nurse.taps("Yes, do it")
    line = f"/open vaccination every day 09:00-12:00 every 30m x2 from today to {said(local_day(house, 2))}"
    preview = await nurse.says(line)  # it is ten o'clock, and an hour's notice is needed
    assert "5 times, 10 places in all" in preview
    assert "6 times are there already and stay as they are" in preview
    assert "2 times are left out because the clinic is closed then" in preview
    assert "The same service is open at these hours already" in preview
    done = await nurse.taps("Yes, do it")
    assert "5 times are open now" in done
    assert "8 times were there already or are closed" in done
    again = await nurse.says(line)
    assert "0 times, 0 places in all" in again


async def test_ending_an_opening_takes_empty_times_and_moves_nobody(house: House) -> None:
    nurse, aye = await nurse_of(house), await house.person(7, "my")
    number = await weekly(house, nurse)
    made = await open_slots(house)
    code = await take(aye, made[8].starts_at)
    heard = len(aye.texts)
    preview = await nurse.says(f"/template {number} end")
    assert f"{len(made) - 1} empty times go" in preview
    assert "1 visits at 1 times stay as they are; nobody is moved" in preview
    done = await nurse.taps("Yes, do it")
    assert f"{len(made) - 1} empty times are gone" in done
    assert "1 visits stay as they are" in done
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
    assert "2 visits at 1 times stay as they are" in preview
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


@ON_SQLITE
async def test_the_same_line_by_two_nurses_opens_the_times_once(house: House) -> None:
    one, two = await nurse_of(house), await nurse_of(house, telegram_id=501)
    line = f"/open vaccination mon-fri 09:00-12:00 every 30m x2 from tomorrow to {said(local_day(house, 13))}"
    for nurse in (one, two):
        await nurse.says(line)
    first = await one.taps("Yes, do it")
    assert "0 times are open now" in await two.taps("Yes, do it")
    assert f"{len(await slots(house))} times are open now" in first
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Opening)) == 1


BAD = [
    ("mon-fri 09:00-12:00 from 20 dec to 10 dec 2026", "The end must be after the beginning"),
    ("mon-fri 12:00-09:00", "The end must be after the beginning"),
    ("mon-fri 09:00-12:00 x0", "A time needs at least one place"),
    ("mon-fri 09:00-12:00 x10000", "That is more than 50"),
    ("mon-fri 09:00-12:00 from 1 dec to 31 feb", "“31 feb”"),
    ("mon-fri 09:00-25:00", "“25:00”"),
    ("mon-fri 09:00-12:00 until 1 jan 2020", "The end must be after the beginning"),
    ("mon-fri 09:00-12:00 every 3m", "“3”"),
    ("mon-fri 09:00-12:00 walkin", "Something is missing at the end"),
    ("mon-fri", "Something is missing at the end"),
    ("1 jan 2020 09:00-12:00", "That time is over"),
]


@ON_SQLITE
async def test_a_slip_gets_a_clear_sentence_and_nothing_is_opened(house: House) -> None:
    nurse = await nurse_of(house)
    for line, sentence in BAD:
        assert sentence in await nurse.says(f"/open vaccination {line}"), line
    first, last = local_day(house, 1), local_day(house, 2)  # Thursday and Friday
    assert "None of these weekdays" in await nurse.says(
        f"/open vaccination mon tue 09:00-12:00 from {said(first)} to {said(last)}"
    )
    assert "only some clinic staff" in await nurse.says("/open bangkok vaccination mon-fri 09:00-12:00")
    assert await slots(house) == []


@ON_POSTGRESQL
async def test_an_opening_is_made_while_the_clinic_is_closed_and_nothing_stays_open_in_it(house: House) -> None:
    """Twenty times at once: whoever comes second sees what the other one did."""
    site = plans.site_of("mae-sot", house.app.house.clinics.clinics["mae-sot"])
    template = plans.one_day("mae-sot", "vaccination", local_day(house, 1), time(9), time(12))

    async def make(ahead: int) -> None:
        day = local_day(house, ahead)
        one = replace(template, valid_from=day, valid_until=day, weekdays=frozenset({day.weekday()}))
        async with house.app.database.writing() as session:
            await openings.make(session, None, one, site, 30, now=house.now)

    async def close(ahead: int) -> None:
        span = closing.Span(at(house, ahead, "00:00"), at(house, ahead, "23:59"))
        async with house.app.database.writing() as session:
            await closing.close_times(session, None, site, [span], now=house.now)

    await asyncio.gather(*(act(ahead) for ahead in range(1, 21) for act in (make, close)))
    assert await open_slots(house) == []


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
