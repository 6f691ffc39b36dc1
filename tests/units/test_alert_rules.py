"""Rules about alerts: what an approval binds, when something goes out, how long a text may be, what is a gap."""

from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from alerts import rules
from alerts.rules import BANGKOK, CANCEL_WINDOW, Content, Quiet, content_hash, plan

NIGHT = Quiet(time(21), time(7))
NEVER = Quiet(time(0), time(0))
NOON = datetime(2026, 11, 25, 12, tzinfo=BANGKOK)
BASE = Content(texts={"en": "Boil your water.", "my": "ရေကို ကျိုပါ။"})
OTHERS: dict[str, Any] = {
    "texts": {"en": "Boil your water!", "my": "ရေကို ကျိုပါ။"},
    "topic": "flood",
    "languages": "my",
    "provinces": "63",
    "clinic_id": "mae-sot",
    "life_safety": True,
    "starts_at": NOON,
    "window_minutes": 60,
    "valid_until": NOON,
    "attachment": "AgACAgUAAxkBAAI",
    "attachment_kind": "photo",
}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BANGKOK)


@pytest.mark.parametrize("name", [each.name for each in fields(Content)])
def test_an_approval_binds_every_part_of_an_alert(name: str) -> None:
    changed = replace(BASE, **{name: OTHERS[name]})
    assert content_hash(changed) != content_hash(BASE)
    assert len(content_hash(BASE)) == 32


def test_the_same_content_has_the_same_hash_whatever_order_and_zone_it_is_written_in() -> None:
    turned = replace(BASE, texts=dict(reversed(list(BASE.texts.items()))))
    assert content_hash(turned) == content_hash(BASE)
    here, there = replace(BASE, starts_at=NOON), replace(BASE, starts_at=NOON.astimezone(UTC))
    assert content_hash(here) == content_hash(there)


@pytest.mark.parametrize(
    ("quiet", "moment", "is_quiet", "over"),
    [
        (NIGHT, at(25, 20, 59), False, at(25, 20, 59)),
        (NIGHT, at(25, 21), True, at(26, 7)),
        (NIGHT, at(25, 23, 59), True, at(26, 7)),
        (NIGHT, at(26, 0), True, at(26, 7)),
        (NIGHT, at(26, 6, 59), True, at(26, 7)),
        (NIGHT, at(26, 7), False, at(26, 7)),
        (Quiet(time(12), time(14)), at(25, 13), True, at(25, 14)),
        (Quiet(time(12), time(14)), at(25, 14), False, at(25, 14)),
        (NEVER, at(25, 23), False, at(25, 23)),
    ],
)
def test_the_night_begins_ends_and_is_reckoned_in_bangkok(
    quiet: Quiet, moment: datetime, is_quiet: bool, over: datetime
) -> None:
    for said in (moment, moment.astimezone(UTC)):
        assert quiet.is_quiet(said) is is_quiet
        assert quiet.over_at(said) == over


@pytest.mark.parametrize(
    ("content", "approved", "starts", "ends", "waits"),
    [
        (BASE, at(25, 12), at(25, 12, 1), at(26, 0, 1), False),
        (BASE, at(25, 20, 59), at(26, 7), at(26, 19), True),
        (BASE, at(25, 23), at(26, 7), at(26, 19), True),
        (replace(BASE, life_safety=True), at(25, 23), at(25, 23, 1), at(26, 11, 1), False),
        (replace(BASE, starts_at=at(27, 9)), at(25, 12), at(27, 9), at(27, 21), False),
        (replace(BASE, starts_at=at(27, 22)), at(25, 12), at(28, 7), at(28, 19), True),
        (replace(BASE, starts_at=at(25, 10)), at(25, 12), at(25, 12, 1), at(25, 22), False),
        (
            replace(BASE, starts_at=at(25, 18)),
            at(
                25,
                20,
                59,
            ),
            at(26, 7),
            at(26, 6),
            True,
        ),
        (replace(BASE, valid_until=at(25, 15)), at(25, 12), at(25, 12, 1), at(25, 15), False),
        (replace(BASE, window_minutes=120), at(25, 12), at(25, 12, 1), at(25, 14, 1), False),
    ],
)
def test_an_alert_starts_after_the_cancel_window_by_day_and_ends_with_its_window(
    content: Content, approved: datetime, starts: datetime, ends: datetime, waits: bool
) -> None:
    found = plan(content, NIGHT, approved)
    assert (found.starts, found.ends, found.waits_for_morning) == (starts, ends, waits)
    assert found.is_over is (starts >= ends)
    assert found.starts >= approved + CANCEL_WINDOW


@pytest.mark.parametrize(
    ("people", "life_safety", "first"),
    [(0, False, 0), (499, False, 0), (500, False, 20), (2_000, False, 20), (100_000, False, 1_000), (100_000, True, 0)],
)
def test_a_large_audience_is_tried_on_a_few_first(people: int, life_safety: bool, first: int) -> None:
    assert rules.canary(people, life_safety=life_safety) == first


def test_only_what_goes_faster_than_telegram_carries_for_nothing_costs_stars() -> None:
    assert [rules.stars(people, 1000, 30) for people in (0, 1, 10, 11, 100_000)] == [0, 1, 1, 2, 10_000]
    assert rules.stars(100_000, 30, 30) == rules.stars(100_000, 28, 30) == rules.stars(100_000, 200, 200) == 0


def test_the_room_for_a_text_leaves_place_for_the_words_around_it_and_for_a_mark() -> None:
    assert rules.room(60, attached=False) == rules.LONGEST
    assert rules.room(1000, attached=False) == 4096 - 1000 - rules.MARKS
    assert rules.room(60, attached=True) == 1024 - 60 - rules.MARKS
    assert rules.length("ab😷") == 4


def test_gaps_are_named_once_each_in_their_order() -> None:
    assert rules.holes("{day}: flood in {place}, {place}. Call {phone}") == ["day", "place", "phone"]
    assert rules.holes("{ } {} {Place} { day } {{ no }} 5 > 3") == []


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Flood in แม่สอด near the bridge", "en", ""),
        ("น้ำท่วมที่แม่สอด โทร 1669", "en", "th"),
        ("Flood in Mae Sot", "th", "en"),
        ("Flood in Mae Sot", "my", "en"),
        ("မဲဆောက်မှာ ရေကြီးနေတယ် https://example.org", "my", ""),
        ("ទឹកជំនន់នៅម៉ែសត", "my", "km"),
        ("ទឹកជំនន់នៅម៉ែសត", "km", ""),
        ("1669 ☎️", "km", ""),
    ],
)
def test_a_text_in_the_letters_of_another_language_is_noticed(text: str, language: str, found: str) -> None:
    assert rules.other_language(text, language) == found


def test_columns_of_several_entries_are_kept_in_order_and_once() -> None:
    assert rules.written(["63", "10", "63"]) == "10,63"
    assert rules.listed("10,63") == ["10", "63"]
    assert rules.listed(rules.written([])) == []


def test_what_is_planned_lasts_at_least_as_long_as_a_window() -> None:
    for hours in rules.WINDOWS:
        found = plan(replace(BASE, window_minutes=hours * 60), NEVER, NOON)
        assert found.ends - found.starts == timedelta(hours=hours)
