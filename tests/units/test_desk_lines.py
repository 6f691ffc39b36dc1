"""The desk's one-line commands: a nurse may copy any day that the bot itself writes, in any language."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from handlers.grammar.reading import DeskGrammar
from locales.formats import long_day, short_day
from locales.languages import LANGUAGES
from scheduling.clinics import read_clinics

TODAY = date(2026, 11, 25)
LINES = {
    "open_line": "vaccination {day} 09:00-12:00 every 20m x2",
    "close_line": "{day} 09:00-12:00 doctor ill",
    "today_line": "{day}",
    "export_line": "mae-sot {day} week",
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


def test_a_weekday_is_the_next_one_and_a_day_without_a_year_is_the_next_such_day(grammar: DeskGrammar) -> None:
    for words, day in (
        ("today", TODAY),
        ("wed", TODAY),
        ("พฤหัส", TODAY + timedelta(days=1)),
        ("24 nov", date(2027, 11, 24)),
        ("nov 26", date(2026, 11, 26)),
        ("26 nov 2569", date(2026, 11, 26)),
        ("26 november 2026", date(2026, 11, 26)),
    ):
        assert grammar.read("today_line", words, TODAY).day == day


def test_a_clinic_is_known_by_its_id_its_names_and_its_nicknames(grammar: DeskGrammar) -> None:
    for name in ("mae-sot", "Mae Sot", "maesot", "แม่สอด", "မဲဆောက်", "ម៉ែសត", "คลินิก IOM แม่สอด"):
        assert grammar.read("today_line", f"{name} tomorrow", TODAY).clinic == "mae-sot"
