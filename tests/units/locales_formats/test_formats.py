"""Days, times and amounts as their readers write them."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from locales.formats import amount, clock, day_name, long_day, moment, short_day, short_moment, span
from locales.languages import LANGUAGES

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
BANGKOK = ZoneInfo("Asia/Bangkok")
YEAR = [date(2026, 1, 1) + timedelta(days=days) for days in range(365)]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("th", "วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569"),
        ("my", "၂၀၂၆ ခုနှစ် နိုဝင်ဘာလ ၂၄ ရက် အင်္ဂါနေ့"),
        ("km", "ថ្ងៃអង្គារ ទី24 ខែវិច្ឆិកា ឆ្នាំ2026"),
        ("en", "Tuesday 24 November 2026"),
    ],
)
def test_a_day_in_full_has_its_own_era_and_order(language: str, written: str) -> None:
    assert long_day(DAY, language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("th", "วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569 เวลา 09:30 น."),
        ("my", "၂၀၂၆ ခုနှစ် နိုဝင်ဘာလ ၂၄ ရက် အင်္ဂါနေ့ အချိန် 09:30"),
        ("km", "ថ្ងៃអង្គារ ទី24 ខែវិច្ឆិកា ឆ្នាំ2026 ម៉ោង 09:30"),
        ("en", "Tuesday 24 November 2026, 09:30"),
    ],
)
def test_a_visit_is_told_with_its_day_and_local_time(language: str, written: str) -> None:
    assert moment(AT, BANGKOK, language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("th", "อ. 24 พ.ย. 09:30"),
        ("my", "နိုဝင်ဘာ 24 အင်္ဂါ 09:30"),
        ("km", "អង្គារ ទី24 វិច្ឆិកា 09:30"),
        ("en", "Tue 24 Nov 09:30"),
    ],
)
def test_a_button_has_weekday_and_month_in_letters_and_no_year(language: str, written: str) -> None:
    assert short_moment(AT, BANGKOK, language) == written


@pytest.mark.parametrize(
    ("language", "written"), [("th", "วันอังคาร"), ("my", "အင်္ဂါနေ့"), ("km", "ថ្ងៃអង្គារ"), ("en", "Tuesday")]
)
def test_a_weekday_is_named_as_people_say_it(language: str, written: str) -> None:
    assert day_name(DAY, language) == written


@pytest.mark.parametrize("year", [2024, 2026, 2030])
def test_thai_years_are_buddhist_and_the_others_are_not(year: int) -> None:
    day = date(year, 1, 1)
    assert str(year + 543) in long_day(day, "th")
    assert str(year) not in long_day(day, "th")
    assert str(year) in long_day(day, "km")
    assert str(year) in long_day(day, "en")


def test_burmese_digits_stand_in_the_long_date_only() -> None:
    assert not re.search("[0-9]", long_day(DAY, "my"))
    assert not re.search("[၀-၉]", short_moment(AT, BANGKOK, "my"))
    assert moment(AT, BANGKOK, "my").endswith(" 09:30")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_date_is_short_and_numeric(language: str) -> None:
    for day in YEAR:
        for written in (long_day(day, language), short_day(day, language)):
            assert not re.search(r"\d\s*[/.-]\s*\d", written), written
            assert re.search(r"[^\W\d_]", written), written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_a_year_is_written_differently(language: str) -> None:
    assert len({long_day(day, language) for day in YEAR}) == len(YEAR)
    assert len({short_day(day, language) for day in YEAR}) == len(YEAR)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clock_has_24_hours_and_latin_digits(language: str) -> None:
    evening = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
    assert clock(evening, BANGKOK) == "21:05"
    assert "21:05" in moment(evening, BANGKOK, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_is_the_clinics_day_not_utcs(language: str) -> None:
    late = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert moment(late, BANGKOK, language).startswith(long_day(date(2026, 11, 25), language))


@pytest.mark.parametrize(
    ("language", "written"), [("th", "2 ชั่วโมง"), ("my", "2 နာရီ"), ("km", "2 ម៉ោង"), ("en", "2 hours")]
)
def test_a_length_of_time_is_in_the_readers_words(language: str, written: str) -> None:
    assert span(timedelta(hours=2), language).translate(str.maketrans("၀၁၂၃၄၅၆၇၈၉", "0123456789")) == written


@pytest.mark.parametrize(("baht", "written"), [(0, "0"), (30, "30"), (1600, "1,600"), (2500000, "2,500,000")])
def test_amounts_mark_their_thousands(baht: int, written: str) -> None:
    assert amount(baht) == written
