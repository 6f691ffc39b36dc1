"""The PIN: chosen twice, asked for before what could hurt, changed with the old one; a stolen phone lacks it."""

import pytest
from sqlalchemy import delete, select

from people.authority import Role
from people.store import find_person
from storage.tables import Grant, Owed, Pin
from tests.acts import ON_SQLITE
from tests.flows.keypad import WRONG, acts, at_the_keypad, operator
from tests.house import PIN, House


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
    assert "I have asked 1 colleague." in await nurse.chooses_pin()
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
