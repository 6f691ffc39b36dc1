"""Whom an alert reaches: languages, provinces, a clinic's area, topics that were turned off, and danger to life."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alerts import audience, rules, store
from handlers.press_codec import encode
from handlers.presses.alerting import (
    AlertAround,
    ChooseAlertTopic,
    ChooseLifeSafety,
    FlipAlertLanguage,
    FlipAlertProvince,
)
from locales.provinces import PROVINCES, province_name
from people.authority import Role
from people.store import find_person
from storage.tables import Alert, Booking, Mute, Owed, Person, Slot
from tests.acts import ON_SQLITE, spoken, take
from tests.flows.alerting import NAMES, figures, operators, reader, received, sends, window_passes, writes
from tests.house import House, Someone


async def chooses(house: House, one: Someone, *, province: str = "", muted: str = "") -> None:
    """The person wants alerts for a province, and none about a topic."""
    async with house.app.database.writing() as session:
        person = await find_person(session, one.id)
        assert person
        person.alert_province = province
        if muted:
            session.add(Mute(person_id=person.id, topic=muted))


async def approved(author: Someone, approver: Someone) -> None:
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")


@pytest.mark.parametrize("language", ["th", "my", "km"])
async def test_the_count_follows_every_choice_of_languages_and_places(house: House, language: str) -> None:
    author = await house.staff(700, Role.OPERATOR, language=language)
    for number, (reads, province) in enumerate([("my", "63"), ("my", "10"), ("km", ""), ("th", "63")]):
        one = await reader(house, 10 + number, reads)
        await chooses(house, one, province=province)
    say = house.app.house.catalogues.say(language).label

    def reach(people: int) -> str:
        return spoken(house, language, "It would go to {people:person|people} now.", people=people)

    await author.says("/alert")
    assert reach(4) in author.screen
    await author.taps(say("👥 For whom"))
    assert reach(3) in await author.taps(NAMES["km"])
    assert reach(2) in await author.taps(NAMES["th"])
    assert reach(3) in await author.taps(NAMES["th"])
    assert reach(4) in await author.taps(NAMES["km"])
    await author.taps(say("Provinces"))
    assert reach(3) in await author.taps(province_name("63", language)), (
        "those of Tak, and whoever wants alerts from everywhere"
    )
    assert reach(4) in await author.taps(province_name("10", language))
    await author.taps(say("✅ Done"))
    assert reach(4) in await author.taps(say("Everywhere"))


async def test_it_reaches_readers_of_the_chosen_language_and_province_and_nobody_else(house: House) -> None:
    author, approver = await operators(house)
    tak, bangkok, everywhere, khmer = [
        await reader(house, 10 + number, language) for number, language in enumerate(("my", "my", "my", "km"))
    ]
    await chooses(house, tak, province="63")
    await chooses(house, bangkok, province="10")
    await chooses(house, khmer, province="63")
    await writes(author, "my")
    for press in (FlipAlertLanguage(1, "th"), FlipAlertLanguage(1, "km"), FlipAlertLanguage(1, "en")):
        await author.presses(encode(press))
    await author.presses(encode(FlipAlertProvince(1, "63", 0)))
    await author.says("/alert")
    assert "For people in: Tak" in author.screen
    assert f"Only for readers of: {NAMES['my']}" in author.screen
    assert "It would go to 2 people now" in author.screen
    await author.taps("Ask for approval")
    assert "For people in: Tak" in approver.screen
    await approver.taps("Approve and send")
    await window_passes(house)
    assert [len(received(one)) for one in (tak, bangkok, everywhere, khmer)] == [1, 0, 1, 0]


async def test_around_a_clinic_are_people_of_its_province_and_people_with_a_visit_there(house: House) -> None:
    author, approver = await operators(house)
    booked, elsewhere, tak, everywhere = [await reader(house, 10 + number, "en") for number in range(4)]
    times = await house.opens()
    await house.opens("bangkok")
    await take(booked, times[0])
    await take(elsewhere, times[0], clinic="bangkok")
    await chooses(house, tak, province="63")
    await writes(author, "en")
    await author.taps("For whom")
    screen = await author.taps("Around IOM clinic Mae Sot")
    assert "For people around: IOM clinic Mae Sot" in screen
    assert "It would go to 2 people now" in screen
    await author.taps("Back to the alert")
    await approved(author, approver)
    await window_passes(house)
    assert [len(received(one)) for one in (booked, elsewhere, tak, everywhere)] == [1, 0, 1, 0]


@ON_SQLITE
async def test_a_cancelled_visit_or_one_long_ago_is_no_reason_to_be_told(house: House) -> None:
    author, _ = await operators(house)
    cancels, long_ago = await reader(house, 10, "en"), await reader(house, 11, "en")
    times = await house.opens()
    code = await take(cancels, times[0])
    await take(long_ago, times[1])
    async with house.app.database.writing() as session:
        await session.execute(update(Booking).where(Booking.code == code).values(status="cancelled"))
        slot = (await session.scalars(select(Slot).where(Slot.starts_at == times[1]))).one()
        slot.starts_at -= timedelta(days=40)
    await author.says("/alert")
    await author.taps("For whom")
    assert "It would go to 0 people now" in await author.taps("Around IOM clinic Mae Sot")
    assert "It would go to 2 people now" in await author.taps("Around IOM clinic Mae Sot"), "pressed again: everywhere"


async def test_whoever_turned_the_topic_off_is_not_told_unless_lives_depend_on_it(house: House) -> None:
    author, approver = await operators(house)
    aye, min_, off = await reader(house, 7, "en"), await reader(house, 8, "en"), await reader(house, 9, "en")
    await chooses(house, aye, muted="flood")
    await chooses(house, min_, muted="heat")
    await off.says("/alerts_off")
    await writes(author, "en")
    await author.presses(encode(ChooseAlertTopic(1, "flood")))
    assert "It would go to 1 person now" in author.screen
    await approved(author, approver)
    await window_passes(house)
    assert [len(received(one)) for one in (aye, min_, off)] == [0, 1, 0]

    for one in (author, approver):
        await one.has_pin()
    await writes(author, "en")
    await author.presses(encode(ChooseAlertTopic(2, "flood")))
    screen = await author.presses(encode(ChooseLifeSafety(2, True)))
    assert "Danger to life: yes" in screen
    assert "It would go to 2 people now" in screen
    await approved(author, approver)
    await window_passes(house)
    assert [len(received(one)) for one in (aye, min_, off)] == [1, 2, 0]


@ON_SQLITE
async def test_whoever_turns_the_topic_off_while_it_counts_down_is_counted_as_such(house: House) -> None:
    author, approver = await operators(house)
    aye, _ = await reader(house, 7, "en"), await reader(house, 8, "en")
    await sends(house, author, approver, "en")
    await chooses(house, aye, muted=rules.NO_TOPIC)
    await window_passes(house)
    assert received(aye) == []
    assert figures(await approver.taps("Refresh"), "All") == {"sent": 1, "turned alerts off": 1}


@ON_SQLITE
async def test_who_cannot_be_reached_is_counted_but_said_beforehand(house: House) -> None:
    author, _ = await operators(house)
    aye = await reader(house, 7, "en")
    await reader(house, 8, "en")
    house.simulator.world.block(aye.id)
    await house.quiet()
    assert "It would go to 2 people now; 1 of them cannot be reached" in await author.says("/alert")


@ON_SQLITE
async def test_an_audience_without_anybody_says_what_to_do(house: House) -> None:
    author, _ = await operators(house)
    await chooses(house, await reader(house, 7, "en"), province="10")
    await writes(author, "en")
    await author.presses(encode(FlipAlertProvince(1, "63", 0)))
    await author.says("/alert")
    assert "Nobody is in this audience. Please choose more languages or places" in await author.taps("Ask for approval")


@ON_SQLITE
async def test_every_province_is_found_on_some_page_and_buttons_of_nothing_known_do_nothing(house: House) -> None:
    author, _ = await operators(house)
    await author.says("/alert")
    await author.taps("For whom")
    await author.taps("Provinces")
    seen = set(author.labels)
    while "▶" in author.labels:
        await author.taps("▶")
        seen |= set(author.labels)
    assert {one.name["en"] for one in PROVINCES.values()} <= seen
    assert "out of date" in await author.presses(encode(FlipAlertProvince(1, "99", 0)))
    assert "out of date" in await author.presses(encode(FlipAlertLanguage(1, "xx")))
    assert "out of date" in await author.presses(encode(AlertAround(1, "nowhere")))
    assert "out of date" in await author.presses(encode(ChooseAlertTopic(1, "dragons")))


def _listeners(many: int, today: date) -> list[dict[str, Any]]:
    """Rows of people who want alerts."""
    return [
        {
            "telegram_id": str(number),
            "telegram_key": number.to_bytes(32, "big"),
            "language": "en",
            "wants_alerts": True,
            "last_seen": today,
        }
        for number in range(many)
    ]


async def test_a_large_audience_is_tried_on_a_few_and_other_few_each_time(house: House) -> None:
    """Only rows: nobody is sent anything here."""
    many, now = 600, house.now
    async with house.app.database.writing() as session:
        people = [one | {"reachable": number % 10 > 0} for number, one in enumerate(_listeners(many, now.date()))]
        await session.execute(insert(Person), people)
    tried = []
    for _ in range(2):
        async with house.app.database.writing() as session:
            alert = await store.begin(session, (await session.scalars(select(Person.id).limit(1))).one(), "heat", now)
            owed = await audience.owe(
                session, alert, now, people=many, due_at=now + timedelta(days=1), expires_at=now + timedelta(days=2)
            )
            assert (owed, alert.audience_size, alert.canary_size, alert.canary) == (many, many, 20, "out")
            rows = list(await session.scalars(select(Owed).where(Owed.subject_id == alert.id)))
            states = {state: sum(row.state == state for row in rows) for state in ("pending", "waiting", "unreachable")}
            assert states == {"pending": 20, "waiting": 520, "unreachable": 60}
            assert {row.key for row in rows} == {f"alert:{alert.id}:{row.person_id}" for row in rows}
            tried.append({row.person_id for row in rows if row.state == "pending"})
            alert.state = "stopped"
    assert tried[0].isdisjoint(tried[1])


async def test_an_alert_about_danger_to_life_goes_to_a_large_audience_at_once(house: House) -> None:
    now = house.now
    async with house.app.database.writing() as session:
        await session.execute(insert(Person), _listeners(500, now.date()))
        alert = Alert(state="approved", life_safety=True, created_at=now)
        session.add(alert)
        await session.flush()
        times = {"due_at": now + timedelta(days=1), "expires_at": now + timedelta(days=2)}
        await audience.owe(session, alert, now, people=500, **times)
        rows = list(await session.scalars(select(Owed)))
        assert {(row.kind, row.state) for row in rows} == {("life-safety", "pending")}
        assert (alert.canary_size, alert.canary) == (0, "")
        alert.state = "stopped"
