"""An alert that was wrong is put right in place, after a second person has agreed, and says so."""

import pytest
from sqlalchemy import select

from alerts.report import Changed
from delivery.rules import Kind
from people.authority import Role
from storage.tables import Owed
from tests.acts import ON_SQLITE, is_in, spoken
from tests.flows.alert_scene import report, standing, states, watch
from tests.flows.alerting import NAMES, TEXTS, operators, reader, received, sends, window_passes
from tests.flows.test_alert_approval import button_of
from tests.house import House, Someone

NEW = {
    "th": "น้ำท่วมที่แม่สอดลดลงแล้ว ต้มน้ำก่อนดื่ม",
    "my": "မဲဆောက်မှာ ရေကျသွားပြီ။ ရေကို ကျိုချက်ပြီးမှ သောက်ပါ။",
    "km": "ទឹកជំនន់នៅម៉ែសតស្រកហើយ។ ដាំទឹកមុនពេលផឹក។",
    "en": "The flood in Mae Sot is going down. Boil your water before drinking.",
}


async def corrects(author: Someone, *languages: str) -> None:
    """Write new texts for alert 1; the correction stays."""
    await author.says("/alerts")
    await author.taps("Alert 1")
    await author.taps("Correct it")
    for language in languages:
        await author.taps(NAMES[language])
        await author.says(NEW[language])


async def proposed(house: House, author: Someone, approver: Someone) -> str:
    """An alert has gone out, and a correction of it waits for approval; the button that approves it."""
    await sends(house, author, approver, "en")
    await window_passes(house)
    await corrects(author, "en")
    await author.taps("Ask for approval")
    return button_of(approver, "Approve the correction")


def changed(found: Changed | None) -> Changed:
    assert found
    return found


async def test_every_delivered_message_is_changed_in_its_language_and_marked_with_the_time(house: House) -> None:
    author, approver = await operators(house)
    readers = {language: await reader(house, 10 + n, language) for n, language in enumerate(TEXTS)}
    late = await reader(house, 20, "my")
    await sends(house, author, approver, *TEXTS)
    await window_passes(house)
    await watch(house)
    before = {language: len(one.messages) for language, one in readers.items()}
    await corrects(author, *NEW)
    assert "It would change 5 delivered messages" in author.screen
    await author.taps("Ask for approval")
    assert "waits for approval" in author.screen
    for language in NEW:
        assert f"From now on, {NAMES[language]}:\n\n{NEW[language]}" in approver.texts
        assert f"Until now, {NAMES[language]}:\n\n{TEXTS[language]}" in approver.texts
    assert all(TEXTS[language] in received(one)[0] for language, one in readers.items())
    await approver.taps("Approve the correction")
    await watch(house)
    clock = f"{house.now.astimezone(house.app.house.clinics.clinics['mae-sot'].zone):%H:}"
    for language, one in (*readers.items(), ("my", late)):
        assert len(received(one)) == 1
        assert NEW[language] in received(one)[0]
        assert TEXTS[language] not in received(one)[0]
        assert clock in received(one)[0]
    assert before == {language: len(one.messages) for language, one in readers.items()}
    assert "✏️ Corrected 1" in received(readers["en"])[0]
    mark = spoken(house, "km", "✏️ <b>Corrected {clock}</b> ({day})", clock="|", day="|").split("|")
    assert all(part in received(readers["km"])[0] for part in mark)
    assert is_in("km", "".join(mark))
    found = await report(house)
    assert (changed(found.changed).done, changed(found.changed).owed) == (5, 5)
    assert (found.total, found.adds_up) == ({"sent": 5}, True)
    house.advance(seconds=40)
    await watch(house)
    assert (await standing(house)).edits == "done"
    assert "5 of 5 messages" in await approver.taps("Refresh")
    assert (await states(house, Kind.CORRECTION)) == {"sent": 5}


async def test_what_has_not_gone_out_goes_out_corrected(house: House) -> None:
    author, approver = await operators(house)
    aye, bee = await reader(house, 7, "th"), await reader(house, 8, "en")
    await sends(house, author, approver, *TEXTS)
    await approver.taps("Pause")
    await window_passes(house)
    await corrects(author, "th", "en")
    await author.taps("Ask for approval")
    await approver.taps("Approve the correction")
    await approver.has_pin()
    await approver.taps("Resume")
    house.advance(seconds=6)
    await watch(house)
    house.advance(seconds=40)
    await watch(house)
    assert [NEW["th"] in text for text in received(aye)] == [True]
    assert [NEW["en"] in text for text in received(bee)] == [True]
    assert "Corrected" in received(bee)[0]


@ON_SQLITE
async def test_only_readers_of_the_corrected_language_are_touched_and_the_others_are_named(house: House) -> None:
    author, approver = await operators(house)
    aye, bee = await reader(house, 7, "th"), await reader(house, 8, "km")
    await sends(house, author, approver, "th", "km")
    await window_passes(house)
    await watch(house)
    old = received(bee)
    await corrects(author, "th")
    assert f"These languages keep the old text: {NAMES['km']}" in author.screen
    await author.taps("Ask for approval")
    assert f"These languages keep the old text: {NAMES['km']}" in approver.screen
    await approver.taps("Approve the correction")
    await watch(house)
    assert NEW["th"] in received(aye)[0]
    assert received(bee) == old
    assert changed((await report(house)).changed).total == {"sent": 1}


@ON_SQLITE
async def test_the_author_cannot_approve_and_a_later_change_voids_the_proposal(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    button = await proposed(house, author, approver)
    assert "Another person must approve" in await author.presses(button)
    await author.says("/alerts")
    await author.taps("Alert 1")
    await author.taps("Correct it")
    await author.taps("English")
    await author.says("Something else entirely.")
    assert "This is not what was proposed any more" in await approver.presses(button)
    assert "does not wait for approval any more" in await approver.presses(button)
    await watch(house)
    assert [TEXTS["en"] in text for text in received(aye)] == [True]


@ON_SQLITE
async def test_a_correction_is_taken_back_or_thrown_away_and_nothing_changes(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    button = await proposed(house, author, approver)
    await author.taps("Take it back")
    assert "does not wait for approval any more" in await approver.presses(button)
    assert "was thrown away" in await author.taps("Throw the correction away")
    await corrects(author)
    assert "No text differs" in await author.presses("ax4.1")
    await watch(house)
    assert [TEXTS["en"] in text for text in received(aye)] == [True]


@ON_SQLITE
@pytest.mark.parametrize("bad", ["", "x" * 3501, "Go to {place} now."])
async def test_a_text_that_cannot_go_is_refused_and_the_old_one_stays(house: House, bad: str) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    await window_passes(house)
    await corrects(author)
    await author.taps("English")
    if bad:
        screen = await author.says(bad)
        assert any(words in screen for words in ("too long", "still has a gap"))
    await corrects(author)
    assert "It would change" not in author.screen


@ON_SQLITE
async def test_messages_that_cannot_be_changed_are_counted_and_come_no_second_time(house: House) -> None:
    author, approver = await operators(house)
    aye, bee, cee = [await reader(house, 10 + number, "en") for number in range(3)]
    await sends(house, author, approver, "en")
    await window_passes(house)
    await watch(house)
    aye.messages[-1].deleted = True
    house.simulator.world.people[bee.id].deactivated = True
    await corrects(author, "en")
    await author.taps("Ask for approval")
    await approver.taps("Approve the correction")
    await watch(house)
    assert received(aye) == []
    assert NEW["en"] in received(cee)[0]
    found = changed((await report(house)).changed)
    assert (found.total, found.owed) == ({"sent": 1, "failed": 1, "unreachable": 1}, 3)
    assert "1 of 3 messages.\nThe others: 1 cannot be reached, 1 failed" in await approver.taps("Refresh")


async def test_stopping_a_correction_changes_no_more_messages(house: House) -> None:
    author, approver = await operators(house)
    aye, bee = await reader(house, 7, "en"), await reader(house, 8, "en")
    await sends(house, author, approver, "en")
    await window_passes(house)
    await watch(house)
    house.simulator.faults.add("429", "editMessageText", chat_id=bee.id)
    await corrects(author, "en")
    await author.taps("Ask for approval")
    await approver.taps("Approve the correction")
    await house.by_hand(house.app.alert_watch.run())
    third = await house.staff(702, Role.OPERATOR)
    await third.says("/stop_alerts")
    house.simulator.faults.clear()
    house.advance(seconds=60)
    await watch(house)
    assert TEXTS["en"] in received(bee)[0]
    assert (await standing(house)).edits == "stopped"
    assert received(aye)
    async with house.app.database.reading() as session:
        left = await session.scalars(select(Owed.state).where(Owed.kind == Kind.CORRECTION))
        assert set(left) <= {"sent", "dropped"}
