"""The desk's one-line commands: a nurse may copy any day that the bot itself writes, and mix four languages."""

import time as clocks
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from handlers.grammar.reading import DeskGrammar, NotUnderstood
from locales.formats import long_day, short_day
from locales.languages import LANGUAGES
from scheduling.clinics import read_clinics

TODAY = date(2026, 11, 25)
MON_FRI = frozenset(range(5))
LINES = {
    "open_line": "vaccination {day} 09:00-12:00 every 20m x2",
    "close_line": "{day} 09:00-12:00 doctor ill",
    "today_line": "{day}",
    "slot_line": "vaccination {day} 09:00 x3",
    "holidays_line": "mae-sot {day} Staff day",
}


@pytest.fixture(scope="module")
def grammar() -> DeskGrammar:
    return DeskGrammar(read_clinics())


@pytest.mark.parametrize("written", [long_day, short_day])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_the_bot_writes_can_be_typed_back(
    grammar: DeskGrammar, language: str, written: Callable[[date, str], str]
) -> None:
    for ahead in range(0, 365, 5):
        day = TODAY + timedelta(days=ahead)
        for start, line in LINES.items():
            assert grammar.read(start, line.format(day=written(day, language)), TODAY).day == day


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_span_of_days_the_bot_writes_can_be_typed_back(grammar: DeskGrammar, language: str) -> None:
    words = {"th": ("ตั้งแต่", "ถึง", ""), "my": ("", "မှ", "အထိ"), "km": ("ពី", "ដល់", ""), "en": ("from", "to", "")}
    begin, to, after = words[language]
    for ahead in range(0, 120, 7):
        first, last = TODAY + timedelta(days=ahead), TODAY + timedelta(days=ahead + 50)
        days = f"{begin} {long_day(first, language)} {to} {long_day(last, language)} {after}"
        line = grammar.read("open_line", f"vaccination mon wed 09:00-12:00 {days}", TODAY)
        assert (line.day, line.last_day, line.weekdays) == (first, last, frozenset({0, 2}))


def test_a_weekday_is_the_next_one_and_a_day_without_a_year_is_the_next_such_day(grammar: DeskGrammar) -> None:
    for words, day in (
        ("today", TODAY),
        ("wed", TODAY),
        ("พฤหัส", TODAY + timedelta(days=1)),
        ("24 nov", date(2027, 11, 24)),
        ("nov 26", date(2026, 11, 26)),
        ("26 nov 2569", date(2026, 11, 26)),
        ("26 november 2026", date(2026, 11, 26)),
        ("2026-11-26", date(2026, 11, 26)),
    ):
        assert grammar.read("today_line", words, TODAY).day == day


def test_a_clinic_is_known_by_its_id_its_names_and_its_nicknames(grammar: DeskGrammar) -> None:
    for name in ("mae-sot", "Mae Sot", "maesot", "แม่สอด", "မဲဆောက်", "ម៉ែសត", "คลินิก IOM แม่สอด"):
        assert grammar.read("today_line", f"{name} tomorrow", TODAY).clinic == "mae-sot"


SAME = {
    "en": "mae-sot vaccination mon-fri 09:00-12:00 every 20m x2 from 1 dec to 28 feb except 10 dec walkin 20%"
    " interpreter my km",
    "en, in another order": "except 10 dec, every 20 min from 1 dec until 28 feb 2027 Vaccination Mae Sot 9.00 to 12.00"
    " interpreter burmese and khmer, 20% walk-in, monday to friday, x 2",
    "th": "แม่สอด ฉีดวัคซีน จ-ศ ๐๙:๐๐-๑๒:๐๐ น. ทุก ๒๐ นาที x๒ ตั้งแต่ ๑ ธ.ค. ๒๕๖๙ ถึง ๒๘ ก.พ. ยกเว้น ๑๐ ธ.ค."
    " ไม่นัด ๒๐% ล่าม พม่า เขมร",
    "th, without spaces": "แม่สอดฉีดวัคซีนวันจันทร์ถึงวันศุกร์09:00ถึง12:00ทุก20นาที2คนตั้งแต่1ธันวาคมถึง28กุมภาพันธ์ยกเว้น10ธันวาคม"
    "วอล์กอิน20%ล่ามพม่าเขมร",
    "my": "မဲဆောက် ကာကွယ်ဆေးထိုးခြင်း တနင်္လာ-သောကြာ ၀၉:၀၀ မှ ၁၂:၀၀ အထိ ၂၀ မိနစ်တိုင်း ၂ ယောက်"
    " ဒီဇင်ဘာ ၁ ရက်မှ ဖေဖော်ဝါရီ ၂၈ ရက်အထိ ဒီဇင်ဘာ ၁၀ ရက်မှလွဲ၍ မချိန်းဘဲ ၂၀% စကားပြန် မြန်မာ ခမာ",
    "km": "ម៉ែសត ចាក់វ៉ាក់សាំង ច័ន្ទ-សុក្រ ពីម៉ោង ០៩:០០ ដល់ ១២:០០ រៀងរាល់ ២០ នាទី x២ ពី ១ ធ្នូ ដល់ ២៨ កុម្ភៈ"
    " លើកលែងតែ ១០ ធ្នូ គ្មានណាត់ ២០% អ្នកបកប្រែ ភូមា ខ្មែរ",
}


@pytest.mark.parametrize("line", SAME.values(), ids=SAME)
def test_the_same_opening_in_every_language(grammar: DeskGrammar, line: str) -> None:
    found = grammar.read("open_line", line, TODAY)
    assert (found.clinic, found.service) == ("mae-sot", "vaccination")
    assert (found.weekdays, found.day, found.last_day) == (MON_FRI, date(2026, 12, 1), date(2027, 2, 28))
    assert found.except_days == (date(2026, 12, 10),)
    assert (found.begins, found.ends, found.every, found.capacity) == (time(9), time(12), 20, 2)
    assert (found.walkin, found.languages) == (20, ("my", "km"))


WEEKS: list[tuple[str, dict[str, Any]]] = [
    ("friday", {"day": date(2026, 11, 27), "weekdays": frozenset()}),
    ("every friday", {"day": None, "weekdays": {4}}),
    ("ทุกวันศุกร์", {"weekdays": {4}}),
    ("သောကြာနေ့တိုင်း", {"weekdays": {4}}),
    ("រៀងរាល់ថ្ងៃសុក្រ", {"weekdays": {4}}),
    ("every day", {"weekdays": set(range(7))}),
    ("ทุกวัน", {"weekdays": set(range(7))}),
    ("နေ့တိုင်း", {"weekdays": set(range(7))}),
    ("រាល់ថ្ងៃ", {"weekdays": set(range(7))}),
    ("fri-mon", {"weekdays": {4, 5, 6, 0}}),
    ("จ พ ศ", {"weekdays": {0, 2, 4}}),
    ("ច័ន្ទ ពុធ", {"weekdays": {0, 2}}),
    ("every day except sat sun", {"weekdays": set(MON_FRI)}),
    ("mon wed fri 4 dec to 18 dec", {"day": date(2026, 12, 4), "last_day": date(2026, 12, 18), "weekdays": {0, 2, 4}}),
    ("fri 4 dec to 18 dec", {"day": date(2026, 12, 4), "weekdays": {4}}),
    ("4 dec to 18 dec", {"last_day": date(2026, 12, 18), "weekdays": set(range(7))}),
    ("mon-fri from 28 dec to 2 jan", {"day": date(2026, 12, 28), "last_day": date(2027, 1, 2)}),
    ("mon-fri from 1 ธ.ค. 2569", {"day": date(2026, 12, 1), "last_day": None}),
    ("ဒီဇင်ဘာ ၁ ရက်မှ တနင်္လာ-သောကြာ", {"day": date(2026, 12, 1), "weekdays": set(MON_FRI)}),
    (
        "mon-fri except 10, 12 and 24 dec and 30 dec - 1 jan",
        {"except_days": (*(date(2026, 12, n) for n in (10, 12, 24, 30, 31)), date(2027, 1, 1))},
    ),
]


@pytest.mark.parametrize(("words", "meant"), WEEKS)
def test_what_is_left_out_is_always_filled_in_the_same_way(
    grammar: DeskGrammar, words: str, meant: dict[str, Any]
) -> None:
    line = grammar.read("open_line", f"vaccination {words} 09:00-12:00", TODAY)
    assert {field: getattr(line, field) for field in meant} == meant


UNCLEAR = [
    ("open_line", "vaccination 31 feb 09:00-12:00", "31 feb"),
    ("open_line", "vaccination mon-fri 09:00-12:00 from 1 dec to 31 feb", "31 feb"),
    ("open_line", "vaccination 25:00-26:00", "25:00"),
    ("open_line", "vaccination 09:75-12:00", "09:75"),
    ("open_line", "vaccination 9-12", "9-12"),
    ("open_line", "yoga 09:00-12:00", "yoga"),
    ("open_line", "ฉีดวัคซีน โยคะ 09:00-12:00", "โยคะ"),
    ("open_line", "vaccination 10.12.2026 09:00-12:00", "10.12.2026"),
    ("open_line", "vaccination 10/12 09:00-12:00", "10/12"),
    ("open_line", "vaccination fri 1 dec 09:00-12:00", "fri 1 dec"),
    ("open_line", "vaccination tb-symptom-check 09:00-12:00", "tb-symptom-check"),
    ("open_line", "vaccination mon-fri 09:00-12:00 walkin 120%", "120%"),
    ("open_line", "vaccination mon-fri 09:00-12:00 3 dec 4 dec", "4 dec"),
    ("open_line", "vaccination 09:00-12:00 doctor ill", "doctor"),
    ("open_line", "vaccination tomorrow 09:00", ""),
    ("open_line", "vaccination mon-fri 09:00-", ""),
    ("open_line", "vaccination 10 dec 2199 09:00-12:00", "2199"),
    ("close_line", "<b>moon</b> 13:00-17:00", "<b>moon</b>"),
    ("close_line", "tomorrow banana 13:00-17:00", "banana"),
    ("slot_line", "vaccination tomorrow 09:00-12:00 x3", "09:00-12:00"),
    ("template_line", "12 yoga", "yoga"),
]


@pytest.mark.parametrize(("start", "line", "part"), UNCLEAR)
def test_the_part_that_fits_nowhere_is_named(grammar: DeskGrammar, start: str, line: str, part: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        grammar.read(start, line, TODAY)
    assert caught.value.part == part


def test_closing_takes_several_days_a_whole_day_and_a_reason_in_any_words(grammar: DeskGrammar) -> None:
    for words, first, last, begins, reason in (
        ("25-27 nov", TODAY, date(2026, 11, 27), None, ""),
        ("from 25 nov to 27 nov Flood", TODAY, date(2026, 11, 27), None, "Flood"),
        ("mon-wed", date(2026, 11, 30), date(2026, 12, 2), None, ""),
        ("tomorrow Doctor Ill since monday", date(2026, 11, 26), None, None, "Doctor Ill since monday"),
        ("13:00-17:00 today end of stock", TODAY, None, time(13), "end of stock"),
        ("พรุ่งนี้ ๑๓:๐๐-๑๗:๐๐ หมอป่วย", date(2026, 11, 26), None, time(13), "หมอป่วย"),
    ):
        line = grammar.read("close_line", words, TODAY)
        assert (line.day, line.last_day, line.begins, line.rest) == (first, last, begins, reason)


def test_an_opening_is_changed_by_its_number(grammar: DeskGrammar) -> None:
    for words, meant in (
        ("12", {"number": 12}),
        ("#12 x3", {"number": 12, "capacity": 3}),
        ("12 until 31 mar", {"number": 12, "last_day": date(2027, 3, 31)}),
        ("12 จนถึง 31 มี.ค.", {"number": 12, "last_day": date(2027, 3, 31)}),
        ("12 until further notice", {"endless": True}),
        ("12 except 10 dec", {"except_days": (date(2026, 12, 10),)}),
        ("12 end 31 dec", {"ended": True, "day": date(2026, 12, 31)}),
        ("๑๒ จบ", {"number": 12, "ended": True}),
        ("១២ បញ្ចប់", {"number": 12, "ended": True}),
        ("၁၂ ရပ်", {"number": 12, "ended": True}),
        ("12 name Morning Vaccines", {"named": True, "rest": "Morning Vaccines"}),
    ):
        line = grammar.read("template_line", words, TODAY)
        assert {field: getattr(line, field) for field in meant} == meant


def test_a_line_is_read_in_a_moment(grammar: DeskGrammar) -> None:
    longest = " ".join((SAME["en"], "except 11 dec 12 dec 13 dec 14 dec 15 dec 16 dec 17 dec 18 dec"))
    for line in (*SAME.values(), longest):
        taken = []
        for _ in range(3):
            begun = clocks.process_time()
            grammar.read("open_line", line, TODAY)
            taken.append(clocks.process_time() - begun)
        assert min(taken) < 0.05, taken
    with pytest.raises(NotUnderstood):
        grammar.read("open_line", "z" * 4000, TODAY)
