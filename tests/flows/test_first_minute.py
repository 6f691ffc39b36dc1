"""The first minute: a language, three lines, one question, the menu."""

import pytest

from tests.house import House


async def test_start_shows_every_language_by_its_own_name_and_nothing_else(house: House) -> None:
    aye = house.someone(7, "my")
    await aye.starts()
    assert aye.labels == ["ไทย", "မြန်မာ", "ខ្មែរ", "English"]


@pytest.mark.parametrize(("language", "hello"), [("th", "สวัสดี"), ("my", "မင်္ဂလာပါ"), ("km", "សួស្តី"), ("en", "Hello")])
async def test_a_newcomer_is_welcomed_in_the_language_they_choose(house: House, language: str, hello: str) -> None:
    aye = house.someone(7)
    await aye.starts()
    screen = await aye.presses(f"lg1.{language}")
    assert hello in screen


async def test_the_menu_follows_the_one_question_about_the_phone(house: House) -> None:
    aye = house.someone(7)
    await aye.starts()
    await aye.taps("English")
    screen = await aye.taps("We share this phone")
    assert "will not show what your visit is about" in screen
    assert "1669" in screen
    assert any("Book" in label for label in aye.labels)


async def test_the_language_can_be_changed_from_anywhere(house: House) -> None:
    aye = await house.person(7, "en")
    await aye.says("/book")
    await aye.says("/language")
    await aye.taps("ไทย")
    assert "1669" in aye.screen
    assert "จอง" in " ".join(aye.labels)
