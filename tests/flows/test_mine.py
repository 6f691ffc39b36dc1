"""My visits on their day: late, here; and those that are over."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.press_codec import encode
from handlers.presses.visits import ImHere, Late, ShowPast
from locales.formats import span
from locales.languages import LANGUAGES
from people.authority import Role
from scheduling.retention import KEEP_NAMES
from storage.tables import Booking
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

MIGRANTS = [language for language in LANGUAGES if language != "en"]


async def visit_of(house: House, code: str) -> Booking:
    async with house.app.database.reading() as session:
        return (await session.scalars(select(Booking).where(Booking.code == code))).one()


async def looks_at(one: Someone, code: str) -> str:
    """Open the visit from the list."""
    await one.says("/mine")
    return await one.taps(code)


@pytest.mark.parametrize("language", MIGRANTS)
@ON_SQLITE
async def test_whoever_is_late_says_so_and_the_desk_sees_it(house: House, language: str) -> None:
    aye, times = await house.person(7, language), await house.opens()
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    code = await take(aye, times[1])
    late = spoken(house, language, "⏰ Running late")
    await looks_at(aye, code)
    assert late not in aye.labels, "a day before is no time to be late"
    await it_becomes(house, at(house, 1, "09:10"))
    before = len(nurse.texts)
    await looks_at(aye, code)
    await aye.taps(late)
    assert spoken(house, language, "How late will you be for {time}?", time="09:30") in aye.screen
    noted = await aye.taps(spoken(house, language, "{count:minute|minutes}", count=20))
    assert "20" in noted
    assert is_in(language, noted)
    assert len(nurse.texts) == before, "the desk looks, it is not called"
    assert f"09:30 {code} · Vaccination" in await nurse.says("/today")
    assert "20 min late" in nurse.screen
    assert (await visit_of(house, code)).confirmed_at, "whoever is late is coming"


@pytest.mark.parametrize("language", MIGRANTS)
async def test_whoever_is_here_gets_a_number_once(house: House, language: str) -> None:
    aye, min_, times = await house.person(7, language), await house.person(8), await house.opens()
    code, other = await take(aye, times[1]), await take(min_, times[1])
    here = spoken(house, language, "📍 I am here")
    await it_becomes(house, at(house, 1, "07:25"))
    await looks_at(aye, code)
    assert here not in aye.labels
    booking = await visit_of(house, code)
    early = await aye.presses(encode(ImHere(booking.id)))
    hours = span(timedelta(hours=2), language)
    told = "It is too early for this button. It works from {span} before your visit."
    assert spoken(house, language, told, span=hours) in early
    await it_becomes(house, at(house, 0, "07:35"))
    await looks_at(min_, other)
    assert "Your number is 1" in await min_.taps("I am here")
    assert "Nobody is waiting before you" in min_.screen
    await looks_at(aye, code)
    number = spoken(house, language, "📍 <b>Welcome. Your number is {number}.</b>", number=2)
    before = spoken(house, language, "People who came before you: {count}", count=1)
    for _ in range(2):
        shown = await aye.presses(encode(ImHere(booking.id)))
        assert number in shown
        assert before in shown


@ON_SQLITE
async def test_a_visit_that_has_begun_is_still_there_and_one_that_is_over_is_not(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    code = await take(aye, times[1])
    booking = await visit_of(house, code)
    await it_becomes(house, at(house, 1, "09:35"))
    await looks_at(aye, code)
    assert "📍 I am here" in aye.labels
    await it_becomes(house, times[1] + timedelta(hours=9))
    assert "You have no visits to come" in await aye.says("/mine")
    for press in (ImHere(booking.id), Late(booking.id, 10)):
        assert "not there any more" in await aye.presses(encode(press))


@pytest.mark.parametrize("language", MIGRANTS)
@ON_SQLITE
async def test_visits_that_are_over_are_listed_for_thirty_days_and_told_after_a_tap(
    house: House, language: str
) -> None:
    aye, min_, times = await house.person(7, language), await house.person(8), await house.opens()
    code = await take(aye, times[1])
    booking = await visit_of(house, code)
    empty = spoken(house, language, "You had no visit in the last 30 days.")
    await aye.says("/mine")
    assert empty in await aye.taps(spoken(house, language, "Earlier visits"))
    await it_becomes(house, times[1] + timedelta(hours=9))
    await aye.says("/mine")
    listed = await aye.taps(spoken(house, language, "Earlier visits"))
    service = house.app.house.clinics.services["vaccination"].name[language]
    assert service not in listed
    shown = await aye.taps(code)
    assert service in shown
    assert spoken(house, language, "This visit is over.") in shown
    assert "not there any more" in await min_.presses(encode(ShowPast(booking.id)))
    await it_becomes(house, times[1] + timedelta(days=29))
    await aye.says("/mine")
    await aye.taps(spoken(house, language, "Earlier visits"))
    assert [label for label in aye.labels if code in label]
    await it_becomes(house, times[1] + timedelta(days=31))
    await aye.says("/mine")
    assert empty in await aye.taps(spoken(house, language, "Earlier visits"))


async def test_the_name_to_call_is_erased_a_day_after_the_visit(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    code = await take(aye, times[1])
    async with house.app.database.writing() as session:
        named = update(Booking).values(name="Aye")
        await session.execute(named, execution_options={"synchronize_session": False})
    nurse = await house.staff(500, Role.STAFF, "mae-sot")
    assert "Aye" not in await nurse.says("/today tomorrow")
    await nurse.taps("Names to call out")
    assert "Aye" not in nurse.screen
    assert "Aye" in await nurse.taps(code)
    await it_becomes(house, times[1] + KEEP_NAMES - timedelta(minutes=1))
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert (await visit_of(house, code)).name == "Aye"
    await it_becomes(house, times[1] + KEEP_NAMES + timedelta(minutes=1))
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert (await visit_of(house, code)).name is None
    assert (await visit_of(house, code)).code == code
