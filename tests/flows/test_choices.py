"""Choices: what people are written to about, each by itself, and the way back on everything that comes by itself."""

import pytest
from sqlalchemy import select

from alerts.rules import NEWS
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.alerting import ChooseAlertTopic, ChooseLifeSafety
from handlers.screens.alert_names import TOPIC_NAMES
from locales.languages import LANGUAGES
from locales.provinces import PROVINCES
from people.authority import Role
from people.store import find_person
from storage.tables import Mute, Owed, Person
from tests.acts import ON_SQLITE, at, is_in, it_becomes, spoken, take
from tests.flows.alerting import operators, reader, received, sends, window_passes, writes
from tests.house import House, Someone

OTHERS = [language for language in LANGUAGES if language != "en"]


async def chosen(house: House, one: Someone) -> Person:
    """The person, as the database has them."""
    async with house.app.database.reading() as session:
        person = await find_person(session, one.id)
        assert person
        return person


async def muted(house: House) -> set[str]:
    async with house.app.database.reading() as session:
        return set(await session.scalars(select(Mute.topic)))


async def reminder_states(house: House) -> list[str]:
    async with house.app.database.reading() as session:
        wanted = select(Owed.state).where(Owed.kind == Kind.REMINDER).order_by(Owed.due_at, Owed.id)
        return list(await session.scalars(wanted))


async def test_each_switch_stands_alone_and_turns_back(house: House) -> None:
    aye = await house.person(7)
    assert "What I send you" in await aye.says("/choices")
    assert "⏰ Reminders of my visits: on" in aye.labels
    await aye.taps("Health alerts: off")
    await aye.taps("News: off")
    person = await chosen(house, aye)
    assert (person.wants_visits, person.wants_alerts, person.wants_news) == (True, True, True)
    await aye.taps("Health alerts: on")
    person = await chosen(house, aye)
    assert (person.wants_visits, person.wants_alerts, person.wants_news) == (True, False, True)
    await aye.taps("Reminders of my visits: on")
    await aye.taps("Yes, stop reminders")
    await aye.taps("Health alerts: off")
    person = await chosen(house, aye)
    assert (person.wants_visits, person.wants_alerts, person.wants_news) == (False, True, True)
    assert "Reminders are on" in await aye.taps("Reminders of my visits: off")


@ON_SQLITE
@pytest.mark.parametrize("language", OTHERS)
async def test_the_screen_and_every_way_on_it_speak_the_readers_language(house: House, language: str) -> None:
    aye = await house.person(7, language)
    say = house.app.house.catalogues.say(language)
    assert is_in(language, await aye.says("/choices"))
    assert is_in(language, await aye.taps("🔕"))
    for label in ("🏷 Topics of the alerts", "📍 Province of the alerts", "⏰ Reminders of my visits: on"):
        assert is_in(language, await aye.taps(say.label(label)))
        assert all(is_in(language, each) for each in aye.labels if each not in ("◀",))
        await aye.says("/choices")


@ON_SQLITE
async def test_alerts_and_news_ask_for_consent_first_and_reminders_do_not(house: House) -> None:
    aye = await house.person(7, agreed=False)
    await aye.says("/choices")
    assert "Is that all right?" in await aye.taps("News: off")
    assert not (await chosen(house, aye)).wants_news
    assert "News is on" in await aye.taps("Yes, I agree")
    assert (await chosen(house, aye)).wants_news
    assert not (await chosen(house, aye)).wants_alerts


@ON_SQLITE
async def test_taking_the_agreement_back_ends_alerts_and_news(house: House) -> None:
    aye = await house.person(7)
    await aye.says("/alerts_on")
    await aye.taps("News: off")
    await aye.says("/privacy")
    await aye.taps("Take back my agreement")
    await aye.taps("Yes, take it back")
    person = await chosen(house, aye)
    assert (person.wants_alerts, person.wants_news, person.wants_visits) == (False, False, True)


async def test_a_topic_is_turned_off_and_on_again_by_itself(house: House) -> None:
    aye = await house.person(7)
    await aye.says("/alerts_on")
    await aye.taps("Topics of the alerts")
    await aye.taps(TOPIC_NAMES["smoke"])
    await aye.taps(TOPIC_NAMES["flood"])
    assert await muted(house) == {"smoke", "flood"}
    assert f"🔕 {TOPIC_NAMES['smoke']}" in aye.labels
    await aye.taps(TOPIC_NAMES["smoke"])
    assert await muted(house) == {"flood"}
    overview = await aye.taps("Back")
    assert f"No alerts about: {TOPIC_NAMES['flood']}" in overview
    assert (await chosen(house, aye)).wants_alerts


@ON_SQLITE
async def test_below_an_alert_one_chooses_what_exactly_stops_and_can_turn_it_on_again_right_there(house: House) -> None:
    aye = await house.person(7)
    await aye.says("/alerts_on")
    asked = await aye.presses("sa1.flood")
    assert f"That alert was about: {TOPIC_NAMES['flood']}" in asked
    off = await aye.taps("Only alerts about this")
    assert "Other alerts and messages about your visits come" in off
    assert await muted(house) == {"flood"}
    await aye.taps("Turn on again")
    assert await muted(house) == set()
    await aye.presses("sa1.flood")
    await aye.taps("No, change nothing")
    assert (await chosen(house, aye)).wants_alerts
    await aye.presses("sa1.flood")
    off = await aye.taps("All health alerts")
    assert "Messages about your visits still come" in off
    assert not (await chosen(house, aye)).wants_alerts
    await aye.taps("Health alerts: off")
    assert (await chosen(house, aye)).wants_alerts


@ON_SQLITE
async def test_a_delivered_alert_carries_its_way_back_and_stays_where_it_is(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    await window_passes(house)
    [told] = received(aye)
    await aye.taps("Stop such alerts")
    await aye.taps("Only alerts about this")
    assert received(aye) == [told]
    assert await muted(house) == {"other"}


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_news_goes_to_whoever_turned_news_on_and_stops_by_itself(house: House, language: str) -> None:
    author, approver = await operators(house)
    aye, min_ = await reader(house, 7, language), await reader(house, 8, language)
    say = house.app.house.catalogues.say(language).label
    await aye.says("/choices")
    await aye.taps(say("📰 News: off"))
    await aye.says("/alerts_off")
    await writes(author, language)
    await author.presses(encode(ChooseLifeSafety(1, True)))
    assert "It would go to 1 person now" in await author.presses(encode(ChooseAlertTopic(1, NEWS)))
    assert "Danger to life: yes" not in author.screen
    assert not any("Danger to life" in label for label in author.labels)
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")
    await window_passes(house)
    assert received(min_) == [], "alerts are on, news is off"
    [told] = [text for text in aye.texts if spoken(house, language, "📰 <b>Health news</b>") in text]
    assert spoken(house, language, "To stop news: /choices") in told
    await aye.taps(say("🔕 Stop news"))
    assert spoken(house, language, "<b>Stop news?</b>") in aye.screen
    await aye.taps(say("Yes, stop news"))
    person = await chosen(house, aye)
    assert (person.wants_news, person.wants_alerts) == (False, False)
    assert told in aye.texts


@ON_SQLITE
async def test_an_alert_without_a_topic_offers_all_or_nothing(house: House) -> None:
    aye = await house.person(7)
    await aye.says("/alerts_on")
    await aye.presses("sa1.")
    assert not any("Only" in label for label in aye.labels)
    assert "out of date" in await aye.presses("mu1.nothing.1.1")
    assert await muted(house) == set()


@ON_SQLITE
@pytest.mark.parametrize(("language", "near", "far"), [("my", "63", "22"), ("km", "22", "85"), ("th", "63", "84")])
async def test_the_short_list_of_provinces_has_the_clinics_and_the_readers_border(
    house: House, language: str, near: str, far: str
) -> None:
    aye = await house.person(7, language)
    await aye.presses("jv1.0")
    assert PROVINCES["10"].name[language] in aye.labels
    assert PROVINCES[near].name[language] in aye.labels
    assert PROVINCES[far].name[language] not in aye.labels


async def test_a_province_is_chosen_from_any_page_and_everywhere_again(house: House) -> None:
    aye = await house.person(7)
    await aye.says("/alerts_on")
    await aye.taps("Province of the alerts")
    await aye.taps("More provinces")
    seen = set(aye.labels)
    while any(label.endswith("▶") for label in aye.labels):
        await aye.taps(next(label for label in aye.labels if label.endswith("▶")))
        seen |= set(aye.labels)
    assert {one.name["en"] for one in PROVINCES.values()} <= seen
    assert "for Yasothon" in await aye.taps("Yasothon")
    assert (await chosen(house, aye)).alert_province == "35"
    await aye.taps("Province of the alerts")
    assert "all of Thailand" in await aye.taps("All of Thailand")
    assert (await chosen(house, aye)).alert_province == ""


@ON_SQLITE
async def test_a_province_or_a_page_that_is_none_changes_nothing(house: House) -> None:
    aye = await house.person(7)
    assert "out of date" in await aye.presses("jc1.99")
    assert "For which province" in await aye.presses("jv1.zz")
    assert (await chosen(house, aye)).alert_province == ""


async def test_without_reminders_none_come_nobody_is_called_and_receipts_still_do(house: House) -> None:
    aye, nurse, times = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    await aye.says("/choices")
    lost = await aye.taps("Reminders of my visits: on")
    assert "I will not write to you before a visit any more" in lost
    assert "If the clinic closes or moves a visit, I still tell you" in lost
    await aye.taps("Yes, stop reminders")
    code = await take(aye, times[1])
    assert code in aye.screen
    await it_becomes(house, at(house, 0, "17:31"))
    await it_becomes(house, at(house, 1, "07:01"))
    assert not [text for text in aye.texts if text.startswith("Reminder")]
    assert await reminder_states(house) == ["dropped", "dropped"]
    assert "Messages do not reach" not in await nurse.says("/today")
    nobody = len(nurse.texts)
    await it_becomes(house, at(house, 0, "18:01"))
    assert len(nurse.texts) == nobody


@ON_SQLITE
@pytest.mark.parametrize("language", OTHERS)
async def test_a_reminder_carries_its_way_back_and_the_next_one_comes_when_it_is_taken_back(
    house: House, language: str
) -> None:
    aye, times = await house.person(7, language), await house.opens()
    await take(aye, times[1])
    await it_becomes(house, at(house, 0, "17:31"))
    reminder = aye.messages[-1]
    await aye.taps(spoken(house, language, "🔕 Stop reminders"))
    assert aye.messages[-2].message_id == reminder.message_id
    await aye.taps(spoken(house, language, "Yes, stop reminders"))
    assert spoken(house, language, "⏰ Reminders of my visits: off") in aye.labels
    await aye.taps(spoken(house, language, "⏰ Reminders of my visits: off"))
    await it_becomes(house, at(house, 1, "07:01"))
    assert await reminder_states(house) == ["sent", "sent"]


@ON_SQLITE
async def test_without_reminders_a_visit_that_the_clinic_closes_is_still_told(house: House) -> None:
    aye, nurse, times = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot"), await house.opens()
    await take(aye, times[1])
    await aye.presses("sw1.visits.0")
    await nurse.says("/close mae-sot tomorrow 09:00-12:00")
    await nurse.taps("✅")
    assert "The clinic must close" in aye.screen
