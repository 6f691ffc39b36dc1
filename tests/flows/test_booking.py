"""Booking a visit, and what can be done with it afterwards."""

from tests.house import House, Someone


async def _book(aye: Someone) -> str:
    await aye.says("/book")
    await aye.taps("Mae Sot")
    await aye.taps("Vaccination")
    await aye.taps("left")
    return await aye.taps("09:30")


async def test_a_visit_is_kept_with_a_code_in_five_taps(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await _book(aye)
    kept = next(text for text in aye.texts if "Your place is kept" in text)
    assert "09:30" in kept
    assert "Your code" in kept


async def test_the_first_visit_asks_for_consent_once(house: House) -> None:
    await house.opens()
    aye = await house.person(7, agreed=False)
    assert "Before we go on" in await aye.says("/book")
    assert "Which clinic" in await aye.taps("Yes, I agree")
    assert "Which clinic" in await aye.says("/book")


async def test_the_ticket_on_a_shared_phone_names_no_clinic_and_no_service(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await _book(aye)
    ticket = aye.screen
    assert "Tomorrow at 09:30" in ticket
    assert "Mae Sot" not in ticket
    assert "Vaccination" not in ticket
    assert "Vaccination" in await aye.taps("Show details")


async def test_a_visit_moves_and_keeps_its_code(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await _book(aye)
    await aye.says("/mine")
    await aye.taps("·")
    await aye.taps("Move")
    await aye.taps("left")
    await aye.taps("11:00")
    assert any("Your visit has moved" in text for text in aye.texts)
    assert "Tomorrow at 11:00" in aye.screen
    await aye.says("/mine")
    assert [label for label in aye.labels if "11:00" in label]
    assert not [label for label in aye.labels if "09:30" in label]


async def test_a_cancelled_visit_frees_its_place(house: House) -> None:
    await house.opens(capacity=1)
    aye, min_ = await house.person(7), await house.person(8)
    await _book(aye)
    await aye.taps("Cancel")
    assert "cancelled" in await aye.taps("Yes, cancel it")
    await _book(min_)
    assert any("Your place is kept" in text for text in min_.texts)


async def test_a_double_tap_takes_one_place(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await _book(aye)
    slot = "bt1.2"
    await aye.presses(slot)
    await aye.presses(slot)
    await aye.says("/mine")
    assert len([label for label in aye.labels if "·" in label]) == 1


async def test_the_last_place_goes_to_one_and_the_other_gets_other_times(house: House) -> None:
    await house.opens(capacity=1)
    aye, min_ = await house.person(7), await house.person(8)
    await _book(aye)
    refused = await min_.presses("bt1.2")
    assert "Someone has just taken the last place" in refused
    assert len([label for label in min_.labels if ":" in label]) == 3
