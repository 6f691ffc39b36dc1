"""Danger is seen first, by patterns alone, in any spelling, and only "years ago" or "no" beside it soften it."""

import time

import pytest

from answers.ask import Finder, prepare
from answers.danger import Watch, load_signs
from locales.zawgyi import to_zawgyi


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch(load_signs())


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("my roommate is not waking up", "unconscious"),
        ("he can't breathe", "not-breathing"),
        ("Snake bit my foot 10 minutes ago", "snake"),
        ("she vomits blood", "bleeding"),
        ("I want to die", "suicide"),
        ("my husband is beating me right now", "violence"),
    ],
)
def test_a_direct_cry_interrupts(watch: Watch, text: str, sign: str) -> None:
    found = watch.look(text, "en")
    assert found
    assert (found.sign, found.hard) == (sign, True)


def test_most_sentences_of_every_language_interrupt_and_look_alikes_hardly_ever(watch: Watch) -> None:
    for lang in ("th", "my", "km", "en"):
        signs = [sign for sign in load_signs() if sign.lang == lang]
        hit = [watch.look(text, lang) for sign in signs for text in sign.sentences[::3]]
        missed = [watch.look(text, lang) for sign in signs for text in sign.lookalikes[::2]]
        assert sum(bool(found and found.hard) for found in hit) >= 0.5 * len(hit)
        assert sum(bool(found and found.hard) for found in missed) <= 0.01 * len(missed)


def test_years_ago_and_denial_turn_the_interruption_into_a_question(watch: Watch) -> None:
    found = watch.look("snake bit my foot", "en")
    assert found
    assert found.hard
    for text in ("snake bit my foot years ago", "I am pregnant, no bleeding, all good"):
        found = watch.look(text, "en")
        assert found
        assert not found.hard


def test_a_denial_elsewhere_does_not_hide_a_true_danger(watch: Watch) -> None:
    found = watch.look("no fever today. he is not breathing", "en")
    assert found
    assert found.hard


def test_words_of_english_count_inside_other_languages(watch: Watch) -> None:
    found = watch.look("ช่วยด้วย he is not breathing", "th")
    assert found
    assert found.sign == "not-breathing"


def test_spaces_zero_width_and_zawgyi_hide_nothing(finder: Finder) -> None:
    burmese = next(
        text
        for sign in load_signs()
        if sign.lang == "my"
        for text in sign.sentences
        if (found := finder.danger(text, "my")) and found.hard and len(text) > 15
    )
    assert finder.danger("\u200b".join(burmese), "my") == finder.danger(burmese, "my")
    assert finder.danger(to_zawgyi(burmese), "en") == finder.danger(burmese, "my")
    thai = next(
        text
        for sign in load_signs()
        if sign.lang == "th"
        for text in sign.sentences
        if " " not in text and (found := finder.danger(text, "th")) and found.hard
    )
    half = len(thai) // 2
    assert finder.danger(f"{thai[:half]} {thai[half:]}", "th")


def test_danger_comes_before_anything_else(finder: Finder) -> None:
    finding = finder.ask("hello, my wife is pregnant and bleeding, how much is the card", "en")
    assert (finding.outcome, finding.danger, finding.hard) == ("danger", "pregnancy", True)


def test_looking_takes_less_than_a_millisecond(finder: Finder) -> None:
    texts = [prepare(sign.lookalikes[0], sign.lang) for sign in load_signs()]
    taken = []
    for ready in texts:
        start = time.process_time()
        for _ in range(5):
            finder.watch.look_prepared(ready.text, ready.words)
        taken.append((time.process_time() - start) / 5)
    assert sorted(taken)[len(taken) // 2] < 0.001


def test_a_hostile_text_does_not_stall_the_patterns(finder: Finder) -> None:
    start = time.process_time()
    for text in ("my child " * 500, "ลูก" * 2000, "ក្រ" * 2000, "က" * 5000, "no " * 3000):
        finder.danger(text, "en")
    assert time.process_time() - start < 1.5
