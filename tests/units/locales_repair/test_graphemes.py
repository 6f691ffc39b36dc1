"""Text is cut where a reader would cut it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales.graphemes import clusters, cut


@pytest.mark.parametrize(
    ("text", "at_most", "kept"),
    [
        ("สวัสดี", 6, "สวัสดี"),
        ("ที่นี่", 2, "ที"),  # one letter larger than the limit: something must be shown
        ("ที่นี่", 4, "ที่"),
        ("มาเร็ว", 3, "มา"),  # a leading vowel never stays behind alone
        ("ក្រុម", 2, "ក"),  # nor a coeng
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 ok", 5, "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    ],
)
def test_a_cut_keeps_whole_letters(text: str, at_most: int, kept: str) -> None:
    assert cut(text, at_most) == kept


def test_an_ending_is_added_within_the_limit() -> None:
    assert cut("abcdef", 4, "…") == "abc…"
    assert cut("abcd", 4, "…") == "abcd"


@given(st.text(max_size=60), st.integers(min_value=0, max_value=40))
@settings(max_examples=200)
def test_a_cut_is_a_beginning_and_never_too_long(text: str, at_most: int) -> None:
    kept = cut(text, at_most)
    assert len(kept) <= at_most
    assert text.startswith(kept)


def test_letters_with_their_signs_count_as_one() -> None:
    assert clusters("ที่นี่") == ["ที่", "นี่"]


def test_a_very_long_message_costs_no_time() -> None:
    assert len(cut("က" * 5_000_000, 300)) == 300
