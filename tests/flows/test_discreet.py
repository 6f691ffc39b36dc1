"""Discreet mode: a glance at the phone tells nothing; details come after a tap and go back after ten minutes."""

import pytest

from delivery.rules import Kind
from storage.tables import Owed
from tests.acts import CODE, ON_SQLITE, at, cleared, it_becomes, take
from tests.house import House, Someone

NAMES = ("Mae Sot", "Vaccination")


def tells(text: str) -> bool:
    """Whether a text names the clinic or the service."""
    return any(name in text for name in NAMES)


async def covers(house: House) -> list[str]:
    """The state of every cover there is."""
    async with house.app.database.reading() as session:
        rows = await session.execute(Owed.__table__.select().where(Owed.kind == Kind.COVER))
        return [row.state for row in rows]


async def booked(house: House) -> Someone:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    return aye


async def test_details_come_after_a_tap_and_go_back_after_ten_minutes(house: House) -> None:
    aye = await booked(house)
    bare = aye.screen
    assert not tells(bare)
    assert tells(await aye.taps("Show details"))
    house.advance(minutes=9, seconds=50)
    await house.quiet()
    assert tells(aye.screen)
    house.advance(seconds=15)
    await house.quiet()
    assert aye.screen == bare
    assert await covers(house) == ["sent"]
    assert tells(await aye.taps("Show details"))
    house.advance(minutes=10, seconds=5)
    await house.quiet()
    assert aye.screen == bare, "the second time too"


async def test_looking_again_begins_the_ten_minutes_anew_and_leaving_ends_them(house: House) -> None:
    aye = await booked(house)
    await aye.taps("Show details")
    house.advance(minutes=9)
    await aye.taps("Cancel")
    assert await covers(house) == [], "nothing is left to cover"
    await aye.taps("No, keep it")
    house.advance(minutes=9)
    await house.quiet()
    assert tells(aye.screen)
    house.advance(minutes=2)
    await house.quiet()
    assert not tells(aye.screen)


async def test_a_list_asked_for_by_command_is_covered_too(house: House) -> None:
    aye = await booked(house)
    await aye.says("/mine")
    await cleared(house)
    assert await covers(house) == ["pending"]
    house.advance(minutes=11)
    await house.quiet()
    assert aye.screen == "Tap to see the details again."
    assert "My visits" in await aye.taps("Show details")


@ON_SQLITE
async def test_choosing_a_service_is_covered_and_can_be_taken_up_again(house: House) -> None:
    aye, _ = await house.person(7), await house.opens()
    await aye.says("/book")
    await aye.taps("Mae Sot")
    await aye.taps("Vaccination")
    assert tells(aye.screen)
    house.advance(minutes=11)
    await house.quiet()
    assert not any(tells(text) for text in aye.texts)
    assert not any(tells(label) for label in aye.labels)


@ON_SQLITE
async def test_details_are_covered_after_the_visit_too(house: House) -> None:
    aye = await booked(house)
    await it_becomes(house, at(house, 1, "09:28"))
    await aye.taps("Show details")
    assert tells(aye.screen)
    await it_becomes(house, at(house, 0, "09:45"))
    assert aye.screen == "Tap to see the details again."


@ON_SQLITE
async def test_on_a_phone_of_ones_own_details_stay(house: House) -> None:
    aye = await house.person(7)
    await aye.presses("ph1.0")
    times = await house.opens()
    await take(aye, times[1])
    assert tells(aye.screen)
    await aye.says("/mine")
    await cleared(house)
    house.advance(minutes=30)
    await house.quiet()
    assert await covers(house) == []
    assert any(tells(text) for text in aye.texts)


@ON_SQLITE
async def test_a_message_that_was_deleted_does_not_come_back(house: House) -> None:
    aye = await booked(house)
    await aye.taps("Show details")
    shown = aye.messages[-1]
    before = len(aye.messages)
    shown.deleted = True
    house.advance(minutes=11)
    await house.quiet()
    assert len(aye.messages) == before - 1
    assert await covers(house) == ["dropped"]


@ON_SQLITE
async def test_whoever_becomes_open_meanwhile_keeps_the_details(house: House) -> None:
    aye = await booked(house)
    await aye.taps("Show details")
    details = aye.messages[-1]
    await aye.says("/privacy")
    await aye.taps("Visit details: hidden")
    house.advance(minutes=11)
    await house.quiet()
    assert tells(details.text)


@ON_SQLITE
@pytest.mark.parametrize("way", ["menu", "topic", "privacy"])
async def test_details_stand_in_protected_messages_alone_wherever_they_were_asked_for(house: House, way: str) -> None:
    aye = await booked(house)
    await aye.says({"menu": "/menu", "topic": "how much is the health card", "privacy": "/privacy"}[way])
    if way != "menu":
        await aye.presses("me1")
    await aye.presses("mi1")
    await aye.taps("·")
    assert any(tells(message.text) for message in aye.messages)
    for message in aye.messages:
        if tells(message.text) or any("·" in str(button["text"]) for button in message.buttons):
            assert message.protect_content, message.text


@ON_SQLITE
async def test_every_message_about_a_visit_is_protected(house: House) -> None:
    aye = await booked(house)
    [code] = CODE.findall(aye.screen)
    await it_becomes(house, at(house, 0, "17:31"))
    await aye.says("/mine")
    await aye.says("/mydata")
    about = [message for message in aye.messages if code in message.text or message.file]
    assert len(about) >= 3
    assert all(message.protect_content for message in about)


@ON_SQLITE
async def test_menu_and_language_are_not_personal(house: House) -> None:
    aye = await house.person(7)
    for command in ("/menu", "/language", "/help", "/privacy"):
        await aye.says(command)
    await cleared(house)
    assert await covers(house) == []
