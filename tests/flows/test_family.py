"""For whom a visit is, which interpreter is needed, and the name to call out."""

import pytest
from sqlalchemy import select, update

from handlers.press_codec import encode
from handlers.presses.booking import AskName, ChooseHow, KeepPlace
from handlers.presses.visits import TakeSlot
from scheduling.rules import Whom
from storage.tables import Booking, Slot
from tests.acts import ON_SQLITE, spoken
from tests.flows.booking_scene import slot_at
from tests.house import House, Someone


async def bookings(house: House) -> list[Booking]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Booking).order_by(Booking.changed_at, Booking.id)))


async def speaks(house: House, time: str, languages: str) -> int:
    """Say which interpreters are there at a time; the slot's number."""
    slot = await slot_at(house, time)
    async with house.app.database.writing() as session:
        await session.execute(update(Slot).where(Slot.id == slot.id).values(languages=languages))
    return slot.id


async def holding(aye: Someone, house: House, time: str = "09:30") -> str:
    return await aye.presses(encode(TakeSlot((await slot_at(house, time)).id)))


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_a_visit_for_the_family_with_a_name_to_call(house: House, language: str) -> None:
    await house.opens()
    aye = await house.person(7, language)
    await holding(aye, house)
    mine, family = (spoken(house, language, label) for label in ("For me", "For someone in my family"))
    assert {f"✓ {mine}", family} <= set(aye.labels)
    await aye.taps(family)
    assert {mine, f"✓ {family}"} <= set(aye.labels)
    await aye.taps("✏️")
    name = {"th": "น้องแก้ว", "my": "မမြင့်", "km": "សុខា"}[language]
    await aye.says(f"  {name}\n")
    assert any(name in label for label in aye.labels)
    await aye.taps(spoken(house, language, "✅ Keep it"))
    [booking] = await bookings(house)
    assert (booking.whom, booking.name, booking.interpreter) == (Whom.FAMILY, name, "")
    assert not any(name in text for text in aye.texts), "only the clinic sees it"


@ON_SQLITE
async def test_the_name_can_be_left_out_and_a_question_is_no_name(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await holding(aye, house)
    assert "it need not be the one on your papers" in await aye.taps("A name to call")
    await aye.says("Can I come without papers?")
    assert "Keep it" not in " ".join(aye.labels), "it was answered as a question"
    assert "This is long for a name" in await aye.says("x" * 41)
    await aye.taps("Without a name")
    await aye.taps("Keep it")
    assert [booking.name for booking in await bookings(house)] == [None]


@ON_SQLITE
async def test_danger_comes_before_the_name(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await holding(aye, house)
    await aye.taps("A name to call")
    await aye.says("my friend is not breathing")
    assert any("1669" in text for text in aye.texts)
    assert not any("not breathing" in label for label in aye.labels)


@ON_SQLITE
async def test_after_the_name_words_are_questions_again_and_a_lost_name_is_asked_for(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    slot = (await slot_at(house, "09:30")).id
    await holding(aye, house)
    await aye.taps("A name to call")
    await aye.says("Aye")
    await aye.says("vaccine")
    await aye.says("/help")
    assert "I do not have the name any more" in await aye.presses(encode(KeepPlace(slot, False, "", True)))
    assert await bookings(house) == []
    await aye.taps("Keep it")
    assert [booking.name for booking in await bookings(house)] == [None]
    await aye.presses(encode(KeepPlace(slot, False, "", True)))
    assert len(await bookings(house)) == 1, "a repeated tap shows the place"


@ON_SQLITE
async def test_an_interpreter_is_asked_for_only_where_it_matters(house: House) -> None:
    await house.opens()
    aye, dara = await house.person(7, "my"), await house.person(8, "km")
    question = {language: spoken(house, language, "Do you need an interpreter?") for language in ("my", "km", "th")}
    assert question["my"] not in await holding(aye, house), "nothing is known, and the service does not ask"
    slot = await speaks(house, "10:00", "my")
    assert question["my"] not in await aye.presses(encode(TakeSlot(slot))), "Burmese is spoken"
    assert question["km"] in await dara.presses(encode(TakeSlot(slot))), "Khmer is not"
    assert "✓ ខ្មែរ" in dara.labels, "one's own language is chosen already"
    assert "မြန်မာ" in dara.screen, "and who is there is said"
    noi = await house.person(9, "th")
    assert question["th"] not in await noi.presses(encode(TakeSlot(slot))), "Thai is spoken everywhere"
    await dara.taps(spoken(house, "km", "No interpreter"))
    await dara.taps("ខ្មែរ")
    await dara.taps(spoken(house, "km", "✅ Keep it"))
    assert [booking.interpreter for booking in await bookings(house)] == ["km"]


@ON_SQLITE
async def test_a_service_may_ask_for_the_language_always(house: House) -> None:
    await house.opens()
    services = house.app.house.clinics.services
    services["vaccination"] = services["vaccination"].model_copy(update={"interpreter": True})
    aye = await house.person(7, "en")
    assert "Do you need an interpreter?" in await holding(aye, house)
    await aye.taps("Keep it")
    assert [booking.interpreter for booking in await bookings(house)] == ["en"]


async def test_one_person_is_in_one_place_at_a_time_but_the_family_may_come_along(house: House) -> None:
    await house.opens()
    await house.opens(service="tb-symptom-check")
    await house.opens("bangkok")
    aye = await house.person(7)
    async with house.app.database.reading() as session:
        slots = {
            (slot.clinic_id, slot.service): slot.id
            for slot in await session.scalars(select(Slot).where(Slot.starts_at == (await slot_in(house)).starts_at))
        }
    here, check = slots["mae-sot", "vaccination"], slots["mae-sot", "tb-symptom-check"]
    await aye.presses(encode(KeepPlace(here, False, "", False)))
    clash = "You have another visit at that time"
    assert clash in await aye.presses(encode(KeepPlace(check, False, "", False)))
    assert clash in await aye.presses(encode(TakeSlot(slots["bangkok", "vaccination"])))
    assert clash in await aye.presses(encode(KeepPlace(slots["bangkok", "vaccination"], True, "", False)))
    assert "Your place is kept" in await aye.presses(encode(TakeSlot(here)))
    await aye.presses(encode(TakeSlot(check)))
    assert "✓ For someone in my family" in aye.labels
    assert "For me" not in aye.labels
    await aye.taps("Keep it")
    kept = {(booking.slot_id, booking.whom) for booking in await bookings(house)}
    assert kept == {(here, "self"), (check, "family")}


async def slot_in(house: House, clinic: str = "mae-sot") -> Slot:
    async with house.app.database.reading() as session:
        found = await session.scalars(select(Slot).where(Slot.clinic_id == clinic).order_by(Slot.starts_at))
        return next(iter(found))


async def test_the_same_time_for_oneself_and_for_the_family_takes_two_places(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    slot = (await slot_at(house, "09:30")).id
    await aye.presses(encode(KeepPlace(slot, False, "", False)))
    await aye.presses(encode(TakeSlot(slot)))
    await aye.taps("The same time for someone in my family")
    await aye.taps("Keep it")
    assert sorted(booking.whom for booking in await bookings(house)) == ["family", "self"]
    assert ((await slot_at(house, "09:30")).taken, (await slot_at(house, "09:30")).held) == (2, 0)


@ON_SQLITE
async def test_a_language_that_nobody_can_ask_for_is_outdated(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    slot = (await slot_at(house, "09:30")).id
    for forged in (ChooseHow(slot, False, "xx"), AskName(slot, False, "xx"), KeepPlace(slot, False, "th", False)):
        await aye.presses(encode(forged))
    assert await bookings(house) == []
