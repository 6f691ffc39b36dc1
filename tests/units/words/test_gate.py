"""The language gate: each rule is shown a catalogue that breaks it, and sees it."""

import pytest
from babel.messages.catalog import Catalog

from locales.entry_rules import TEXT_LENGTH, Entry, allowed_latin, latin
from locales.gate import faults_of
from locales.template import BUTTON, BUTTON_LENGTH
from locales.zawgyi import to_zawgyi

VISIT = "🗓 Your <b>visit</b>: {day}. Call 1669 or 02-123-4567. See /mine"
GOOD = {
    "th": "🗓 <b>นัด</b>ของคุณ: {day} โทร 1669 หรือ 02-123-4567 ดู /mine",
    "my": "🗓 သင့် <b>ရက်ချိန်း</b> - {day}။ 1669 ဒါမှမဟုတ် 02-123-4567 ကို ဖုန်းဆက်ပါ။ /mine ကို ကြည့်ပါ။",
    "km": "🗓 <b>ការណាត់</b>របស់អ្នក៖ {day}។ ហៅ 1669 ឬ 02-123-4567។ មើល /mine",
}


def faults(language: str, source: str, translation: str, *, button: bool = False, fuzzy: bool = False) -> list[str]:
    template, catalog = Catalog(), Catalog()
    template.add(source, auto_comments=[BUTTON] if button else [])
    catalog.add(source, translation, flags=["fuzzy"] if fuzzy else [])
    return faults_of(language, "ui", template, catalog)


@pytest.mark.parametrize("language", GOOD)
def test_a_good_translation_has_no_fault(language: str) -> None:
    assert faults(language, VISIT, GOOD[language]) == []


@pytest.mark.parametrize(
    ("find", "put", "fault"),
    [
        ("{day}", "", "holes differ: day is missing"),
        ("{day}", "{date}", "date is not in the English"),
        ("{day}", "{day", "broken braces"),
        ("</b>", "", "tags differ: </b> is missing"),
        ("<b>", "<i>", "<i> is not in the English"),
        ("/mine", "/book", "commands differ: /mine is missing, /book is not in the English"),
        ("1669", "1696", "numbers differ: 1669 is missing, 1696 is not in the English"),
        ("4567", "4568", "numbers differ"),
        ("1669 ", "", "numbers differ: 1669 is missing"),
        ("โทร", "โทร call", "Latin words: call"),
        ("นัด", "မြန်မာ", "letters of another script"),
        ("🗓 ", "", "emoji differ"),
        ("🗓", "📅", "emoji differ"),
        ("นัด", "นั\u200bด", "zero-width"),
        ("นัด", "\u00adนัด", "zero-width"),
        ("นัด", "นัดé".replace("é", "e\u0301"), "not NFC"),
        ("/mine", "/mine ", "spaces or line breaks at the ends"),
    ],
)
def test_a_broken_translation_is_caught(find: str, put: str, fault: str) -> None:
    broken = GOOD["th"].replace(find, put)
    assert any(fault in line for line in faults("th", VISIT, broken))


@pytest.mark.parametrize(("language", "digits"), [("th", "๑๖๖๙"), ("my", "၁၆၆၉"), ("km", "១៦៦៩")])
def test_native_digits_are_caught(language: str, digits: str) -> None:
    found = faults(language, VISIT, GOOD[language].replace("1669", digits))
    assert any("digits that are not Latin" in line for line in found)


def test_words_for_one_and_for_many_are_english_alone() -> None:
    source = "{count:visit|visits} left"
    assert faults("th", source, "เหลือ {count} นัด") == []
    assert "English in a hole: visit|visits" in faults("th", source, "เหลือ {count:visit|visits}")[0]
    assert "no words for one and for many" in faults("th", "{count:visits} left", "เหลือ {count} นัด")[0]


def test_a_missing_entry_is_caught() -> None:
    template = Catalog()
    template.add("Hello")
    assert faults_of("th", "ui", template, Catalog()) == ["th/ui.po: “Hello”: missing"]
    assert faults("th", "Hello", "") == ["th/ui.po: “Hello”: missing"]


def test_a_fuzzy_entry_is_caught() -> None:
    assert "fuzzy" in faults("th", "Hello", "สวัสดี", fuzzy=True)[0]


def test_an_entry_nobody_says_is_caught() -> None:
    catalog = Catalog()
    catalog.add("Goodbye", "ลาก่อน")
    assert faults_of("th", "ui", Catalog(), catalog) == ["th/ui.po: “Goodbye”: unknown entry"]


def test_a_translation_under_another_context_is_not_this_one() -> None:
    template, catalog = Catalog(), Catalog()
    template.add("Title", context="tb.title")
    catalog.add("Title", "หัวข้อ", context="hiv.title")
    assert faults_of("th", "answers", template, catalog) == [
        "th/answers.po: tb.title: missing",
        "th/answers.po: hiv.title: unknown entry",
    ]


@pytest.mark.parametrize("language", GOOD)
def test_english_left_in_place_is_caught(language: str) -> None:
    found = faults(language, "Hello", "Hello")
    assert any("Latin words: Hello" in line for line in found)
    assert any("not in the letters of this language" in line for line in found)


@pytest.mark.parametrize(("language", "other"), [("th", "my"), ("my", "km"), ("km", "my")])
def test_another_languages_text_is_caught(language: str, other: str) -> None:
    assert any("not in the letters of this language" in line for line in faults(language, VISIT, GOOD[other]))


def test_thai_words_may_be_shown_to_everybody() -> None:
    assert faults("km", "Say it in Thai", "និយាយជាភាសាថៃ ฉุกเฉิน") == []


def test_an_entry_of_holes_alone_needs_no_letters() -> None:
    assert faults("km", "<b>{title}</b>", "<b>{title}</b>") == []


def test_names_known_in_latin_letters_are_allowed() -> None:
    assert faults("th", "HIV and TB tests at IOM", "ตรวจ HIV และ TB ที่ IOM") == []
    assert latin(Entry("th", "", "HIV Hiv")) == "Latin words: Hiv"
    assert {"HIV", "TB", "M-FUND", "IOM"} <= allowed_latin()
    assert not any("#" in word or " " in word for word in allowed_latin())


def test_zawgyi_is_caught() -> None:
    text = "နေမကောင်းရင် ဆေးရုံကို သွားပါ။ ကျန်းမာရေးဝန်ထမ်းကို မေးနိုင်ပါတယ်။"
    assert faults("my", "If you are ill go to the hospital", text) == []
    assert any("Zawgyi" in line for line in faults("my", "If you are ill go to the hospital", to_zawgyi(text)))


def test_signs_in_an_unusual_order_are_caught() -> None:
    tone_before_vowel = "ท\u0e48\u0e35นี"
    assert any("unusual order" in line for line in faults("th", "Here", tone_before_vowel))


def test_a_button_that_is_too_long_is_caught() -> None:
    fits, long = "ก" * BUTTON_LENGTH, "ก" * (BUTTON_LENGTH + 1)
    assert faults("th", "Yes", fits, button=True) == []
    assert any("too long for a button: 41 letters" in line for line in faults("th", "Yes", long, button=True))
    assert faults("th", "Yes", long) == []


def test_letters_are_counted_as_a_reader_counts_them() -> None:
    assert faults("th", "Yes", "นี้" * BUTTON_LENGTH, button=True) == []


def test_a_message_that_is_too_long_is_caught() -> None:
    assert faults("th", "Text", "ก " * (TEXT_LENGTH // 2 - 1) + "ก") == []
    assert any("too long for a message" in line for line in faults("th", "Text", "ก " * (TEXT_LENGTH // 2) + "ก"))


def test_emoji_count_twice_because_telegram_counts_utf16() -> None:
    text = "😀" * (TEXT_LENGTH // 2) + "ก"
    assert any("too long for a message: 4097" in line for line in faults("th", "😀" * (TEXT_LENGTH // 2) + "a", text))


def test_an_emoji_that_left_the_beginning_is_caught() -> None:
    assert any("beginning" in line for line in faults("th", "✅ Done", "เสร็จแล้ว ✅"))
