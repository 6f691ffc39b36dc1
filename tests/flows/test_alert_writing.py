"""Writing an alert: a checklist on one screen, texts that are checked as they come, a preview that tells the truth."""

import pytest

from handlers.press_codec import encode
from handlers.presses.alerting import (
    DiscardAlert,
    ProposeAlert,
)
from locales.zawgyi import to_zawgyi
from people.authority import Role
from tests.acts import ON_SQLITE, is_in, spoken
from tests.flows.alerting import NAMES, TEXTS, exactly, operators, reader, received, window_passes, writes
from tests.house import House


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_an_operator_writes_and_sends_in_their_own_language_without_typing_a_command_twice(
    house: House, language: str
) -> None:
    author = await house.staff(700, Role.OPERATOR, language=language)
    approver = await house.staff(701, Role.OPERATOR, language=language)
    for one in (author, approver):
        await one.has_pin()
    aye = await reader(house, 7, "my")
    say = house.app.house.catalogues.say(language).label

    draft = await author.says("/alert")
    assert spoken(house, language, "<b>Health alert: draft</b>") in draft
    assert is_in(language, draft)
    await author.taps(say("📌 Topic"))
    await author.taps(say("Flood and storm"))
    assert say("📌 Topic: {topic}", topic=say("Flood and storm")) in author.screen
    await author.taps(say("👥 For whom"))
    await author.taps(NAMES["th"])
    await author.taps(say("◀ Back to the alert"))
    await author.taps(NAMES["my"])
    await author.says(TEXTS["my"])
    assert author.texts[-2] == exactly(house, "my", TEXTS["my"])
    assert say("✅ Nothing is missing. Look at the preview, then ask for approval.") in author.screen
    await author.taps(say("Ask for approval"))
    assert spoken(house, language, "🗣 Only for readers of: {languages}", languages="မြန်မာ, ខ្មែរ, English") in (
        approver.screen
    )
    await approver.taps(say("✅ Approve and send"))
    await window_passes(house)
    assert received(aye) == [exactly(house, "my", TEXTS["my"])]


async def test_the_preview_and_the_approval_show_exactly_what_arrives(house: House) -> None:
    author, approver = await operators(house)
    readers = {language: await reader(house, 10 + n, language) for n, language in enumerate(TEXTS)}
    await writes(author, *TEXTS)
    before = len(author.texts)
    await author.taps("Preview")
    shown = [text for text in author.texts[before:] if text.startswith("📢")]
    assert shown == [exactly(house, language, TEXTS[language]) for language in TEXTS]
    await author.taps("Back to the alert")
    await author.taps("Ask for approval")
    assert [text for text in approver.texts if text.startswith("📢")] == shown
    await approver.taps("Approve and send")
    await window_passes(house)
    assert [received(readers[language]) for language in TEXTS] == [[text] for text in shown]


@ON_SQLITE
@pytest.mark.parametrize(
    ("asked", "typed", "found"),
    [
        ("my", TEXTS["th"], "ไทย"),
        ("th", TEXTS["en"], "English"),
        ("km", TEXTS["my"], "မြန်မာ"),
        ("en", TEXTS["km"], "ខ្មែរ"),
    ],
)
async def test_a_text_in_another_language_is_refused_and_the_step_still_waits(
    house: House, asked: str, typed: str, found: str
) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.taps(NAMES[asked])
    refused = await author.says(typed)
    assert f"This looks like {found}, and I was waiting for {NAMES[asked]}" in refused
    await author.says(TEXTS[asked])
    assert f"{NAMES[asked]}: text ready" in author.screen


@ON_SQLITE
async def test_burmese_typed_in_zawgyi_reaches_every_phone_in_the_right_letters(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "my")
    await author.says("/alert")
    await author.taps(NAMES["my"])
    await author.says(to_zawgyi(TEXTS["my"]))
    assert author.texts[-2] == exactly(house, "my", TEXTS["my"])
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")
    await window_passes(house)
    assert received(aye) == [exactly(house, "my", TEXTS["my"])]


@ON_SQLITE
async def test_an_empty_alert_and_one_with_a_gap_cannot_be_proposed(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    assert "Write the text: tap a language" in await author.says("/alert")
    assert "There is no text yet" in await author.presses(encode(ProposeAlert(1, 9)))
    await author.says("/alert")
    await author.taps("English")
    await author.says("Flood in {place}. Call {phone}.")
    assert "English: text with gaps" in author.screen
    assert "still has a gap: {place}, {phone}" in author.screen
    assert "still has a gap" in await author.taps("Ask for approval")
    assert not any("waits for your approval" in text for text in approver.texts)


@ON_SQLITE
async def test_a_text_is_taken_away_and_the_whole_draft_begun_anew(house: House) -> None:
    author, _ = await operators(house)
    await reader(house, 7, "en")
    await writes(author, "en", "th")
    await author.taps("ไทย")
    assert "ไทย: no text yet" in await author.taps("Take this text away")
    assert "English: no text yet, 1 person" in await author.taps("Begin anew")
    assert "Write the text" in author.screen
    await author.presses(encode(DiscardAlert(1)))
    assert "This alert cannot be changed any more" in author.screen
