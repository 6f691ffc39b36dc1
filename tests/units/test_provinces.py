"""The 77 provinces: each once in every language, found by any of its names, listed as readers look them up."""

import re

import pytest

from locales.languages import LANGUAGES
from locales.provinces import PROVINCES, code_of, first_letter, in_order, nearest_first, province_name

LETTERS = {"th": "[\u0e00-\u0e7f]+", "my": "[\u1000-\u109f]+", "km": "[\u1780-\u17ff]+", "en": "[A-Z][A-Za-z ]+"}


def test_there_are_seventy_seven_each_named_in_every_language_in_its_own_letters() -> None:
    assert len(PROVINCES) == 77
    assert all(re.fullmatch(r"\d\d", code) for code in PROVINCES)
    for language in LANGUAGES:
        names = [one.name[language] for one in PROVINCES.values()]
        assert len(set(names)) == 77
        assert [name for name in names if not re.fullmatch(LETTERS[language], name)] == []
    assert all(set(one.name) == set(LANGUAGES) and one.border in ("", "my", "km") for one in PROVINCES.values())


def test_every_name_and_every_code_leads_back() -> None:
    for code, one in PROVINCES.items():
        assert {code_of(name) for name in (code, *one.name.values())} == {code}


@pytest.mark.parametrize(
    ("name", "code"),
    [("tak province", "63"), ("จังหวัดตาก", "63"), ("จ.ตาก", "63"), ("Chonburi", "20"), ("Krung Thep Maha Nakhon", "10"),
     ("กทม.", "10"), ("Korat", "30"), ("ខេត្តតាក", "63"), ("ရနောင်းပြည်နယ်", "85"), ("Atlantis", ""), ("", ""), ("99", "")],
)  # fmt: skip
def test_names_in_use_are_understood(name: str, code: str) -> None:
    assert code_of(name) == code


def test_thai_names_stand_under_their_consonant() -> None:
    assert first_letter("เชียงใหม่") == "ช"
    names = [one.name["th"] for one in in_order("th")]
    assert names.index("ชลบุรี") < names.index("เชียงใหม่") < names.index("ตราด") < names.index("แพร่")


def test_the_short_list_begins_with_the_clinics_and_goes_on_with_the_readers_border() -> None:
    assert [one.code for one in nearest_first("my", ["Tak", "Bangkok", "nowhere"])][:2] == ["63", "10"]
    borders = {one.border for one in nearest_first("km", ["Bangkok"])[1:]}
    assert borders == {"km"}
    assert {one.border for one in nearest_first("th", [])} == {"my", "km"}


def test_an_unknown_code_has_no_name() -> None:
    assert province_name("", "en") == province_name("00", "th") == ""
