"""Health alerts: written by one operator, approved by another, received once by everyone concerned."""

import pytest

from people.authority import Role
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.flows.alerting import (
    NAMES,
    TEXTS,
    figures,
    operator,
    operators,
    reader,
    received,
    sends,
    window_passes,
    writes,
)
from tests.house import House


async def test_the_draft_says_which_languages_have_a_text_and_whom_each_reaches(house: House) -> None:
    author, _ = await operators(house)
    for telegram_id, language in ((7, "my"), (8, "my"), (9, "km")):
        await reader(house, telegram_id, language)
    draft = await author.says("/alert")
    assert f"{NAMES['my']}: no text yet, 2 people" in draft
    assert f"{NAMES['th']}: no text yet, 0 people" in draft
    assert "Please send the text" in await author.taps(NAMES["my"])
    await author.says(TEXTS["my"])
    way_back = spoken(house, "my", "To stop alerts: /alerts_off")
    heading = spoken(house, "my", "📢 <b>Health alert</b>")
    assert author.texts[-2] == f"{heading}\n\n{TEXTS['my']}\n\n{way_back}"
    assert f"{NAMES['my']}: text ready, 2 people" in author.screen


@ON_SQLITE
async def test_an_alert_that_lacks_a_language_of_its_audience_cannot_go(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "my")
    await reader(house, 8, "km")
    await writes(author, "my", "en")
    screen = await author.taps("Ask for approval")
    assert f"they have no text yet: {NAMES['km']}" in screen
    assert "waits for your approval" not in " ".join(approver.texts)


@ON_SQLITE
async def test_an_alert_for_nobody_cannot_go(house: House) -> None:
    author, _ = await operators(house)
    await writes(author, "en")
    assert "Nobody has turned alerts on yet" in await author.taps("Ask for approval")


async def test_everyone_concerned_gets_it_once_in_their_language_after_a_minute_and_the_report_adds_up(
    house: House,
) -> None:
    author, approver = await operators(house)
    readers = {language: await reader(house, 10 + n, language) for n, language in enumerate(TEXTS)}
    deaf, gone = await house.person(20, "my"), await reader(house, 21, "my")
    changes_mind = await reader(house, 22, "km")
    house.simulator.world.block(gone.id)
    await house.quiet()
    await sends(house, author, approver, *TEXTS)
    await changes_mind.says("/alerts_off")
    house.advance(seconds=55)
    await house.quiet()
    assert not any(received(one) for one in readers.values())
    await window_passes(house)
    await window_passes(house)
    for language, one in readers.items():
        assert len(received(one)) == 1
        assert TEXTS[language] in received(one)[0]
        assert "/alerts_off" in received(one)[0]
        assert spoken(house, language, "📢 <b>Health alert</b>") in received(one)[0]
    assert not any(received(one) for one in (deaf, gone, changes_mind))
    report = await approver.taps("Refresh")
    assert figures(report, "All") == {"sent": 4, "cannot be reached": 1, "turned alerts off": 1}
    assert figures(report, NAMES["my"]) == {"sent": 1, "cannot be reached": 1}
    assert figures(report, NAMES["km"]) == {"sent": 1, "turned alerts off": 1}
    assert "Audience: 6 people. The numbers add up." in report


@ON_SQLITE
async def test_whoever_blocked_the_bot_meanwhile_is_counted_as_unreachable(house: House) -> None:
    author, approver = await operators(house)
    aye, min_ = await reader(house, 7, "en"), await reader(house, 8, "en")
    await sends(house, author, approver, "en")
    house.simulator.world.people[aye.id].deactivated = True
    await window_passes(house)
    assert (received(aye), len(received(min_))) == ([], 1)
    assert figures(await approver.taps("Refresh"), "All") == {"sent": 1, "cannot be reached": 1}


@ON_SQLITE
async def test_the_author_cannot_approve(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    assert "1 other operator has been asked" in await author.taps("Ask for approval")
    button = str(approver.messages[-1].buttons[0]["callback_data"])
    assert "Another person must approve what you asked for" in await author.presses(button)
    await window_passes(house)
    assert received(aye) == []


@ON_SQLITE
async def test_the_approver_sees_every_text_before_approving(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    await writes(author, *TEXTS)
    await author.taps("Ask for approval")
    for language, text in TEXTS.items():
        heading = spoken(house, language, "📢 <b>Health alert</b>")
        way_back = spoken(house, language, "To stop alerts: /alerts_off")
        assert f"{heading}\n\n{text}\n\n{way_back}" in approver.texts


@ON_SQLITE
async def test_four_texts_of_the_greatest_length_still_reach_the_approver(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await author.says("/alert")
    for language in TEXTS:
        await author.taps(NAMES[language])
        await author.says("<&>" + TEXTS[language] + "." * (3496 - len(TEXTS[language])) + "!")
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")
    await window_passes(house)
    assert len(received(aye)) == 1
    assert "<&>Flood" in received(aye)[0]
    assert received(aye)[0].count(".") > 3400


@ON_SQLITE
async def test_a_text_that_does_not_fit_is_refused_and_can_be_sent_shorter(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.taps("English")
    assert "The text is too long: it has 3501 letters, and 3500 are possible" in await author.says("x" * 3501)
    await author.says("Shorter.")
    assert "\n\nShorter.\n\n" in author.texts[-2]


@ON_SQLITE
async def test_an_alert_about_a_danger_can_be_written(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.taps("English")
    await author.says("My friend is not breathing: then call 1669.")
    assert any("This may be an emergency" in text for text in author.texts)
    assert "\n\nMy friend is not breathing: then call 1669.\n\n" in author.texts[-2]


@ON_SQLITE
async def test_without_a_second_operator_the_author_is_told_so_and_one_who_comes_later_finds_it(house: House) -> None:
    author = await operator(house, 700)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    assert "there is no other operator" in await author.taps("Ask for approval")
    approver = await operator(house, 701)
    await approver.says("/alerts")
    await approver.taps("Alert 1")
    await approver.taps("Approve and send")
    await window_passes(house)
    assert len(received(aye)) == 1


async def test_an_alert_approved_twice_goes_out_once(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    button = str(approver.messages[-1].buttons[0]["callback_data"])
    third = await operator(house, 702)
    for _ in range(2):
        await approver.presses(button)
        assert any("✅ Approved" in text for text in approver.texts[-3:])
        assert "does not wait for approval any more" not in approver.screen
    assert "does not wait for approval any more" in await third.presses(button)
    await window_passes(house)
    await window_passes(house)
    assert len(received(aye)) == 1


@ON_SQLITE
async def test_an_alert_stopped_within_the_minute_reaches_nobody(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    assert figures(approver.screen, "All") == {"waiting": 1}
    stopped = await approver.taps("Stop")
    assert "This alert was stopped" in stopped
    await window_passes(house)
    assert received(aye) == []
    report = await approver.taps("Refresh")
    assert figures(report, "All") == {"stopped": 1}
    assert "The numbers add up" in report


@ON_SQLITE
async def test_an_alert_goes_in_the_language_its_reader_has_chosen_by_then(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "my")
    await sends(house, author, approver, "my", "km")
    await aye.presses("lg1.km")
    await window_passes(house)
    assert [TEXTS["km"] in text for text in received(aye)] == [True]


@ON_SQLITE
async def test_alerts_off_stops_alerts_and_nothing_else_and_shows_the_way_back(house: House) -> None:
    author, approver = await operators(house)
    aye, times = await reader(house, 7, "en"), await house.opens()
    off = await aye.says("/alerts_off")
    assert "Messages about your visits still come" in off
    assert "/alerts_on" in off
    await reader(house, 8, "en")
    await take(aye, times[1])
    assert "Tomorrow at 09:30" in aye.screen
    await sends(house, author, approver, "en")
    await it_becomes(house, at(house, 0, "17:31"))
    assert received(aye) == []
    assert "Reminder: tomorrow at 09:30" in aye.screen
    assert "Health alerts are on" in await aye.says("/alerts_on")
    for one in (author, approver):
        await one.has_pin()
    await sends(house, author, approver, "en")
    await window_passes(house)
    assert len(received(aye)) == 1


@ON_SQLITE
async def test_the_first_alerts_on_asks_for_consent(house: House) -> None:
    aye = await house.person(7, "my", agreed=False)
    assert spoken(house, "my", "Is that all right?") in await aye.says("/alerts_on")
    on = await aye.taps(spoken(house, "my", "Yes, I agree"))
    assert "/alerts_off" in on
    assert is_in("my", on)


@ON_SQLITE
@pytest.mark.parametrize("role", [Role.STAFF, Role.OWNER, Role.EDITOR])
async def test_only_operators_write_and_approve(house: House, role: Role) -> None:
    author, _ = await operators(house)
    await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    other = await house.staff(500, role, "mae-sot" if role == Role.STAFF else "")
    assert "only some clinic staff or operators" in await other.says("/alert")
    for data in ("ae2.1.en", "ap2.1.0", "aw1.1", "ay3.1.1.0", "as1.1", "ar1.1", "aa2.1.en", "ak2.1.1", "ad2.1"):
        assert "only some clinic staff or operators" in await other.presses(data)


@ON_SQLITE
async def test_any_command_ends_the_writing(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.taps("English")
    await author.says("/menu")
    await author.says("dengue")
    assert "Preview" not in author.screen
    assert "English: no text yet" in await author.says("/alert")
