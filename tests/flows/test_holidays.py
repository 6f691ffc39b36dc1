"""Holidays: Thailand's public ones, edited by each clinic; no times are made on them, and no visit is lost by them."""

import json
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from locales.formats import short_day
from people.authority import Role
from scheduling import holidays, store
from scheduling.undoing import UNDO
from storage.tables import Deed, Slot
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

LABOUR_DAY = "National Labor Day"


async def nurse_of(house: House, clinic: str = "mae-sot", language: str = "en", telegram_id: int = 500) -> Someone:
    return await house.staff(telegram_id, Role.STAFF, clinic, language)


async def before_labour_day(house: House) -> date:
    """It becomes the 25th of April; the next first of May."""
    today = at(house, 0, "00:00").date()
    day = date(today.year + (today >= date(today.year, 4, 20)), 5, 1)
    await it_becomes(house, datetime.combine(day - timedelta(days=6), time(10), at(house, 0, "00:00").tzinfo))
    return day


async def slots_on(house: House, day: date) -> list[Slot]:
    zone = house.app.house.clinics.clinics["mae-sot"].zone
    begin = datetime.combine(day, time(0), zone)
    async with house.app.database.reading() as session:
        found = await store.slots_of_service(session, "mae-sot", "vaccination", begin, begin + timedelta(days=1))
    return [slot for slot in found.values() if not slot.closed]


async def opens_all_week(house: House, nurse: Someone, day: date) -> str:
    last = day + timedelta(days=1)
    await nurse.says(f"/open vaccination every day 09:00-12:00 every 30m x2 until {last.isoformat()}")
    return nurse.screen


def test_public_holidays_come_in_thai_and_english() -> None:
    for year in (2026, 2027, 2028):
        days = holidays.public(year)
        assert days[date(year, 5, 1)] == LABOUR_DAY
        assert days[date(year, 12, 10)] == "Constitution Day"
        assert is_in("th", holidays.public(year, "th")[date(year, 5, 1)])
        assert holidays.public(year, "my") == days


async def test_no_times_are_made_on_a_holiday_and_the_preview_names_it(house: House) -> None:
    nurse, day = await nurse_of(house), await before_labour_day(house)
    preview = await opens_all_week(house, nurse, day)
    assert f"Holidays, left out:\n{short_day(day, 'en')} {LABOUR_DAY}" in preview
    await nurse.taps("Yes, do it")
    assert await slots_on(house, day) == []
    assert len(await slots_on(house, day - timedelta(days=1))) == 6


@ON_SQLITE
async def test_one_day_that_is_a_holiday_opens_nothing_and_shows_the_way(house: House) -> None:
    nurse, day = await nurse_of(house), await before_labour_day(house)
    screen = await nurse.says(f"/open vaccination {day.isoformat()} 09:00-12:00")
    assert "No time would be opened" in screen
    assert LABOUR_DAY in screen
    assert "Holidays" in await nurse.taps("Holidays")


async def test_a_clinic_that_works_on_a_holiday_gets_its_times_and_can_take_it_back(house: House) -> None:
    nurse, day = await nurse_of(house), await before_labour_day(house)
    await opens_all_week(house, nurse, day)
    await nurse.taps("Yes, do it")
    listed = await nurse.says("/holidays")
    assert f"🔒 {short_day(day, 'en')} · {LABOUR_DAY}" in listed
    assert "Work on this day?" in await nurse.taps(f"🔒 {short_day(day, 'en')}")
    assert "6 times are made" in await nurse.taps("Yes, do it")
    assert len(await slots_on(house, day)) == 6
    assert f"🔓 {short_day(day, 'en')} · {LABOUR_DAY} · we work" in await nurse.says("/holidays")
    async with house.app.database.writing() as session:
        deed = (await session.scalars(select(Deed).order_by(Deed.id.desc()).limit(1))).one()
        await UNDO[deed.kind](session, json.loads(deed.undo), house.now)
    assert await slots_on(house, day) == []


async def test_a_day_of_ones_own_takes_empty_times_and_lists_the_visits_that_stand(house: House) -> None:
    nurse, aye = await nurse_of(house), await house.person(7, "km")
    times = await house.opens()
    code = await take(aye, times[2])
    day, heard = times[0].date(), len(aye.texts)
    preview = await nurse.says(f"/holidays mae-sot {day.isoformat()} Staff Training")
    assert "Close on this day?" in preview
    assert "Staff Training" in preview
    assert "1 visit stands on this day and is not cancelled by this" in preview
    assert f"10:00 {code}" in preview
    assert f"/close mae-sot {day.isoformat()}" in preview
    assert "5 empty times are gone" in await nurse.taps("Yes, do it")
    assert [slot.starts_at for slot in await slots_on(house, day)] == [times[2]]
    assert len(aye.texts) == heard
    assert f"🔒 {short_day(day, 'en')} · Staff Training" in await nurse.says(f"/holidays {day.year}")
    await nurse.taps(f"🔒 {short_day(day, 'en')}")
    await nurse.taps("Yes, do it")
    assert len(await slots_on(house, day)) == 6


@ON_SQLITE
async def test_holidays_of_one_clinic_are_not_those_of_the_other(house: House) -> None:
    nurse, other = await nurse_of(house), await nurse_of(house, "bangkok", telegram_id=501)
    day = at(house, 3, "00:00").date()
    await nurse.says(f"/holidays {day.isoformat()} Flood")
    await nurse.taps("Yes, do it")
    assert "Flood" not in await other.says(f"/holidays {day.year}")
    assert "Flood" in await nurse.says(f"/holidays {day.year}")


@ON_SQLITE
@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_holidays_in_the_nurses_language_year_and_digits(house: House, language: str) -> None:
    nurse = await nurse_of(house, language=language)
    year = at(house, 0, "00:00").year + 1
    typed = {"th": f"/holidays แม่สอด {year + 543}", "my": f"/holidays မဲဆောက် {year}", "km": f"/holidays ម៉ែសត {year}"}
    digits = str.maketrans("0123456789", {"th": "๐๑๒๓๔๕๖๗๘๙", "my": "၀၁၂၃၄၅၆၇၈၉", "km": "០១២៣៤៥៦៧៨៩"}[language])
    screen = await nurse.says(typed[language].translate(digits))
    assert spoken(house, language, "<b>Holidays</b>\n{clinic}", clinic="").strip() in screen
    assert short_day(date(year, 5, 1), language) in screen
    assert holidays.public(year, language)[date(year, 5, 1)] in screen


@ON_SQLITE
async def test_a_day_that_is_over_or_far_away_is_not_understood(house: House) -> None:
    nurse = await nurse_of(house)
    for line in ("1 jan 2020", "1 jan 2199", "2150", "32 dec", "yoga"):
        assert "I did not understand this part" in await nurse.says(f"/holidays mae-sot {line}"), line
