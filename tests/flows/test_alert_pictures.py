"""A picture or a document goes with an alert: its file id is kept, and below it there is less room for words."""

import pytest

from tests.acts import ON_SQLITE
from tests.flows.alerting import TEXTS, draft_of, exactly, operators, reader, window_passes, writes
from tests.house import House


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
