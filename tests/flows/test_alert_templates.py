"""Templates: texts in every language with gaps that are asked for one by one; nothing is ever made up."""

import re
from pathlib import Path

import pytest

from alerts import rules, store
from alerts.templates import HOLES, TEMPLATES, BadTemplates, Template, next_hole, read_templates
from handlers.press_codec import encode
from handlers.presses.alerting import FillAlike, FillHoles, FlipAlertLanguage, UseTemplate
from locales.formats import long_day
from locales.languages import LANGUAGES
from people.authority import Role
from storage.tables import Alert
from tests.acts import ON_SQLITE, at, is_in, spoken
from tests.flows.alerting import NAMES, operators, reader, received, window_passes
from tests.house import House

PLACES = {"th": "แม่สอด", "my": "မဲဆောက်", "km": "ម៉ែសត", "en": "Mae Sot"}
KNOWN = {"1669"}
"""Numbers that a template may hold: Thailand's own for medical emergencies."""


async def texts_of(house: House, number: int = 1) -> dict[str, str]:
    async with house.app.database.reading() as session:
        return await store.texts_of(session, number)


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_a_template_is_filled_step_by_step_and_sent_in_every_language(house: House, language: str) -> None:
    author = await house.staff(700, Role.OPERATOR, language=language)
    approver = await house.staff(701, Role.OPERATOR, language=language)
    for one in (author, approver):
        await one.has_pin()
    readers = {code: await reader(house, 10 + n, code) for n, code in enumerate(LANGUAGES)}
    say = house.app.house.catalogues.say(language).label
    await author.says("/alert")
    offered = await author.taps(say("📄 Templates"))
    assert (
        spoken(house, language, "⚠️ No health worker has reviewed the templates yet. Please read every word.") in offered
    )
    asked = await author.taps(TEMPLATES["flood"].name[language])
    house.advance(seconds=15)
    for code in LANGUAGES:
        assert NAMES[code] in asked
        asked = await author.says(PLACES[code])
    assert spoken(house, language, "Which phone number can people call? It stands in every text.") in asked
    checklist = await author.says("၀၅၅-၁၂၃ ၄၅၆")
    assert is_in(language, checklist)
    assert say("📌 Topic: {topic}", topic=say("Flood and storm")) in checklist
    assert spoken(
        house, language, "⚠️ These words began as a template that no health worker has reviewed. Please read every word."
    ) in (checklist)
    house.advance(seconds=15)
    await author.taps(say("Ask for approval"))
    assert "⚠️" in approver.screen
    await approver.taps(say("✅ Approve and send"))
    await window_passes(house)
    for code, one in readers.items():
        [text] = received(one)
        assert PLACES[code] in text
        assert "055-123 456" in text
        assert not rules.holes(text)


@ON_SQLITE
async def test_a_day_is_asked_once_and_written_in_each_language_and_era(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.presses(encode(UseTemplate(1, "clinic-closed")))
    for code in LANGUAGES:
        await author.says(f"IOM {PLACES[code]}")
    house.advance(seconds=15)
    assert "I do not understand “31 feb” as a day" in await author.says("31 feb")
    assert "as a day of the calendar" in await author.says("tomorrow 14:00")
    await author.says("tomorrow")
    day = at(house, 1, "12:00").date()
    for code, text in (await texts_of(house)).items():
        assert long_day(day, code) in text
    assert "This does not look like a phone number" in await author.says("ask the desk")
    await author.says("055 123 456")
    assert (await texts_of(house))["th"].count("055 123 456") == 1
    assert "Changes at a clinic" in author.screen


@ON_SQLITE
async def test_one_answer_can_stand_in_every_language_by_one_tap(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.presses(encode(UseTemplate(1, "smoke")))
    assert "{place}" not in await author.says("Chiang Mai")
    await author.taps("Also here: Chiang Mai")
    texts = await texts_of(house)
    assert all("Chiang Mai" in text for text in texts.values())
    assert "Which phone number" in author.screen
    assert "Health alert: draft" in await author.presses(encode(FillAlike(1, 12345)))


@ON_SQLITE
async def test_the_gaps_can_be_left_for_later_but_not_for_the_readers(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    await author.says("/alert")
    await author.presses(encode(UseTemplate(1, "outbreak")))
    checklist = await author.taps("Back to the alert")
    assert "still has a gap" in checklist
    assert "still has a gap" in await author.taps("Ask for approval")
    await author.says("/alert")
    assert "Which" in await author.taps("Fill the gaps")
    assert not any("waits for your approval" in text for text in approver.texts)


@ON_SQLITE
@pytest.mark.parametrize("typed", ["{phone}", "x" * 61])
async def test_what_fills_no_gap_is_asked_for_again(house: House, typed: str) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.presses(encode(UseTemplate(1, "flood")))
    again = await author.says(typed)
    assert "Please send a few words only, and no brackets" in again
    assert NAMES["th"] in again


@ON_SQLITE
async def test_a_template_goes_into_the_chosen_languages_only(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.presses(encode(FlipAlertLanguage(1, "en")))
    await author.presses(encode(FlipAlertLanguage(1, "th")))
    await author.presses(encode(UseTemplate(1, "flood")))
    assert set(await texts_of(house)) == {"my", "km"}
    async with house.app.database.reading() as session:
        assert (await session.get_one(Alert, 1)).template == "flood"


@ON_SQLITE
async def test_a_gap_that_somebody_typed_and_nobody_knows_is_not_asked_for(house: House) -> None:
    author, _ = await operators(house)
    await reader(house, 7, "en")
    await author.says("/alert")
    await author.taps("English")
    await author.says("Come to {our_tent} now.")
    assert "still has a gap: {our_tent}" in await author.presses(encode(FillHoles(1)))
    assert "out of date" in await author.presses(encode(UseTemplate(1, "dragons")))


@pytest.mark.parametrize("one", TEMPLATES.values(), ids=TEMPLATES)
def test_every_template_is_whole_in_every_language_and_makes_no_number_up(one: Template) -> None:
    assert set(one.text) == set(one.name) == set(LANGUAGES)
    for language, text in one.text.items():
        assert set(rules.holes(text)) <= HOLES.keys()
        assert set(re.findall(r"\d{3,}", text)) <= KNOWN
        assert rules.length(text) <= rules.room(100, attached=True) - 120, "room is left for what fills the gaps"
        assert rules.other_language(text, language) == ""


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ('topic = "dragons"', "there is no topic dragons"),
        ('km = "មិនមាន {place}"', "not every language has the same holes"),
        ("", "needs a name and a text"),
    ],
)
def test_a_file_of_templates_that_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, broken: str, fault: str
) -> None:
    name = 'en = "A"\nth = "A"\nmy = "A"\nkm = "A"'
    text = 'en = "B"\nth = "B"\nmy = "B"\n' + (broken if broken.startswith("km") else "" if not broken else 'km = "B"')
    topic = broken if broken.startswith("topic") else 'topic = "flood"'
    path = tmp_path / "templates.toml"
    path.write_text(f'[x]\n{topic}\nreviewed = ""\n[x.name]\n{name}\n[x.text]\n{text}\n', "utf-8")
    with pytest.raises(BadTemplates, match=fault):
        read_templates(path)


def test_gaps_are_asked_for_one_after_the_other_in_every_language() -> None:
    texts = {"th": "{place} {phone}", "en": "{phone} {place} {day}"}
    order = []
    while asked := next_hole(texts):
        order.append(asked)
        language, name = asked
        texts[language] = texts[language].replace("{" + name + "}", "-")
    assert order == [("th", "place"), ("en", "place"), ("en", "day"), ("th", "phone"), ("en", "phone")]
