"""Ready phrases of staff: seen in both languages before they go, with holes that are asked for and checked."""

from datetime import timedelta
from pathlib import Path

import pytest

from handoff import phrases
from tests.acts import ON_SQLITE, is_in
from tests.flows.handoff_scene import ANSWER, AYE, QUESTION, asks, room, staffed
from tests.flows.test_handoff_answering import open_answer
from tests.house import House


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_a_phrase_is_seen_in_both_languages_and_then_sent(house: House, language: str) -> None:
    there = await room(house)
    aye = await house.person(AYE, language)
    await asks(aye, QUESTION[language])
    await there.taps("📋")
    preview = await there.taps("Is it about you")
    phrase = phrases.load()["who"]
    assert phrase.texts[language] in preview
    assert phrase.texts["th"] in preview
    assert "Draft: no health worker" in preview
    assert phrase.texts[language] not in aye.screen
    assert "on its way" in await there.taps("✅ Send")
    assert phrase.texts[language] in await open_answer(house)
    assert is_in(language, aye.screen)


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_holes_are_filled_by_a_reply_and_read_in_the_persons_calendar(house: House, language: str) -> None:
    there = await room(house)
    aye = await house.person(AYE, language)
    await asks(aye, QUESTION[language])
    await there.taps("📋")
    await there.taps("▶")
    asked = await there.taps("Please come to {clinic} on")
    assert "Please reply to this message with: the day, such as 25/11; the time" in asked
    prompt = there.messages[-1]
    day = house.now.date() + timedelta(days=2)
    said = f"{day.day}/{day.month}" if language == "km" else f"{day.day} {day:%b}".lower()
    preview = await there.replies(f"{said} 09:30", prompt)
    clinic = house.app.house.clinics.clinics["mae-sot"].name
    assert clinic[language] in preview
    assert "09:30" in preview
    assert (str(day.year + 543) in preview) == (language == "th" or "ไทย" in preview)
    await there.taps("✅ Send")
    answer = await open_answer(house)
    assert "09:30" in answer
    assert clinic[language] in answer


@ON_SQLITE
async def test_a_hole_that_makes_no_sense_is_asked_for_again(house: House) -> None:
    there = await room(house)
    aye = await house.person(AYE)
    await asks(aye, QUESTION["en"])
    await there.taps("📋")
    await there.taps("▶")
    await there.taps("It costs {price} baht")
    prompt = there.messages[-1]
    assert "I could not read this. I need: the price" in await there.replies("not so much", prompt)
    assert "1,500 baht" in await there.replies("๑๕๐๐", prompt)


@ON_SQLITE
@pytest.mark.parametrize("words", ["31 february 09:00", "31/2 09:00", "12/25 09:00", "yesterday", "09:30", "soon"])
async def test_a_day_that_cannot_be_is_asked_for_again(house: House, words: str) -> None:
    there = await room(house)
    await asks(await house.person(AYE), QUESTION["en"])
    await there.taps("📋")
    await there.taps("▶")
    await there.taps("Please come to {clinic} on")
    assert "I could not read this" in await there.replies(words, there.messages[-1])


def test_every_phrase_stands_in_every_language_with_its_holes() -> None:
    found = phrases.load()
    assert len(found) >= 20
    for phrase in found.values():
        for language, text in phrase.texts.items():
            assert is_in(language, text), (phrase.id, language)


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nen='{day}'\nth='x'\nmy='x'\nkm='x'",
        "[a]\nen='x'\nth='x'\nmy='x'",
        "[a]\nen='{name}'\nth='{name}'\nmy='{name}'\nkm='{name}'",
        "[a]\nen='x'\nth='x'\nmy='x'\nkm='x'\nsince=1",
        "[a-name-that-is-too-long]\nen='x'\nth='x'\nmy='x'\nkm='x'",
    ],
)
def test_a_file_of_phrases_with_a_fault_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "phrases.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(phrases.BadPhrases):
        phrases.load(path)


@ON_SQLITE
async def test_in_private_a_phrase_asks_for_its_holes_and_other_languages_are_asked_about(house: House) -> None:
    _, nurse = await staffed(house)
    aye = await house.person(AYE, "km")
    await asks(aye, QUESTION["km"])
    await nurse.taps("📋")
    await nurse.taps("▶")
    assert "Please type: the price in baht" in await nurse.taps("It costs")
    assert "300 បាត" in await nurse.says("300")
    await nurse.taps("✅ Send")
    assert "300 បាត" in await open_answer(house)
    await nurse.says("/inbox")
    await nurse.taps("KM")
    await nurse.taps("✏️")
    assert "not translated" in await nurse.says(ANSWER["en"])
