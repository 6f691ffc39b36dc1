"""Alerts of other agencies: a CAP 1.2 file becomes a draft, a correction or an end, by an operator's hand."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.rules import State
from locales.languages import LANGUAGES
from people.authority import Role
from storage.tables import Alert, AlertText, AuditEntry, CapMessage
from tests.acts import ON_SQLITE, count, is_in, spoken
from tests.flows.alerting import operator, reader
from tests.house import House, Someone

FOLDER = Path(__file__).parent.parent / "units" / "cap"
OTHERS = [language for language in LANGUAGES if language != "en"]


def message(name: str, **changes: str) -> bytes:
    """One of the files, with the text of single elements changed."""
    text = (FOLDER / f"{name}.xml").read_text("utf-8")
    for element, value in changes.items():
        text = re.sub(rf"<{element}>[^<]*<", f"<{element}>{value}<", text)
    return text.encode()


def follow_up(msg_type: str, identifier: str, **changes: str) -> bytes:
    """A later message about the flood."""
    named = "warning@example.go.th,TH-EXAMPLE-0001,2026-11-22T01:00:00+00:00"
    content = message("flood", identifier=identifier, msgType=msg_type, sent="2026-11-22T09:00:00+07:00", **changes)
    return content.replace(b"</scope>", f"</scope><references>{named}</references>".encode())


async def sends(one: Someone, content: bytes, name: str = "alert.xml", mime: str = "text/xml") -> str:
    """Send a document; what is shown then, all messages together."""
    before = {message.message_id for message in one.messages}
    one.world.send(one.id, "document", content=content, file_name=name, mime_type=mime)
    await one.house.quiet()
    return "\n---\n".join(each.text for each in one.messages if each.message_id not in before)


async def alerts(house: House) -> list[Alert]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Alert).order_by(Alert.id)))


async def texts(house: House, alert_id: int) -> dict[str, str]:
    async with house.app.database.reading() as session:
        rows = await session.scalars(select(AlertText).where(AlertText.alert_id == alert_id))
        return {row.language: row.text for row in rows}


def downloads(house: House) -> int:
    """How many files the bot asked Telegram for."""
    return sum(call.method.lower() == "getfile" for call in house.simulator.world.calls)


async def test_a_file_becomes_a_complete_draft_and_nothing_is_sent(house: House) -> None:
    author = await operator(house, 700)
    readers = [await reader(house, 10 + number, language) for number, language in enumerate(LANGUAGES)]
    before = [len(one.texts) for one in readers]
    shown = await sends(author, message("flood"))
    assert "taken in as a draft" in shown
    assert "Event: น้ำท่วม" in shown
    assert "Provinces: Mae Hong Son, Tak" in shown
    assert "Urgency: act at once" in shown
    assert "Severity: extreme" in shown
    assert "extreme and immediate. Decide whether lives depend on it" in shown
    assert "Nothing is missing" in shown
    [alert] = await alerts(house)
    assert (alert.state, alert.topic, alert.provinces, alert.life_safety) == (State.DRAFT, "flood", "58,63", False)
    assert alert.valid_until is not None
    written = await texts(house, alert.id)
    assert set(written) == set(LANGUAGES)
    assert written["en"].startswith("Flood warning\n\nThe river is rising fast.\n\nMove things to high ground.")
    assert "More: 1784" in written["en"]
    assert "https://example.go.th/flood" in written["th"]
    assert all(is_in(language, text) for language, text in written.items())
    assert [len(one.texts) for one in readers] == before


async def test_the_same_file_twice_is_one_draft(house: House) -> None:
    author, other = await operator(house, 700), await operator(house, 701)
    await sends(author, message("flood"))
    again = await sends(author, message("flood", sent="2026-11-22T01:00:00+00:00"))
    assert "You have this message already" in again
    assert "You have this message already" in await sends(other, message("flood"))
    assert len(await alerts(house)) == 1
    assert await count(house, CapMessage) == 1


@ON_SQLITE
@pytest.mark.parametrize("name", ["advisory", "thunderstorm", "two_languages"])
async def test_the_examples_of_the_specification_come_in(house: House, name: str) -> None:
    author = await operator(house, 700)
    await reader(house, 7, "my")
    shown = await sends(author, message(name))
    assert "taken in as a draft" in shown
    assert "No province was found, so it would go to everybody" in shown
    assert ("es-US" in shown) == (name == "two_languages")
    [alert] = await alerts(house)
    assert list(await texts(house, alert.id)) == ["en"]


@ON_SQLITE
async def test_the_update_of_the_specification_needs_the_message_it_updates(house: House) -> None:
    author = await operator(house, 700)
    assert "was never taken in here" in await sends(author, message("earthquake"))
    first = message("earthquake", identifier="TRI13970876.1", sent="2003-06-11T20:30:00-07:00", msgType="Alert")
    await sends(author, re.sub(rb"<references>.*</references>", b"", first))
    assert "It is a draft with the new texts now" in await sends(author, message("earthquake"))
    assert len(await alerts(house)) == 1


@ON_SQLITE
@pytest.mark.parametrize("language", OTHERS)
async def test_operators_read_about_it_in_their_own_language(house: House, language: str) -> None:
    author = await house.staff(700, Role.OPERATOR, language=language)
    assert is_in(language, await author.says("/alert_import"))
    shown = await sends(author, message("flood", status="Exercise"))
    assert spoken(house, language, "an exercise") in shown
    assert spoken(house, language, "act at once") in shown
    refused = await sends(author, b"<alert/>")
    assert refused == spoken(house, language, "This is not a message of the CAP standard.")


async def test_only_operators_files_are_fetched_and_other_peoples_papers_go_from_the_chat(house: House) -> None:
    for telegram_id, role in ((500, Role.OWNER), (501, Role.EDITOR)):
        other = await house.staff(telegram_id, role)
        assert "please do not send photos of papers" in await sends(other, message("flood"))
    aye = await house.person(7)
    assert "please do not send photos of papers" in await sends(aye, message("flood"))
    stranger = house.someone(8)
    await sends(stranger, message("flood"))
    author = await operator(house, 700)
    assert "please do not send photos of papers" in await sends(author, b"%PDF", "paper.pdf", "application/pdf")
    assert downloads(house) == 0
    assert await alerts(house) == []
    assert "only some clinic staff or operators" in await aye.says("/alert_import")


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "/etc/hostname">]><a>&x;</a>', "could do harm"),
        (b"<a>" * 3000, "built in a way that no alert needs"),
        (b"<alert", "not whole, or not XML"),
        (b" " * (10 * 1024 * 1024), "The file is too large"),
        (message("flood").replace(b"cap:1.2", b"cap:1.1"), "This is CAP 1.1"),
        (message("flood", scope="Restricted"), "not meant for the public"),
        (message("flood", sender=""), "lacks something that CAP 1.2 asks for: sender"),
        (message("flood", expires="tomorrow"), "A time in the message is not whole, here: expires"),
    ],
)
async def test_a_bad_file_is_refused_in_a_clear_sentence_and_leaves_nothing(
    house: House, content: bytes, sentence: str
) -> None:
    author = await operator(house, 700)
    assert sentence in await sends(author, content)
    assert await alerts(house) == []
    assert await count(house, CapMessage) == 0
    assert downloads(house) == (0 if len(content) > 256 * 1024 else 1)


@ON_SQLITE
async def test_when_telegram_does_not_give_the_file_the_operator_is_asked_to_send_it_again(house: House) -> None:
    author = await operator(house, 700)
    house.simulator.faults.add("500", method="getFile")
    assert "Please send it once more" in await sends(author, message("flood"))


@ON_SQLITE
@pytest.mark.parametrize(("status", "word"), [("Exercise", "an exercise"), ("Test", "a test"), ("Draft", "a test")])
async def test_what_is_no_real_alert_is_marked_and_needs_a_second_press(house: House, status: str, word: str) -> None:
    author, approver = await operator(house, 700), await operator(house, 701)
    await reader(house, 7, "en")
    shown = await sends(author, message("flood", status=status))
    assert "Not a real alert" in shown
    [alert] = await alerts(house)
    assert (await texts(house, alert.id))["en"].startswith(f"⚠️ This is only {word}, not a real warning.")
    assert "Not a real alert" in await author.taps("Ask for approval")
    assert (await alerts(house))[0].state == State.DRAFT
    await author.taps("Yes, ask for approval")
    assert (await alerts(house))[0].state == State.PROPOSED
    assert f"This is only {word}" in " ".join(approver.texts)


async def test_an_update_of_what_was_not_sent_changes_the_draft_and_voids_the_proposal(house: House) -> None:
    author, approver = await operator(house, 700), await operator(house, 701)
    await reader(house, 7, "en")
    await sends(author, message("flood"))
    await author.taps("Ask for approval")
    assert (await alerts(house))[0].state == State.PROPOSED
    shown = await sends(author, follow_up("Update", "TH-EXAMPLE-0002", headline="New", certainty="Observed"))
    assert "It is a draft with the new texts now" in shown
    [alert] = await alerts(house)
    assert alert.state == State.DRAFT
    await approver.taps("Approve")
    assert (await alerts(house))[0].state == State.DRAFT


@ON_SQLITE
async def test_what_an_update_says_no_more_in_a_language_is_not_sent_in_it(house: House) -> None:
    author = await operator(house, 700)
    await sends(author, message("flood"))
    assert set(await texts(house, 1)) == set(LANGUAGES)
    shorter = follow_up("Update", "TH-EXAMPLE-0002").replace(b"<language>km</language>", b"<language>xx</language>")
    await sends(author, shorter)
    assert set(await texts(house, 1)) == set(LANGUAGES) - {"km"}


@ON_SQLITE
async def test_a_cancel_of_what_was_not_sent_lets_the_draft_be_thrown_away(house: House) -> None:
    author = await operator(house, 700)
    await sends(author, message("flood"))
    shown = await sends(author, follow_up("Cancel", "TH-EXAMPLE-0003"))
    assert "which was never sent" in shown
    await author.taps("Throw the draft away")
    assert await count(house, CapMessage) == 0


async def set_state(house: House, state: State) -> None:
    """As after it was approved, without waiting for it."""
    async with house.app.database.writing() as session:
        [alert] = list(await session.scalars(select(Alert)))
        alert.state, alert.approved_at, alert.done_at = state, house.now, house.now
        await session.flush()


async def test_an_update_of_what_was_sent_waits_as_its_correction(house: House) -> None:
    author = await operator(house, 700)
    await sends(author, message("flood"))
    before = await texts(house, 1)
    await set_state(house, State.APPROVED)
    update = follow_up("Update", "TH-EXAMPLE-0002").replace(b"The river is rising fast.", b"The river is falling.")
    shown = await sends(author, update)
    assert "The message corrects alert 1" in shown
    assert await texts(house, 1) == before
    async with house.app.database.reading() as session:
        waiting = await session.get(AlertText, (1, "en"))
        assert waiting
        assert "The river is falling." in waiting.correction
    assert "The river is falling." in await author.taps("See the correction") + " ".join(author.texts)


@ON_SQLITE
async def test_a_cancel_of_what_was_sent_leads_to_its_end(house: House) -> None:
    author = await operator(house, 700)
    await sends(author, message("flood"))
    await set_state(house, State.APPROVED)
    shown = await sends(author, follow_up("Cancel", "TH-EXAMPLE-0003"))
    assert "The message cancels alert 1" in shown
    assert (await alerts(house))[0].state == State.APPROVED
    await author.taps("End this alert")
    assert "You have this message already" in await sends(author, follow_up("Cancel", "TH-EXAMPLE-0003"))


@ON_SQLITE
async def test_after_its_end_an_update_is_a_new_draft_and_a_cancel_says_so(house: House) -> None:
    author = await operator(house, 700)
    await sends(author, message("flood"))
    await set_state(house, State.EXPIRED)
    assert "which is over already" in await sends(author, follow_up("Cancel", "TH-EXAMPLE-0003"))
    assert "taken in as a new draft" in await sends(author, follow_up("Update", "TH-EXAMPLE-0002"))
    assert [alert.state for alert in await alerts(house)] == [State.EXPIRED, State.DRAFT]


@ON_SQLITE
async def test_a_part_in_other_letters_than_it_says_is_left_out_and_named(house: House) -> None:
    author = await operator(house, 700)
    swapped = message("flood").replace(b"<language>my</language>", b"<language>xx</language>")
    swapped = swapped.replace(b"<language>en</language>", b"<language>my</language>")
    shown = await sends(author, swapped)
    assert "Written in another language than it says, so it was left out: မြန်မာ" in shown
    assert set(await texts(house, 1)) == {"th", "km"}


@ON_SQLITE
async def test_a_long_text_is_shortened_and_the_operator_is_told(house: House) -> None:
    author = await operator(house, 700)
    long = message("flood").replace(b"The river is rising fast.", b"The river is rising fast. " * 300)
    shown = await sends(author, long)
    assert "so it was shortened: English" in shown
    assert "Move things to high ground" in (await texts(house, 1))["en"]


@ON_SQLITE
async def test_an_import_is_in_the_log_and_ends_the_step_one_is_in(house: House) -> None:
    author = await operator(house, 700)
    await author.says("/alert")
    await author.taps("English")
    await sends(author, message("flood"))
    await author.says("dengue")
    async with house.app.database.reading() as session:
        logged = select(func.count()).where(AuditEntry.action == "import-alert")
        assert await session.scalar(logged) == 1
    assert len(await texts(house, (await alerts(house))[-1].id)) == 4
