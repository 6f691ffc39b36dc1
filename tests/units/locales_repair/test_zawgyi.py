"""Zawgyi is told from Unicode and converted both ways without loss."""

import pytest

from answers.phrasings import load_phrasings
from answers.topics import load_topics
from locales.repair import repair
from locales.zawgyi import is_zawgyi, to_unicode, to_zawgyi


@pytest.fixture(scope="module")
def burmese() -> list[str]:
    return [repair(line.text) for line in load_phrasings(load_topics()) if line.lang == "my"]


def test_every_phrasing_survives_the_way_there_and_back(burmese: list[str]) -> None:
    assert len(burmese) > 1000
    lost = [text for text in burmese if repair(to_unicode(to_zawgyi(text))) != text]
    assert lost == []


def test_zawgyi_is_noticed_and_unicode_never_taken_for_it(burmese: list[str]) -> None:
    written = [to_zawgyi(text) for text in burmese if to_zawgyi(text) != text]
    assert sum(map(is_zawgyi, written)) >= 0.98 * len(written)
    assert [text for text in burmese if is_zawgyi(text)] == []


@pytest.mark.parametrize("text", ["", "hello", "ปวดหัว", "ឈឺក្បាល", "1669", "\U0001f64f"])
def test_other_scripts_are_never_zawgyi(text: str) -> None:
    assert not is_zawgyi(text)
    assert to_zawgyi(text) == text


def test_known_words_have_their_known_codes() -> None:
    assert to_zawgyi("မြန်မာ") == "ျမန္မာ"
    assert to_zawgyi("ကျန်းမာရေး") == "က်န္းမာေရး"
    assert to_zawgyi("ဆေးရုံ 1669") == "ေဆး႐ုံ 1669"
    assert to_unicode("ျမန္မာ") == "မြန်မာ"


def test_a_stack_under_a_letter_is_drawn_as_one_piece() -> None:
    assert repair(to_unicode(to_zawgyi("အင်္ဂါ ဝတ္ထု ပဋ္ဌာန်း ဘဏ္ဍာ"))) == "အင်္ဂါ ဝတ္ထု ပဋ္ဌာန်း ဘဏ္ဍာ"
