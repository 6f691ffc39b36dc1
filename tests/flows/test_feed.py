"""The clinic's calendar for other programs: a secret address, how full each time is, and nothing of anybody."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession
from icalendar import Calendar
from sqlalchemy import select

from answers.ask import Finder
from bot.clinic_feed import MOST, MOST_OF_ONE
from bot.settings import Settings
from handlers.press_codec import encode
from handlers.presses.ticket import MakeFeed, StopFeed
from people.authority import Role
from simulator.server import Simulator
from storage import audit
from storage.tables import AuditEntry, Feed
from tests.acts import ON_SQLITE, at, it_becomes, spoken, take
from tests.house import House, Someone, called

WEB = "https://bot.example.org"
ADDRESS = re.compile(rf"{WEB}(/calendar/[0-9a-f]{{32}}\.ics)\?lang=(\w\w)")
REFUSED = "only some clinic staff or operators"


@pytest.fixture
async def house(database_url: str, simulator: Simulator, finder: Finder, house_settings: Any) -> AsyncIterator[House]:
    """A bot whose web server has a public address."""
    async with House(house_settings(web_url=WEB), simulator, finder) as opened:
        yield opened


@pytest.fixture
async def web(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(f"http://127.0.0.1:{house.app.port}") as session:
        yield session


async def lead_of(house: House, clinic: str = "mae-sot", language: str = "en", telegram_id: int = 600) -> Someone:
    lead = await house.staff(telegram_id, Role.LEAD, clinic, language)
    await lead.has_pin()
    return lead


async def address_of(lead: Someone) -> str:
    """Make a new address; its path."""
    await lead.says("/feed")
    await lead.taps("Make a new address")
    found = ADDRESS.search(lead.screen)
    assert found, lead.screen
    return found[1]


async def calendar(web: ClientSession, path: str) -> tuple[ClientResponse, Calendar]:
    async with web.get(path) as answer:
        assert answer.status == 200
        read = Calendar.from_ical(await answer.read())
        assert isinstance(read, Calendar)
        return answer, read


async def test_the_calendar_tells_how_full_each_time_is_and_nothing_else(house: House, web: ClientSession) -> None:
    lead, times = await lead_of(house), await house.opens(capacity=4)
    await house.opens(service="tb-symptom-check", capacity=1)
    path = await address_of(lead)
    codes = [await take(await house.person(7 + n), times[1]) for n in range(3)]
    codes.append(await take(await house.person(20), times[1], service="tb-symptom-check"))
    answer, read = await calendar(web, path)
    assert answer.content_type == "text/calendar"
    [event] = read.walk("VEVENT")
    assert event["SUMMARY"] == "Booked 4 of 5"
    assert event.decoded("DTSTART") == times[1]
    assert event.decoded("DTEND") == times[1] + timedelta(minutes=30)
    text = read.to_ical().decode()
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"}
    for word in (*codes, "Vaccination", "Cough", "tb-", called(7)):
        assert word not in text


async def test_a_new_address_ends_the_old_one_and_it_can_be_ended(house: House, web: ClientSession) -> None:
    lead = await lead_of(house)
    await house.opens()
    first = await address_of(lead)
    second = await address_of(lead)
    assert first != second
    assert "A new address ends the old one." in await lead.says("/feed mae-sot")
    async with web.get(first) as gone, web.get(second) as stands:
        assert (gone.status, stands.status) == (404, 200)
    assert "has ended" in await lead.taps("End the address")
    async with web.get(second) as gone:
        assert gone.status == 404
    async with house.app.database.reading() as session:
        assert list(await session.scalars(select(Feed))) == []


@ON_SQLITE
async def test_only_a_hash_of_the_address_is_kept_and_the_log_tells_who_made_it_and_that_it_was_read(
    house: House, web: ClientSession
) -> None:
    lead = await lead_of(house)
    path = await address_of(lead)
    token = path.split("/")[-1].removesuffix(".ics")
    assert len(bytes.fromhex(token)) * 8 == 128
    for _ in range(3):
        await calendar(web, path)
    async with house.app.database.reading() as session:
        [feed] = list(await session.scalars(select(Feed)))
        entries = [
            entry.action for entry in await session.scalars(select(AuditEntry).where(AuditEntry.chain == "mae-sot"))
        ]
    assert token.encode() not in feed.token_hash
    assert bytes.fromhex(token) not in feed.token_hash
    assert [each for each in entries if each.startswith("feed")] == ["feed-made", "feed-read"]
    assert audit.MAIN != "mae-sot"


async def test_only_a_lead_of_the_clinic_can_make_one(house: House) -> None:
    aye, nurse = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot")
    other, operator = await lead_of(house, "bangkok", telegram_id=601), await house.staff(502, Role.OPERATOR)
    for one in (aye, nurse, operator):
        assert REFUSED in await one.says("/feed")
    for one in (aye, nurse, operator, other):
        for press in (MakeFeed("mae-sot"), StopFeed("mae-sot")):
            assert REFUSED in await one.presses(encode(press))
    async with house.app.database.reading() as session:
        assert list(await session.scalars(select(Feed))) == []


@ON_SQLITE
async def test_the_pin_comes_first_and_then_what_was_asked_for(house: House) -> None:
    lead = await house.staff(600, Role.LEAD, "mae-sot")
    await lead.says("/feed")
    await lead.chooses_pin()
    assert "There is no address yet." in lead.screen
    house.advance(minutes=11)
    await lead.taps("Make a new address")
    assert not ADDRESS.search(lead.screen)
    await lead.enters_pin()
    assert ADDRESS.search(lead.screen)


@ON_SQLITE
async def test_an_unknown_malformed_or_ended_secret_gets_one_and_the_same_answer(
    house: House, web: ClientSession
) -> None:
    lead = await lead_of(house)
    ended = await address_of(lead)
    await lead.taps("End the address")
    said = set()
    unknown = [f"/calendar/{secret}.ics" for secret in ("0" * 32, "x", "%00%ff", "' OR 1=1", "a" * 5000)]
    for path in (ended, *unknown):
        async with web.get(path) as answer:
            headers = {name: value for name, value in answer.headers.items() if name != "Date"}
            said.add((answer.status, await answer.text(), str(sorted(headers.items()))))
    assert len(said) == 1
    assert next(iter(said))[0] == 404
    for method in ("POST", "PUT", "DELETE"):
        async with web.request(method, ended) as answer:
            assert answer.status == 405


@ON_SQLITE
async def test_a_program_that_asks_again_is_told_that_nothing_changed_until_it_has(
    house: House, web: ClientSession
) -> None:
    lead, times = await lead_of(house), await house.opens()
    path = await address_of(lead)
    answer, _ = await calendar(web, path)
    assert "private" in answer.headers["Cache-Control"]
    known = {"If-None-Match": answer.headers["ETag"]}
    house.advance(minutes=20)
    async with web.get(path, headers=known) as same:
        assert same.status == 304
    await take(await house.person(7), times[1])
    async with web.get(path, headers=known) as changed:
        assert changed.status == 200


@ON_SQLITE
async def test_asking_too_often_is_refused_for_a_minute(house: House, web: ClientSession) -> None:
    path = await address_of(await lead_of(house))
    seen = []
    for _ in range(MOST_OF_ONE + 1):
        async with web.get(path) as answer:
            seen.append(answer.status)
    assert seen == [200] * MOST_OF_ONE + [429]
    for _ in range(MOST):
        async with web.get("/calendar/" + "0" * 32 + ".ics") as answer:
            seen.append(answer.status)
    assert seen[-1] == 429
    assert answer.headers["Retry-After"] == "60"
    house.advance(minutes=1)
    async with web.get(path) as answer:
        assert answer.status == 200


@ON_SQLITE
async def test_the_calendar_speaks_the_leads_language_and_leaves_out_yesterday(
    house: House, web: ClientSession
) -> None:
    lead, times = await lead_of(house, language="th"), await house.opens()
    await lead.presses(encode(MakeFeed("mae-sot")))
    found = ADDRESS.search(lead.screen)
    assert found
    assert found[2] == "th"
    await take(await house.person(7), times[1])
    _, read = await calendar(web, f"{found[1]}?lang=th")
    [event] = read.walk("VEVENT")
    assert event["SUMMARY"] == spoken(house, "th", "Booked {taken} of {capacity}", taken=1, capacity=2)
    await it_becomes(house, at(house, 2, "00:30"))
    _, read = await calendar(web, found[1])
    assert read.walk("VEVENT") == []


@ON_SQLITE
async def test_without_a_public_address_the_lead_is_told_so(
    simulator: Simulator, finder: Finder, house_settings: Any
) -> None:
    async with House(house_settings(), simulator, finder) as alone:
        assert "no public web address" in await (await lead_of(alone)).says("/feed")


def test_the_public_address_is_the_webhooks_unless_it_is_set() -> None:
    hook = "https://bot.example.org:8443/telegram/x?y=1"
    assert Settings(webhook_url=hook, _env_file=None).public_url() == "https://bot.example.org:8443"
    assert Settings(webhook_url=hook, web_url=WEB + "/in", _env_file=None).public_url() == WEB + "/in"
    assert Settings(_env_file=None).public_url() == ""
