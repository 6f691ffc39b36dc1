"""Every word that a staff line may hold, by kind: from the clinics file, from CLDR, and from how people say it.

All words lie here in the form that `for_matching` gives them. Where two kinds share a word, the kind
listed first has it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from babel.dates import get_day_names, get_month_names

from locales.formats import day_name
from locales.languages import LANGUAGES, NATIVE
from locales.repair import for_matching
from scheduling.clinics import Clinics

Words = dict[str, tuple[str, Any]]
"""What is written, to its kind and what it stands for."""

PLAIN: dict[str, tuple[str, ...]] = {
    "TODAY": ("today", "วันนี้", "ဒီနေ့", "ယနေ့", "ថ្ងៃនេះ"),
    "TOMORROW": ("tomorrow", "พรุ่งนี้", "မနက်ဖြန်", "ថ្ងៃស្អែក", "ស្អែក"),
    "EVERYDAY": ("every day", "everyday", "daily", "each day", "ทุกวัน", "နေ့တိုင်း", "နေ့စဉ်", "រាល់ថ្ងៃ", "រៀងរាល់ថ្ងៃ"),
    "EACH": ("every", "each", "ทุก", "ทุก ๆ", "រៀងរាល់", "រាល់", "រៀង​រាល់"),
    "EACH_BEFORE": ("တိုင်း",),
    "FROM": ("from", "since", "starting", "beginning", "ตั้งแต่", "จาก", "เริ่ม", "ពី", "ចាប់ពី", "ចាប់ផ្តើមពី"),
    "SINCE": ("မှစ၍", "မှစပြီး", "ကစပြီး", "ကစ၍", "ကနေ"),
    "UNTIL": ("until", "till", "through", "up to", "จนถึง", "រហូតដល់", "រហូត"),
    "DASH": ("-", "–", "—", "~", "to", "ถึง", "မှ", "ដល់", "ទៅ"),
    "TAIL": ("အထိ", "ထိ"),
    "EXCEPT": ("except", "except on", "but not", "not on", "without", "ยกเว้น", "ยกเว้นวันที่", "เว้น", "ไม่รวม",
               "លើកលែងតែ", "លើកលែង", "វៀរលែង"),
    "EXCEPT_BEFORE": ("မှလွဲ၍", "မှလွဲပြီး", "မှအပ", "မပါ"),
    "WALKIN": ("walkin", "walk-in", "walkins", "walk-ins", "walk in", "for walkins", "วอล์กอิน", "ไม่นัด", "ไม่ได้นัด",
               "မချိန်းဘဲ", "ချိန်းမထားသူ", "គ្មានណាត់", "មកដោយគ្មានណាត់"),
    "INTERPRETER": ("interpreter", "interpreters", "interpreter for", "ล่าม", "ล่ามภาษา", "စကားပြန်", "ဘာသာပြန်",
                    "អ្នកបកប្រែ", "អ្នកបកប្រែភាសា"),
    "WEEK": ("week", "a week", "สัปดาห์", "หนึ่งสัปดาห์", "တစ်ပတ်", "သီတင်းတစ်ပတ်", "សប្ដាហ៍", "មួយសប្ដាហ៍",
             "សប្តាហ៍", "មួយសប្តាហ៍"),
    "ENDED": ("end", "ends", "stop", "จบ", "หยุด", "สิ้นสุด", "ရပ်", "ပြီးဆုံး", "បញ្ចប់", "ឈប់"),
    "NAMED": ("name", "call it", "ชื่อ", "ตั้งชื่อ", "အမည်", "နာမည်", "ឈ្មោះ", "ដាក់ឈ្មោះ"),
    "ENDLESS": ("until further notice", "without end", "no end", "ไม่มีกำหนด", "အကန့်အသတ်မရှိ", "គ្មានកំណត់"),
    "FILLER": ("and", "on", "at", "the", "of", "for", "days", "day", "หนึ่งวัน", "တစ်ရက်", "មួយថ្ងៃ",
               "ที่", "วันที่", "พ.ศ.", "ค.ศ.", "พศ", "คศ", "และ", "กับ", "เวลา", "น.", "นาฬิกา", "ภาษา", "เดือน", "ปี", "ทีละ",
               "ទី", "ថ្ងៃទី", "ថ្ងៃ", "ខែ", "ឆ្នាំ", "និង", "ម៉ោង", "ភាសា",
               "ခုနှစ်", "လ", "ရက်", "ရက်နေ့", "နှင့်", "နဲ့", "အချိန်", "နာရီ", "ဘာသာ", "က", "တွင်", "မှာ"),
}  # fmt: skip
"""Words that mean one thing by themselves. Fillers say nothing."""
SHORT_WEEKDAYS: tuple[tuple[str, ...], ...] = (
    ("จ", "mo", "mons", "mondays"),
    ("อ", "tu", "tues", "tuesdays"),
    ("พ", "we", "weds", "wednesdays"),
    ("พฤ", "พฤหัส", "thur", "thurs", "thursdays"),
    ("ศ", "fr", "fridays"),
    ("ส", "sa", "saturdays"),
    ("อา", "su", "sundays"),
)
"""As people shorten them, Monday first."""
SPOKEN_LANGUAGES: dict[str, tuple[str, ...]] = {
    "th": ("th", "thai", "ไทย", "ထိုင်း", "ថៃ"),
    "my": ("my", "burmese", "myanmar", "พม่า", "เมียนมา", "ဗမာ", "မြန်မာ", "ភូមា", "មីយ៉ាន់ម៉ា"),
    "km": ("km", "khmer", "cambodian", "เขมร", "กัมพูชา", "ခမာ", "ကမ္ဘောဒီးယား", "ខ្មែរ"),
    "en": ("en", "english", "อังกฤษ", "အင်္ဂလိပ်", "អង់គ្លេស"),
}
_A_MONDAY = date(2024, 1, 1)


def all_words(clinics: Clinics) -> Words:
    """Every word of this deployment."""
    found: Words = {}
    _add(found, "CLINIC", {key: (*one.aliases, *one.name.values()) for key, one in clinics.clinics.items()}, ids=True)
    _add(found, "SERVICE", {key: (*one.aliases, *one.name.values()) for key, one in clinics.services.items()}, ids=True)
    for kind, words in PLAIN.items():
        _add(found, kind, {True: words})
    _add(found, "MONTH", _calendar_names(get_month_names, range(1, 13)))
    _add(found, "WEEKDAY", _calendar_names(get_day_names, range(7)))
    _add(found, "WEEKDAY", {number: tuple(_written_weekdays(number)) for number in range(7)})
    _add(found, "WEEKDAY", dict(enumerate(SHORT_WEEKDAYS)))
    _add(found, "MONTH", {9: ("sept",)})
    _add(found, "LANG", {key: (*words, NATIVE[key]) for key, words in SPOKEN_LANGUAGES.items()})
    return found


def _add(found: Words, kind: str, words: Mapping[Any, Iterable[str]], ids: bool = False) -> None:
    for meaning, written in words.items():
        own = (meaning, meaning.replace("-", " ")) if ids else ()
        for word in (*own, *written):
            if matching := for_matching(word):
                found.setdefault(matching, (kind, meaning))


def _calendar_names(names: Any, numbers: range) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = dict.fromkeys(numbers, ())
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            named = names(width, locale=language)
            for number in numbers:
                found[number] += (str(named[number]),)
    return found


def _written_weekdays(number: int) -> Iterable[str]:
    """As this bot writes them, and in Thai without the word for day."""
    for language in LANGUAGES:
        name = day_name(_A_MONDAY + timedelta(days=number), language)
        yield name
        yield name.removeprefix("วัน")
