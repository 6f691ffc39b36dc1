"""Openings: previewed with counts and conflicts, made up to the horizon, once, and never in closed time."""

import asyncio
from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import func, select

from bot.beats.housekeeping import Housekeeping
from locales.formats import calendar_day, long_day, weekdays
from scheduling import closing, openings, plans
from storage.database import Database
from storage.tables import Opening
from tests.acts import CODE, ON_POSTGRESQL, ON_SQLITE, at, is_in, take
from tests.flows.openings_scene import local_day, nurse_of, open_slots, said, slots
from tests.house import House


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
    assert "Already there, and unchanged: 6 times" in preview
    assert "2 times are left out because the clinic is closed then" in preview
    assert "The same service is open at these hours already" in preview
    done = await nurse.taps("Yes, do it")
    assert "5 times are open now" in done
    assert "Unchanged, because there already or closed: 8 times" in done
    again = await nurse.says(line)
    assert "0 times, 0 places in all" in again


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
