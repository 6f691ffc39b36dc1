"""What phone keyboards do to a text is undone, and nothing else is touched."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answers.distort import in_wrong_order, with_zero_width
from answers.phrasings import load_phrasings
from answers.topics import load_topics
from locales.repair import for_matching, latin_digits, repair

LETTERS = st.one_of(
    st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B),
    st.characters(min_codepoint=0x1000, max_codepoint=0x109F),
    st.characters(min_codepoint=0x1780, max_codepoint=0x17DD),
    st.sampled_from("\u200b\u200c\u200d\ufeff\u00ad\u202e aB1\u0301\U0001f468"),
)
HOSTILE = st.text(LETTERS, max_size=40)


@given(HOSTILE)
@settings(max_examples=400)
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    once = repair(text)
    assert repair(once) == once
    matched = for_matching(text)
    assert for_matching(matched) == matched


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_text_at_all_can_be_repaired(text: str) -> None:
    assert len(repair(text)) <= 2 * len(text)


def test_clean_text_stays_as_it_is() -> None:
    """Sentences in the wild have typing faults of their own, so nearly all, not all."""
    lines = [line.text for line in load_phrasings(load_topics())]
    changed = [text for text in lines if repair(text) != unicodedata.normalize("NFC", text)]
    assert len(lines) > 5000
    assert len(changed) <= len(lines) / 1000


def test_distorted_text_becomes_the_clean_one_again() -> None:
    lines = [line.text for line in load_phrasings(load_topics())][::7]
    damaged = [text for text in lines if in_wrong_order(text) != text]
    assert len(damaged) > 100
    assert [repair(in_wrong_order(text)) for text in lines] == [repair(text) for text in lines]
    assert [repair(with_zero_width(text)) for text in lines] == [repair(text) for text in lines]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("น\u0e4d\u0e32", "นำ"),  # sara am in two pieces
        ("น\u0e4d\u0e49\u0e32", "น้ำ"),  # and with a tone between them
        ("น\u0e33\u0e49", "น้ำ"),  # tone after sara am
        ("ท\u0e48\u0e35", "ที่"),  # tone before its vowel
        ("\u0e40\u0e40ม่", "แม่"),  # two sara e
        ("ไม่่", "ไม่"),  # a tone that bounced
        ("ក\u17b6\u17d2រ", "ក្រា"),  # vowel before subscript
        ("ស\u17d2\u179a\u17d2ត\u17b8", "ស្ត្រី"),  # coeng ro not last
        ("ក\u17c1\u17b6", "កោ"),  # a vowel in two pieces
        ("ក\u17d2\u17d2រ", "ក្រ"),  # a coeng that bounced
        ("က\u102f\u102d", "ကို"),  # lower vowel before the upper one
        ("\u1040ယ်", "\u1040ယ်"),  # a zero before a letter may be a number
        ("\u1040\u1031း", "ဝေး"),  # digit zero for the letter wa
        ("\u1047\u1031", "ရေ"),  # digit seven for the letter ra
        ("a\u00a0b", "a b"),
        ("\u202eabc\u200f", "abc"),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    assert repair(typed) == meant


def test_a_family_of_emoji_stays_together() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert repair(f"ok {family}") == f"ok {family}"
    assert repair("က\u200dခ") == "ကခ"


@pytest.mark.parametrize("digits", ["๑๖๖๙", "၁၆၆၉", "១៦៦៩", "໑໖໖໙", "１６６９"])
def test_digits_of_every_script_become_latin_for_matching(digits: str) -> None:
    assert latin_digits(digits) == "1669"
    assert for_matching(f"  {digits}  ") == "1669"


def test_matching_ignores_case_drawn_out_letters_and_curly_quotes() -> None:
    assert for_matching("HELPPPPP  Can\u2019t  breathe") == "help can't breathe"
    assert for_matching("ปวดมากกกก") == "ปวดมาก"
    assert for_matching("call 1000") == "call 1000"


def test_khmer_spellings_that_look_alike_match() -> None:
    assert for_matching("ស\u17bb\u17b8") == for_matching("ស\u17ca\u17b8")
    assert for_matching("ប\u17d2\u178aី") == for_matching("ប\u17d2\u178fី")
