"""Blocked means out of reach, and nothing else: whoever is back finds the old choices, and hears what was missed."""

import pytest

from locales.languages import LANGUAGES
from people.authority import Role
from people.rules import CONSENT_VERSION
from people.store import find_person
from storage.tables import Person
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.house import House, Someone

MISSED = "While I could not reach you"


async def known(house: House, one: Someone) -> Person:
    async with house.app.database.reading() as session:
        person = await find_person(session, one.id)
        assert person
        return person


def told(one: Someone) -> list[str]:
    return [text for text in one.texts if text.startswith(MISSED)]


async def chooses(one: Someone) -> None:
    """Alerts for Tak, none about smoke, and news."""
    await one.says("/alerts_on")
    await one.presses("jc1.63")
    await one.presses("mu1.smoke.1.1")
    await one.presses("sw1.news.1")


async def test_whoever_blocks_and_comes_back_finds_the_old_choices_and_is_told_nothing(house: House) -> None:
    aye = await house.person(7)
    await chooses(aye)
    house.simulator.world.block(7)
    await house.quiet()
    away = await known(house, aye)
    assert (away.reachable, away.wants_alerts, away.wants_news, away.consent_version) == (
        False,
        True,
        True,
        CONSENT_VERSION,
    )
    before = len(aye.texts)
    house.simulator.world.unblock(7)
    await house.quiet()
    assert len(aye.texts) == before
    back = await known(house, aye)
    assert (back.reachable, back.wants_alerts, back.wants_news, back.alert_province) == (True, True, True, "63")
    assert back.consent_version == CONSENT_VERSION
    overview = await aye.says("/choices")
    assert "Alerts for: Tak" in overview
    assert "No alerts about: Smoke" in overview
    assert told(aye) == []


async def test_whoever_missed_a_reminder_hears_so_once_in_one_discreet_line(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[1])
    house.simulator.world.block(7)
    await it_becomes(house, at(house, 0, "17:31"))
    house.simulator.world.unblock(7)
    await house.quiet()
    assert told(aye) == [f"{MISSED}, these did not arrive: reminders: 1."]
    assert "🗓 My visits" in aye.labels
    await aye.says("/menu")
    house.simulator.world.block(7)
    await house.quiet()
    await aye.starts()
    assert len(told(aye)) == 1


@ON_SQLITE
async def test_somebody_found_out_of_reach_by_the_sender_hears_it_after_the_answer_to_their_first_message(
    house: House,
) -> None:
    aye, nurse, times = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    await take(aye, times[1])
    house.simulator.world.people[7].deactivated = True
    await it_becomes(house, at(house, 0, "17:31"))
    await nurse.says("/close mae-sot tomorrow 09:00-12:00")
    await nurse.taps("✅")
    assert not (await known(house, aye)).reachable
    house.simulator.world.people[7].deactivated = False
    await aye.says("/menu")
    assert "What do you need?" in aye.texts[-2]
    assert aye.screen == f"{MISSED}, these did not arrive: reminders: 1, changes by the clinic: 1."
    assert not any(word in aye.screen for word in ("Mae Sot", "Vaccination", "09:30"))


@ON_SQLITE
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
async def test_the_line_speaks_the_readers_language(house: House, language: str) -> None:
    aye, times = await house.person(7, language), await house.opens()
    await take(aye, times[1])
    house.simulator.world.block(7)
    await it_becomes(house, at(house, 0, "17:31"))
    house.simulator.world.unblock(7)
    await house.quiet()
    assert is_in(language, aye.screen)
    assert spoken(house, language, "🗓 My visits") in aye.labels


@ON_SQLITE
async def test_an_alert_that_was_missed_is_not_told(house: House) -> None:
    aye = await house.person(7)
    await chooses(aye)
    house.simulator.world.block(7)
    await house.quiet()
    await aye.starts()
    assert told(aye) == []


@ON_SQLITE
async def test_staff_who_were_away_hear_it_also_when_the_pin_comes_first(house: House) -> None:
    nurse, times = await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    await nurse.presses("ag1.book")
    await nurse.has_pin()
    await take(nurse, times[1])
    house.simulator.world.people[500].deactivated = True
    await it_becomes(house, at(house, 0, "17:31"))
    house.simulator.world.people[500].deactivated = False
    await nurse.says("/export mae-sot tomorrow")
    assert len(told(nurse)) == 1
