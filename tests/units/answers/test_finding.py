"""What becomes of a message: topics, small talk, hints, and an honest "I do not know"."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from answers.ask import Finder, prepare
from answers.corpus import Corpus
from answers.distort import in_wrong_order, in_zawgyi, with_zero_width
from answers.fitting import fit


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my tooth hurts a lot where can I go", "dental"),
        ("price of the health card this year", "hics-price"),
        ("which month first check up when pregnant", "antenatal-care"),
        ("three weeks cough, sweating at night", "tb-symptoms"),
    ],
)
def test_a_plain_question_finds_its_topic(small_finder: Finder, text: str, topic: str) -> None:
    finding = small_finder.ask(text, "en")
    assert finding.outcome in ("answer", "choose")
    assert finding.topics[0].id == topic


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello!!", "hello"),
        ("555555", "ok"),
        ("hahaha", "ok"),
        ("\U0001f64f", "ok"),
        ("Thank you \U0001f600", "thanks"),
    ],
)
def test_small_talk_is_met_as_such(small_finder: Finder, text: str, kind: str) -> None:
    finding = small_finder.ask(text, "en")
    assert (finding.outcome, finding.smalltalk) == ("smalltalk", kind)


@pytest.mark.parametrize("text", ["who won the football match", "zxcv qwer asdf", "", " \u200b ", "\ud800"])
def test_what_nobody_can_answer_gets_no_answer(small_finder: Finder, text: str) -> None:
    assert small_finder.ask(text, "en").outcome == "none"


@pytest.mark.parametrize("hint", ["puat hua tham yang ngai dee krub", "ໂຮງໝໍຢູ່ໃສ", "ၵႃႈႁဵတ်းယႃႈ ယူႇတီႈလႂ်"])
def test_writing_that_search_cannot_read_gets_the_topic_list(finder: Finder, hint: str) -> None:
    finding = finder.ask(hint, "th")
    assert finding.outcome == "none"
    assert finding.script_hint


def test_distorted_burmese_is_understood_as_the_clean_one(finder: Finder) -> None:
    clean = "ကျန်းမာရေးကတ် ဘယ်လောက်ပေးရလဲ"
    expected = finder.ask(clean, "my")
    assert expected.topics[0].id == "hics-price"
    assert finder.ask(with_zero_width(clean), "en") == expected
    assert finder.ask(in_wrong_order(clean), "my") == expected
    zawgyi = finder.ask(in_zawgyi(clean), "en")
    assert (zawgyi.topics, zawgyi.script_hint) == (expected.topics, "zawgyi")


def test_the_same_message_always_gives_the_same_finding(small: Corpus, small_finder: Finder) -> None:
    again = fit(small, None)
    for lang, words in again.words.items():
        known = small_finder.scorer.model.words[lang]
        assert (words.weights.values == known.weights.values).all()
    first = small_finder.ask("mosquito fever test", "en")
    assert small_finder.ask("  Mosquito   FEVER test", "en") is first


def test_many_threads_may_ask_at_once(finder: Finder) -> None:
    texts = [f"how much is the health card for {number} people" for number in range(40)]
    alone = [finder.ask(text, "en") for text in texts]
    finder.forget()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: finder.ask(text, "en"), texts)) == alone


def test_only_the_first_three_hundred_letters_are_read() -> None:
    assert len(prepare("word " * 10_000, "en").text) <= 300


def test_a_language_without_lessons_is_no_error(small_finder: Finder) -> None:
    assert small_finder.ask("ปวดฟันมาก", "th").outcome == "none"
