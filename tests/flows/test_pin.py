"""The PIN: chosen twice, tapped on keys that change places, never typed, and asked for before what could hurt."""

import itertools
import json
import re

import pytest
from sqlalchemy import delete, select

from bot.incoming import Incoming
from people.authority import Role
from people.store import find_person
from storage import audit
from storage.tables import Dialogue, Grant, Owed, Pin
from tests.acts import ON_SQLITE, is_in
from tests.house import PIN, House, Someone

KEY = re.compile(r"pk1\.([0-9])\.([0-9a-z]+)")
WRONG = "602144"


async def operator(house: House, telegram_id: int = 700) -> Someone:
    """Somebody with a PIN that was given long ago."""
    one = await house.staff(telegram_id, Role.OPERATOR)
    await one.has_pin()
    house.advance(minutes=11)
    return one


async def at_the_keypad(house: House, one: Someone) -> Someone:
    """A draft waits for approval, and the keypad for digits."""
    reader = await house.person(7)
    await reader.says("/alerts_on")
    await one.says("/alert")
    await one.taps("English")
    await one.says("Boil your water.")
    assert "Please tap your PIN" in await one.taps("Ask for approval")
    return reader


def keys(one: Someone) -> dict[str, str]:
    """What each digit of the keypad on the screen carries."""
    buttons = {str(each["text"]): str(each["callback_data"]) for each in one.messages[-1].buttons}
    return {label: data for label, data in buttons.items() if label.isdigit()}


def dots(screen: str) -> str:
    return re.sub("[^●○]", "", screen)


async def acts(house: House) -> list[str]:
    async with house.app.database.reading() as session:
        return [entry.action for entry in reversed(await audit.latest(session, 50))]


async def test_a_pin_is_chosen_twice_below_the_welcome_and_asked_for_by_what_needs_it(house: House) -> None:
    one = await house.staff(700, Role.OPERATOR)
    assert "choose a PIN of 6 digits" in await one.taps("Choose a PIN")
    assert "the same PIN once more" in await one.enters_pin()
    assert "Your PIN is set" in await one.enters_pin()
    assert "Choose a PIN" not in " ".join(one.labels)


async def test_after_the_right_pin_what_was_tapped_goes_on_by_itself_and_the_next_needs_no_pin(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    assert "there is no other operator" in await one.enters_pin()
    await one.taps("Take it back")
    await one.says("/alert")
    assert "there is no other operator" in await one.taps("Ask for approval")
    house.advance(minutes=10)
    await one.says("/alerts")
    await one.taps("Alert 1")
    await one.taps("Take it back")
    await one.says("/alert")
    assert "Please tap your PIN" in await one.taps("Ask for approval")


@ON_SQLITE
async def test_a_command_goes_on_with_its_words(house: House) -> None:
    nurse, _ = await house.staff(500, Role.STAFF, "mae-sot"), await house.staff(501, Role.STAFF, "mae-sot")
    assert "choose a PIN of 6 digits" in await nurse.says("/export week")
    assert "I have asked 1 colleagues" in await nurse.chooses_pin()
    assert " to\n" in nurse.screen


@ON_SQLITE
async def test_what_goes_on_may_be_refused_and_the_pin_stays_given(house: House) -> None:
    one = await operator(house)
    await one.says("/alert")
    await one.taps("English")
    await one.says("Boil your water.")
    await one.taps("Ask for approval")
    assert "Nobody has turned alerts on yet" in await one.enters_pin()
    await (await house.person(7)).says("/alerts_on")
    await one.taps("Ask for approval")
    assert any("there is no other operator" in text for text in one.texts)


@ON_SQLITE
async def test_each_tap_shows_a_dot_and_never_a_digit_and_the_last_one_can_be_deleted(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    assert dots(one.screen) == "○○○○○○"
    assert dots(await one.taps("6")) == "●○○○○○"
    assert dots(await one.taps("0")) == "●●○○○○"
    assert dots(await one.taps("Delete")) == "●○○○○○"
    assert dots(await one.taps("Delete")) == dots(await one.taps("Delete")) == "○○○○○○"
    assert not re.search("[0-9]", one.screen)
    assert "there is no other operator" in await one.enters_pin()


@ON_SQLITE
async def test_stop_leaves_the_keypad_and_nothing_is_done(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    pad = keys(one)
    assert "Nothing was done" in await one.taps("Stop")
    assert "out of date" in await one.presses(pad["6"])
    assert "propose" not in await acts(house)


@ON_SQLITE
async def test_any_command_ends_the_keypad(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    pad = keys(one)
    await one.says("/menu")
    assert "out of date" in await one.presses(pad["6"])


@ON_SQLITE
async def test_a_key_carries_a_place_and_the_keys_change_places_with_each_entry(house: House) -> None:
    one = await house.staff(700, Role.OPERATOR)
    seen, orders = set(), set()
    for _ in range(8):
        await one.says("/pin")
        pad = keys(one)
        found = [KEY.fullmatch(pad[digit]) for digit in "0123456789"]
        assert all(found)
        places = "".join(each[1] for each in found if each)
        assert sorted(places) == list("0123456789")
        orders.add(places)
        seen |= {each[2] for each in found if each}
    assert len(seen) == 8
    assert len(orders) > 1


@ON_SQLITE
async def test_the_digits_stand_in_the_sealed_draft_alone(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    for digit in PIN[:5]:
        await one.taps(digit)
    assert house.app.database.is_sqlite
    async with house.app.database.reading() as session:
        dialogue = (await session.scalars(select(Dialogue).where(Dialogue.step == "pin"))).one()
        raw = (await session.connection()).exec_driver_sql
        [(sealed,)] = (await raw("SELECT draft FROM dialogues WHERE step = 'pin'")).all()
    assert json.loads(dialogue.draft)["entered"] == PIN[:5]
    assert PIN[:5].encode() not in bytes(sealed)
    await one.taps(PIN[5])
    async with house.app.database.reading() as session:
        assert PIN not in "".join([draft async for draft in await session.stream_scalars(select(Dialogue.draft))])


@ON_SQLITE
async def test_a_key_of_an_older_layout_is_no_digit(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    old = keys(one)
    await one.enters_pin(WRONG)
    assert "Tries left: 4" in one.screen
    for digit in PIN:
        assert "in a new order now" in await one.presses(old[digit])
        assert dots(one.screen) == "○○○○○○"
        house.advance(seconds=11)
    assert "there is no other operator" in await one.enters_pin()


@ON_SQLITE
async def test_a_key_that_does_not_exist_is_no_digit(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    nonce = KEY.fullmatch(keys(one)["6"])
    assert nonce
    for place in ("a", "zz", "1y2p0ij32e8e7"):
        assert dots(await one.presses(f"pk1.{place}.{nonce[2]}")) == "○○○○○○"
    assert dots(await one.presses(f"pk1.3.{nonce[2][:-1]}")) == "○○○○○○"


async def test_a_tap_that_is_delivered_twice_counts_once(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    pad, decide, given = keys(one), house.app.dispatcher.unit.decide, itertools.count(10**6)
    for digit in PIN:
        incoming = press(one, next(given), pad[digit])
        first, second = await decide(incoming), await decide(incoming)
        assert first
        assert second
        assert first.text == second.text
    assert first
    assert "there is no other operator" in first.text
    assert (await acts(house)).count("propose") == 1


def press(one: Someone, update_id: int, data: str) -> Incoming:
    return Incoming(update_id, "press", one.id, data, callback_id="c", message_id=one.messages[-1].message_id)


@ON_SQLITE
async def test_somebody_elses_keys_are_nobodys(house: House) -> None:
    one, other = await operator(house), await operator(house, 701)
    await at_the_keypad(house, one)
    await other.says("/pin")
    theirs = keys(other)
    for digit in PIN[:3]:
        assert dots(await one.presses(theirs[digit])) == "○○○○○○"
    aye = await house.person(8)
    assert "only some clinic staff or operators" in await aye.presses(theirs["6"])
    assert "only some clinic staff or operators" in await aye.says("/pin")


@pytest.mark.parametrize("typed", [PIN, "602 143", "๖๐๒๑๔๓", "60214", "6021433"])
@ON_SQLITE
async def test_a_pin_that_is_typed_is_removed_from_the_chat_and_counts_as_nothing(house: House, typed: str) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    assert "Please use the buttons" in await one.says(typed)
    said = [message for message in one.world.chat(one.id).messages if message.text == typed]
    assert [message.deleted for message in said] == [True]
    assert dots(one.screen) == "○○○○○○"
    assert "there is no other operator" in await one.enters_pin()


@ON_SQLITE
async def test_a_question_is_answered_while_the_keypad_waits_and_the_keypad_goes_on(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    await one.taps("6")
    pad = keys(one)
    assert "dengue" in (await one.says("dengue")).lower()
    assert "1669" in await one.says("my friend is not breathing")
    shown = len(one.messages)
    assert dots(await one.presses(pad["0"])) == "●●○○○○"
    assert len(one.messages) == shown


@ON_SQLITE
@pytest.mark.parametrize("weak", ["111111", "123456", "987654", "121212", "123123"])
async def test_a_weak_pin_is_refused_and_the_choice_begins_anew(house: House, weak: str) -> None:
    one = await house.staff(700, Role.OPERATOR)
    await one.says("/pin")
    assert "easy to guess" in await one.enters_pin(weak)
    assert "Your PIN is set" in await one.chooses_pin()


@ON_SQLITE
async def test_two_different_pins_are_no_choice(house: House) -> None:
    one = await house.staff(700, Role.OPERATOR)
    await one.says("/pin")
    await one.enters_pin()
    assert "not the same" in await one.enters_pin(WRONG)
    assert "once more" in await one.enters_pin(WRONG)
    assert "Your PIN is set" in await one.enters_pin(WRONG)


@ON_SQLITE
async def test_a_pin_is_changed_with_the_old_one_only(house: House) -> None:
    one = await operator(house)
    assert "the PIN you have now" in await one.says("/pin")
    assert "Tries left: 4" in await one.enters_pin(WRONG)
    assert "choose a PIN" in await one.enters_pin()
    assert "Your PIN is set" in await one.chooses_pin(WRONG)
    house.advance(minutes=11)
    await at_the_keypad(house, one)
    assert "Tries left: 4" in await one.enters_pin()
    assert "there is no other operator" in await one.enters_pin(WRONG)


async def test_a_stolen_phone_without_the_pin_sends_no_alert_and_no_list_and_the_log_shows_the_guesses(
    house: House,
) -> None:
    one, second = await operator(house), await operator(house, 701)
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    await nurse.has_pin()
    await house.opens()
    reader = await at_the_keypad(house, one)
    for guess, left in zip(("111111", "000000", "123456", "602134"), (4, 3, 2, 1), strict=True):
        assert f"Tries left: {left}" in await one.enters_pin(guess)
    assert "try again in 15 minutes" in await one.enters_pin("602144")
    for way in ("/pin", "/alert"):
        await one.says(way)
    assert "try again in 15 minutes" in await one.taps("Ask for approval")
    house.advance(minutes=14)
    assert "try again in" in await one.says("/pin")
    assert "only some clinic staff" in await one.says("/export mae-sot")
    house.advance(minutes=11)
    assert "choose a PIN" not in await nurse.says("/export week")
    assert "Please tap your PIN" in nurse.screen
    assert [text for text in second.texts if "waits for your approval" in text] == []
    assert [text for text in reader.texts if text.startswith("📢")] == []
    assert (await acts(house)).count("pin-locked") == 1
    assert "propose" not in await acts(house)
    async with house.app.database.reading() as session:
        assert [owed.kind for owed in await session.scalars(select(Owed)) if owed.kind.startswith("export")] == []


@ON_SQLITE
async def test_after_the_lock_the_right_pin_opens(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    for _ in range(5):
        await one.enters_pin(WRONG)
    house.advance(minutes=15)
    await one.says("/alert")
    await one.taps("Ask for approval")
    assert "there is no other operator" in await one.enters_pin()


async def test_whoever_is_revoked_at_the_keypad_gets_no_further(house: House) -> None:
    one = await operator(house)
    await at_the_keypad(house, one)
    for digit in PIN[:5]:
        await one.taps(digit)
    async with house.app.database.writing() as session:
        person = await find_person(session, one.id)
        assert person
        await session.execute(delete(Grant).where(Grant.person_id == person.id))
    assert "only some clinic staff or operators" in await one.taps(PIN[5])
    assert "propose" not in await acts(house)


@ON_SQLITE
async def test_an_erased_person_leaves_no_pin(house: House) -> None:
    one = await operator(house)
    async with house.app.database.writing() as session:
        person = await find_person(session, one.id)
        assert person
        await session.delete(person)
    async with house.app.database.reading() as session:
        assert list(await session.scalars(select(Pin))) == []


@ON_SQLITE
async def test_the_keypad_speaks_the_persons_language_and_its_digits_are_the_same_everywhere(house: House) -> None:
    one = await house.staff(700, Role.OPERATOR, language="my")
    await one.says("/pin")
    assert is_in("my", one.screen)
    assert set(keys(one)) == set("0123456789")
