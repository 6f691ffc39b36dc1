"""Writing an alert: a checklist on one screen, texts that are checked as they come, a preview that tells the truth."""

import pytest
from sqlalchemy import update

from alerts import drafting
from alerts.refusals import AlertGone
from handlers.press_codec import encode
from handlers.presses.alerting import (
    ChooseAlertTopic,
    DiscardAlert,
    DropAlertText,
    OpenAlert,
    ProposeAlert,
    TakeBackAlert,
    WriteAlert,
)
from locales.zawgyi import to_zawgyi
from people.authority import Role
from storage.tables import Alert
from tests.acts import ON_SQLITE, is_in, spoken
from tests.flows.alerting import NAMES, TEXTS, operators, reader, received, window_passes, writes
from tests.house import House


def exactly(house: House, language: str, text: str) -> str:
    """An alert as its readers see it."""
    parts = (
        spoken(house, language, "📢 <b>Health alert</b>"),
        text,
        spoken(house, language, "To stop alerts: /alerts_off"),
    )
    return "\n\n".join(parts)


async def draft_of(house: House, number: int = 1) -> Alert:
    async with house.app.database.reading() as session:
        return await session.get_one(Alert, number)


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


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_a_picture_or_a_document_goes_with_it_and_only_its_file_id_is_kept(house: House, kind: str) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    assert "may have" in await author.taps("Picture, document")
    checklist = await author.sends(kind)
    assert ("With a picture" if kind == "photo" else "With a document") in checklist
    alert = await draft_of(house)
    assert (alert.attachment_kind, len(alert.attachment) > 5) == (kind, True)
    await author.taps("Preview")
    assert kind in {message.kind for message in author.messages[-4:]}
    await author.taps("Back to the alert")
    await author.taps("Ask for approval")
    assert kind in {message.kind for message in approver.messages}
    assert ("With a picture" if kind == "photo" else "With a document") in approver.screen
    await approver.taps("Approve and send")
    await window_passes(house)
    [arrived] = [message for message in aye.messages if message.kind == kind]
    assert arrived.text == exactly(house, "en", TEXTS["en"])


@ON_SQLITE
async def test_a_picture_outside_that_step_is_still_taken_for_a_paper(house: House) -> None:
    author, _ = await operators(house)
    await writes(author, "en")
    sent = house.simulator.world.send(author.id, "photo")
    await house.quiet()
    assert sent.deleted
    assert (await draft_of(house)).attachment == ""
    await author.taps("Picture, document")
    await author.taps("Back to the alert")
    await author.sends("photo")
    assert (await draft_of(house)).attachment == ""


@ON_SQLITE
async def test_words_below_a_picture_are_not_taken_and_something_else_is_no_attachment(house: House) -> None:
    author, _ = await operators(house)
    await writes(author, "en")
    await author.taps("Picture, document")
    assert "I can take a picture or a document here" in await author.sends("video")
    assert "I can take a picture or a document here" in await author.says("here it comes")
    house.simulator.world.send(author.id, "photo", caption="Look at this")
    await house.quiet()
    assert "The words below the picture were not taken" in author.screen
    assert "With a picture" in author.screen
    await author.taps("Picture, document")
    assert "No picture, no document" in await author.taps("Without it")
    assert (await draft_of(house)).attachment_kind == ""


@ON_SQLITE
async def test_below_a_picture_there_is_less_room_whichever_comes_first(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.taps("English")
    await author.says("x" * 900)
    await author.taps("Picture, document")
    refused = await author.sends("photo")
    assert "These texts are too long" in refused
    assert "English" in refused
    assert (await draft_of(house)).attachment == ""
    await author.says("/alert")
    await author.taps("English")
    await author.says("Short.")
    await author.taps("Picture, document")
    await author.sends("photo")
    await author.taps("English")
    assert "With a picture or a document a text may have" in await author.says("x" * 900)


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
    assert "English: no text yet, 1 people" in await author.taps("Begin anew")
    assert "Write the text" in author.screen
    await author.presses(encode(DiscardAlert(1)))
    assert "This alert cannot be changed any more" in author.screen


@ON_SQLITE
async def test_nothing_of_a_proposed_alert_changes_and_nothing_of_somebody_elses(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    await writes(author, "en")
    for press in (
        OpenAlert(1),
        WriteAlert(1, "en"),
        DropAlertText(1, "en"),
        ChooseAlertTopic(1, "heat"),
        DiscardAlert(1),
    ):
        assert "cannot be changed any more" in await approver.presses(encode(press))
    await author.taps("Ask for approval")
    for press in (
        OpenAlert(1),
        WriteAlert(1, "en"),
        DropAlertText(1, "en"),
        ChooseAlertTopic(1, "heat"),
        DiscardAlert(1),
    ):
        assert "cannot be changed any more" in await author.presses(encode(press))
    async with house.app.database.writing() as session:
        alert = await session.get_one(Alert, 1)
        assert (alert.topic, alert.state) == ("other", "proposed")


@ON_SQLITE
async def test_a_draft_that_was_proposed_in_the_same_moment_is_not_changed(house: House) -> None:
    author, _ = await operators(house)
    await writes(author, "en")
    async with house.app.database.writing() as session:
        alert = await session.get_one(Alert, 1)
        elsewhere = update(Alert).values(state="proposed").execution_options(synchronize_session=False)
        await session.execute(elsewhere)
        with pytest.raises(AlertGone):
            await drafting.change(session, alert, topic="heat")
    assert (await draft_of(house)).topic == "other"


@ON_SQLITE
@pytest.mark.parametrize(
    "change",
    [
        {"topic": "heat"},
        {"languages": "en"},
        {"provinces": "63"},
        {"clinic_id": "mae-sot"},
        {"life_safety": True},
        {"window_minutes": 60},
        {"attachment": "AgAC", "attachment_kind": "photo"},
    ],
)
async def test_whatever_changes_behind_a_proposal_voids_it(house: House, change: dict[str, object]) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    async with house.app.database.writing() as session:
        alert = await session.get_one(Alert, 1)
        for name, value in change.items():
            setattr(alert, name, value)
    assert "This is not what was proposed any more" in await approver.taps("Approve and send")
    await window_passes(house)
    assert received(aye) == []
    assert (await draft_of(house)).state == "draft"


@ON_SQLITE
async def test_an_alert_taken_back_can_be_written_on_also_beside_a_newer_draft(house: House) -> None:
    author, _ = await operators(house)
    await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    await writes(author, "th")
    await author.presses(encode(TakeBackAlert(1)))
    assert "English: text ready" in await author.taps("Go on writing")
    assert "ไทย: no text yet" in author.screen
