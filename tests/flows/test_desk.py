"""Clinic staff: the day, opening, closing, who did not come."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from locales.formats import long_day
from locales.languages import NATIVE
from people.authority import Role
from storage.tables import Grant
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

REFUSED = "only some clinic staff or operators"
STALE = "This preview is out of date"
DIGITS = {"th": "๐๑๒๓๔๕๖๗๘๙", "my": "၀၁၂၃၄၅၆၇၈၉", "km": "០១២៣៤៥៦៧៨៩", "en": "0123456789"}


async def nurse_of(house: House, clinic: str = "mae-sot", language: str = "en", telegram_id: int = 500) -> Someone:
    return await house.staff(telegram_id, Role.STAFF, clinic, language)


async def test_a_nurse_sees_the_day_with_time_code_service_and_language(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    assert "Nobody is booked" in await nurse.says("/today tomorrow")
    aye, sok = await house.person(7, "my"), await house.person(8, "km")
    people = ("09:00", await take(sok, times[0]), "km"), ("09:30", await take(aye, times[1]), "my")
    lines = (await nurse.says("/today tomorrow")).splitlines()
    earlier, later = (f"{clock} {code} · Vaccination · {NATIVE[language]}" for clock, code, language in people)
    assert lines.index(earlier) < lines.index(later)
    assert "Booked: 2 · Places: 12" in lines


@ON_SQLITE
async def test_a_nurse_turns_over_the_days(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    await nurse.says("/today")
    tomorrow = times[0].date()
    assert long_day(tomorrow, "en") in await nurse.taps(f"{tomorrow.day} ▶")
    assert "Places: 12" in nurse.screen
    assert long_day(tomorrow - timedelta(days=1), "en") in await nurse.taps("◀")


async def test_a_confirmation_tapped_twice_does_it_once_and_says_the_same(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    aye = await house.person(7)
    await take(aye, times[1])
    await nurse.says("/open mae-sot vaccination tomorrow 13:00-15:00")
    button = str(nurse.messages[-1].buttons[0]["callback_data"])
    once = await nurse.presses(button)
    assert "4 times are open now" in once
    assert await nurse.presses(button) == once
    await nurse.says("/close mae-sot tomorrow 09:00-12:00")
    button = str(nurse.messages[-1].buttons[0]["callback_data"])
    before = len(aye.texts)
    once = await nurse.presses(button)
    assert "1 person is being told" in once
    assert await nurse.presses(button) == once
    assert len(aye.texts) == before + 1


@ON_SQLITE
async def test_opening_again_leaves_what_is_there(house: House) -> None:
    nurse = await nurse_of(house)
    await house.opens()
    await nurse.says("/open mae-sot vaccination tomorrow 09:00-13:00 every 30m")
    done = await nurse.taps("Yes, do it")
    assert "2 times are open now" in done
    assert "Unchanged, because there already or closed: 6 times" in done


@ON_SQLITE
async def test_a_refused_preview_changes_nothing(house: House) -> None:
    nurse = await nurse_of(house)
    await nurse.says("/open mae-sot vaccination tomorrow 09:00-12:00")
    await nurse.taps("No")
    assert "Places: 0" in await nurse.says("/today tomorrow")


@ON_SQLITE
async def test_an_older_preview_is_stale(house: House) -> None:
    nurse = await nurse_of(house)
    await nurse.says("/open mae-sot vaccination tomorrow 09:00-12:00")
    older = str(nurse.messages[-1].buttons[0]["callback_data"])
    await nurse.says("/open mae-sot vaccination tomorrow 13:00-14:00")
    newer = str(nurse.messages[-1].buttons[0]["callback_data"])
    assert STALE in await nurse.presses(older)
    house.advance(minutes=61)
    assert STALE in await nurse.presses(newer)
    assert "Places: 0" in await nurse.says("/today tomorrow")


def native(language: str, text: str) -> str:
    return text.translate(str.maketrans("0123456789", DIGITS[language]))


OPEN_LINES = {
    "th": "/open แม่สอด ฉีดวัคซีน {day} ๐๙:๐๐-๑๒:๐๐ ทุก ๒๐ นาที x๒",
    "my": "/open မဲဆောက် ကာကွယ်ဆေးထိုးခြင်း {day} ၀၉:၀၀-၁၂:၀၀ ၂၀ မိနစ် x၂",
    "km": "/open ម៉ែសត ចាក់វ៉ាក់សាំង {day} ០៩:០០-១២:០០ រៀងរាល់ ២០ នាទី x២",
    "en": "/open Mae Sot VACCINATION {day} 9.00 to 12:00 every 20 min, x 2",
}
TOMORROW = {"th": "พรุ่งนี้", "my": "မနက်ဖြန်", "km": "ថ្ងៃស្អែក", "en": "tomorrow"}


@ON_SQLITE
@pytest.mark.parametrize("language", ["th", "my", "km", "en"])
async def test_a_nurse_writes_as_people_of_her_language_do(house: House, language: str) -> None:
    """Native digits, names and eras; the day as a word, as the bot writes it, and with a Buddhist year."""
    nurse = await nurse_of(house, language=language)
    on = at(house, 1, "00:00").date()
    month = long_day(on, "th").split(" ")[2]
    days = [TOMORROW[language], native(language, long_day(on, language)), f"{on.day} {month} {on.year + 543}"]
    for day in days:
        preview = await nurse.says(OPEN_LINES[language].format(day=day))
        assert long_day(on, language) in preview
        assert "09:00-12:00" in preview
        sums = "{times:time|times}, {places:place|places} in all."
        assert spoken(house, language, sums, times=9, places=18) in preview
        assert is_in(language, preview)
    await nurse.presses(str(nurse.messages[-1].buttons[0]["callback_data"]))
    aye = await house.person(7)
    await aye.presses("bs1.mae-sot.vaccination.0")
    assert f"{on.day}·18" in aye.labels


NOT_UNDERSTOOD = [
    ("/open mae-sot yoga tomorrow 09:00-12:00", "yoga", "/open mae-sot vaccination"),
    ("/open mae-sot vaccination someday 09:00-12:00", "someday", "/open mae-sot vaccination"),
    ("/open mae-sot vaccination 31 feb 09:00-12:00", "31 feb", "/open mae-sot vaccination"),
    ("/open mae-sot vaccination tomorrow 9-12", "9-12", "/open mae-sot vaccination"),
    ("/open mae-sot hiv-counselling-test tomorrow 09:00-12:00", "hiv-counselling-test", "/open mae-sot"),
    ("/close <b>moon</b> 13:00-17:00", "<b>moon</b>", "/close mae-sot"),
    ("/today banana", "banana", "/today mae-sot tomorrow"),
]


@ON_SQLITE
async def test_an_error_shows_the_part_not_understood_and_an_example(house: House) -> None:
    nurse = await nurse_of(house)
    for line, part, example in NOT_UNDERSTOOD:
        screen = await nurse.says(line)
        assert f"“{part}”" in screen
        assert example in screen


@ON_SQLITE
async def test_a_line_that_ends_too_early_says_so(house: House) -> None:
    nurse = await nurse_of(house)
    for line in ("/open mae-sot vaccination", "/close", "/noshow"):
        assert "Something is missing at the end" in await nurse.says(line)
        assert "For example" in nurse.screen


@ON_SQLITE
async def test_impossible_plans_are_refused_with_the_reason(house: House) -> None:
    nurse = await nurse_of(house)
    assert "The end must be after the beginning" in await nurse.says("/open vaccination tomorrow 12:00-09:00")
    assert "That time is over" in await nurse.says("/open vaccination 1 jan 2020 09:00-12:00")
    assert "That is more than 50" in await nurse.says("/open vaccination tomorrow 09:00-12:00 x51")
    assert "“0”" in await nurse.says("/open vaccination tomorrow 09:00-12:00 every 0m")
    assert "That time is over" in await nurse.says("/close today 08:00-09:00")


@ON_SQLITE
async def test_nothing_opens_inside_a_closed_time(house: House) -> None:
    nurse, aye = await nurse_of(house), await house.person(7)
    await nurse.says("/close tomorrow 09:00-12:00")
    assert "Nobody is booked then" in nurse.screen
    await nurse.taps("Yes, do it")
    await nurse.says("/open vaccination tomorrow 09:00-13:00 every 30m")
    assert "2 times are open now" in await nurse.taps("Yes, do it")
    await aye.presses("bs1.mae-sot.vaccination.0")
    assert [label[-5:] for label in aye.labels if ":" in label] == ["12:00", "12:30"]


async def test_whoever_did_not_come_is_noted_after_the_beginning(house: House) -> None:
    nurse, times = await nurse_of(house), await house.opens()
    aye = await house.person(7)
    code = await take(aye, times[1])
    assert "has not begun yet" in await nurse.says(f"/noshow {code}")
    await it_becomes(house, at(house, 1, "09:45"))
    assert f"Noted: 09:30 {code} did not come" in await nurse.says(f"/noshow {code.lower()[:3]} {code.lower()[3:]}")
    assert "Noted" in await nurse.says(f"/noshow {code}")
    assert f"{code} · Vaccination · English · did not come" in await nurse.says("/today")
    assert "I find no visit with the code 000000" in await nurse.says("/noshow OOOOOO")


@ON_SQLITE
async def test_a_nurse_of_one_clinic_cannot_touch_the_other(house: House) -> None:
    nurse, times = await nurse_of(house, "mae-sot"), await house.opens("bangkok")
    aye = await house.person(7)
    code = await take(aye, times[0], "bangkok")
    tomorrow = times[0].date()
    for line in (
        "/today bangkok",
        "/open bangkok vaccination tomorrow 13:00-14:00",
        "/close bangkok tomorrow 09:00-12:00",
    ):
        assert REFUSED in await nurse.says(line)
    assert REFUSED in await nurse.presses(f"dk1.bangkok.{_day(tomorrow)}")
    await it_becomes(house, at(house, 1, "09:45"))
    assert "I find no visit with the code" in await nurse.says(f"/noshow {code}")
    assert "Mae Sot" in await nurse.says("/today")
    assert code not in nurse.screen


@ON_SQLITE
async def test_a_nurse_of_both_clinics_is_asked_which(house: House) -> None:
    nurse = await nurse_of(house, "mae-sot")
    await house.staff(500, Role.LEAD, "bangkok")
    assert "Which clinic?" in await nurse.says("/today")
    assert "IOM clinic Bangkok" in await nurse.taps("Bangkok")


@ON_SQLITE
async def test_a_role_taken_away_takes_its_buttons_away_too(house: House) -> None:
    nurse = await nurse_of(house)
    await nurse.says("/open vaccination tomorrow 09:00-12:00")
    async with house.app.database.writing() as session:
        await session.execute(delete(Grant))
    assert REFUSED in await nurse.taps("Yes, do it")
    assert REFUSED in await nurse.says("/today")


def _day(day: date) -> str:
    digits, number = "", day.toordinal()
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits
