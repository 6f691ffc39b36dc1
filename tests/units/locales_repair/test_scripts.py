"""The language of a text is told by its letters; neighbours and Latin spellings are noticed."""

import pytest

from answers.phrasings import load_phrasings
from answers.topics import load_topics
from locales.repair import repair
from locales.scripts import count_letters, recognise


@pytest.mark.parametrize(
    ("text", "chosen", "lang"),
    [
        ("ปวดหัวมาก", "my", "th"),
        ("ခေါင်းကိုက်တယ်", "th", "my"),
        ("ឈឺក្បាល", "th", "km"),
        ("HIV ဆေး", "en", "my"),  # one native letter beats Latin
        ("my head hurts since monday", "km", "en"),
        ("HIV", "km", "km"),
        ("CD4 test", "my", "my"),
        ("1669", "th", "th"),
        ("\U0001f64f", "my", "my"),
        ("", "km", "km"),
    ],
)
def test_the_letters_tell_the_language(text: str, chosen: str, lang: str) -> None:
    assert recognise(text, chosen).lang == lang


def test_letters_are_counted_by_script_and_digits_are_none() -> None:
    text = "ปวด 1669 ၁၂ ကို ឈឺ ລາວ HIV"
    assert count_letters(text) == {"th": 3, "my": 3, "km": 2, "lo": 3, "en": 3}
    assert count_letters(text, ("th", "en")) == {"th": 3, "en": 3}


def test_two_latin_keywords_are_looked_up_as_english_but_answered_in_the_chosen_language() -> None:
    writing = recognise("HIV test", "my")
    assert (writing.lang, writing.words) == ("my", "en")


@pytest.mark.parametrize(
    ("text", "lang", "hint"),
    [
        ("ၵႃႈႁဵတ်းယႃႈ ယူႇတီႈလႂ်", "my", "shan"),
        ("တၢ်ဆါဟံၣ် အိၣ်ဖဲလဲၣ်", "my", "karen"),
        ("ကၠောန်ဗဒှ် ဟွံမံၚ်ရ ၚုဟ်", "my", "mon"),
        ("ໂຮງໝໍຢູ່ໃສ", "th", "lao"),
    ],
)
def test_neighbouring_languages_are_noticed(text: str, lang: str, hint: str) -> None:
    writing = recognise(repair(text), "en")
    assert (writing.lang, writing.hint) == (lang, hint)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("puat hua tham yang ngai dee krub", "th"),
        ("rong payaban yuu thi nai", "th"),
        ("nay ma kaung bu say yone bal mhar lal", "my"),
        ("kalay phyar nay tal", "my"),
        ("khnhom chheu kbal tov pet na", "km"),
        ("kon krun kdav ot mean luy", "km"),
    ],
)
def test_latin_spellings_are_noticed_by_their_small_words(text: str, lang: str) -> None:
    writing = recognise(text, "en")
    assert (writing.lang, writing.hint) == (lang, "romanised")


def test_ordinary_phrasings_raise_no_false_hint() -> None:
    lines = load_phrasings(load_topics())
    wrong = [line.text for line in lines if recognise(repair(line.text), line.lang).hint]
    assert len(wrong) <= len(lines) / 1000
