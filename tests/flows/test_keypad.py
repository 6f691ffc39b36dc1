"""The keypad: a PIN is tapped on keys that change places, and nothing on the way gives a digit away."""

import itertools
import json
import re

import pytest
from sqlalchemy import select

from people.authority import Role
from storage.tables import Dialogue
from tests.acts import ON_SQLITE, is_in
from tests.flows.keypad import KEY, WRONG, acts, at_the_keypad, dots, keys, operator, press
from tests.house import PIN, House


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
async def test_the_keypad_speaks_the_persons_language_and_its_digits_are_the_same_everywhere(house: House) -> None:
    one = await house.staff(700, Role.OPERATOR, language="my")
    await one.says("/pin")
    assert is_in("my", one.screen)
    assert set(keys(one)) == set("0123456789")
