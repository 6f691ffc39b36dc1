"""Updates that come by webhook: what is taken, when it is confirmed, and what is seen of the bot from outside."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import select

from answers.ask import Finder
from bot.polling import ALLOWED
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from people.store import find_person
from simulator.server import Simulator
from storage.tables import Booking
from tests.acts import ON_SQLITE, is_in, take, until
from tests.flows.door import EVERY_POST, HEADER, SECRET, Door, people
from tests.house import House, called
from tests.outage import away, slow

KEEP = encode(KeepPlace(2, False, "", False))


@pytest.fixture
async def door(database_url: str, simulator: Simulator, finder: Finder, house_settings: Any) -> AsyncIterator[Door]:
    """A bot that Telegram posts to."""
    settings = house_settings(webhook_url="http://127.0.0.1:1/telegram", webhook_secret=SecretStr(SECRET))
    async with House(settings, simulator, finder) as house, ClientSession() as session:
        opened = Door(house, session)
        await house.app.bot.set_webhook(f"{opened.url}/telegram", secret_token=SECRET, allowed_updates=ALLOWED)
        yield opened


async def test_a_visit_can_be_booked_by_webhook(door: Door) -> None:
    times = await door.house.opens()
    aye = await door.house.person(7)
    await take(aye, times[1])
    assert "Tomorrow at 09:30" in aye.screen


@ON_SQLITE
async def test_a_forged_post_is_refused_without_effect(door: Door) -> None:
    assert await door.post(door.press("lg1.my"), {"Content-Type": "application/json"}) == 403
    for guess in (SECRET[:-1], SECRET + "x", "", "ความลับ-รหัสลับ", SECRET.upper()):
        assert await door.post(door.press("lg1.my"), EVERY_POST | {HEADER: guess}) == 403, guess
    assert await people(door.house) == 0


@ON_SQLITE
async def test_only_json_of_at_most_a_mebibyte_is_taken(door: Door) -> None:
    assert await door.post(door.press("lg1.my"), EVERY_POST | {"Content-Type": "text/plain"}) == 415
    assert await door.post(b'"' + b"x" * 1024 * 1024 + b'"') == 413
    assert await people(door.house) == 0
    assert await door.post(b'"' + b"x" * (1024 * 1024 - 2) + b'"') == 200


HOSTILE: list[bytes] = [
    b"",
    b"null",
    b"5",
    b"[]",
    b"{}",
    b'"update"',
    b"{",
    b"\xff\xfe\x00",
    b'{"update_id": "seven"}',
    b'{"update_id": 1e999, "message": {}}',
    b'{"update_id": 1, "message": 5}',
    b'{"update_id": 1, "message": {"message_id": 1}}',
    b'{"update_id": 1, "message": {"message_id": 1, "date": "x", "chat": {"id": 7, "type": "private"}}}',
    b'{"update_id": 1, "callback_query": {"id": "1"}}',
    b'{"update_id": 1, "callback_query": null, "message": null}',
    b"[" * 100_000,
    b'{"update_id": 1, "message": ' + b'{"reply_to_message": ' * 5_000 + b"{}" + b"}" * 5_001,
    b'{"update_id": ' + b"9" * 5_000 + b"}",
]


@ON_SQLITE
async def test_malformed_and_hugely_nested_updates_are_confirmed_without_effect(door: Door) -> None:
    for body in HOSTILE:
        assert await door.post(body) == 200, body[:60]
    assert await people(door.house) == 0
    aye = await door.house.person(7)
    assert "What you can do here" in await aye.says("/help")


async def test_a_post_is_confirmed_only_after_the_commit(door: Door, database_url: str) -> None:
    async with slow(database_url):
        posted = asyncio.create_task(door.post(door.press("lg1.my")))
        await asyncio.sleep(0.3)
        assert not posted.done()
    assert await posted == 200
    async with door.house.app.database.reading() as session:
        found = await find_person(session, 7)
    assert found is not None
    assert found.language == "my"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite waits 0.1 seconds for another process, not five: tests are in a hurry."""
    monkeypatch.setattr("storage.engines.BUSY_SECONDS", 0.1)


@pytest.mark.usefixtures("impatient")
async def test_while_the_database_is_away_telegram_is_asked_to_come_again(door: Door, database_url: str) -> None:
    aye = await door.house.person(7)
    async with away(database_url):
        assert await door.post(door.press("lg1.my", person=8)) == 503
        assert door.retry_after == "2"
        assert (await door.get("/healthz"))[0] == 200
        status, parts = await door.get("/readyz")
        assert (status, json.loads(parts)["database"]) == (503, False)
        aye.world.say(7, "/menu")
        aye.world.press(7, "lg1.km", message_id=aye.messages[-1].message_id)
        # On SQLite it is a writer who is in the way, and the menu waits for none.
        kept = 1 if database_url.startswith("sqlite") else 2
        await until(lambda: aye.world.updates_pending() == kept)
        await asyncio.sleep(0.2)
        assert aye.world.updates_pending() == kept
    await door.house.quiet()
    assert is_in("km", await aye.says("/menu"))
    assert await door.post(door.press("lg1.my", person=8)) == 200
    assert (await door.get("/readyz"))[0] == 200


@ON_SQLITE
async def test_it_can_be_seen_from_outside_that_the_bot_is_well(door: Door) -> None:
    aye, times = await door.house.person(7), await door.house.opens()
    await take(aye, times[1])
    await aye.says("dengue")
    await aye.says("my friend is not breathing")
    assert await door.get("/healthz") == (200, "ok")
    status, parts = await door.get("/readyz")
    assert (status, set(json.loads(parts).values())) == (200, {True})
    status, figures = await door.get("/metrics")
    assert 'bot_owed_waiting{lane="1"} 0.0' in figures
    assert 'bot_owed_oldest_seconds{lane="2"} 0.0' in figures
    assert status == 200
    for line in (
        'bot_updates_total{kind="press",outcome="done"}',
        'bot_updates_total{kind="text",outcome="danger"}',
        'bot_answers_total{language="en",outcome="answer"}',
        'bot_bookings_total{result="kept"}',
        'bot_owed_settled_total{kind="receipt",lane="1",outcome="sent"}',
        "bot_reminder_lateness_seconds_count",
        "bot_handling_seconds_bucket",
    ):
        assert line in figures, line


@ON_SQLITE
async def test_no_figure_names_a_person(door: Door) -> None:
    person = 7_123_456_789
    aye, times = await door.house.person(person), await door.house.opens()
    code = await take(aye, times[1])
    await aye.says("dengue in my village")
    figures = (await door.get("/metrics"))[1]
    for trace in (str(person), code, "village", called(person)):
        assert trace not in figures


@ON_SQLITE
async def test_without_a_webhook_nothing_listens_for_posts(house: House) -> None:
    async with ClientSession() as session:
        assert await Door(house, session).post({"update_id": 1}) == 404


async def test_an_update_delivered_again_has_its_effect_once(door: Door) -> None:
    times = await door.house.opens(capacity=5)
    aye = await door.house.person(7)
    taken = door.press(KEEP)
    assert [await door.post(taken) for _ in range(3)] == [200, 200, 200]
    await door.house.quiet()
    async with door.house.app.database.reading() as session:
        bookings = list(await session.scalars(select(Booking)))
    assert len(bookings) == 1
    assert len([one for one in aye.texts if "Tomorrow at 09:30" in one]) == 1
    assert times


async def test_updates_at_once_and_out_of_order_are_each_handled(door: Door) -> None:
    await door.house.opens(capacity=5)
    await door.house.person(7)
    many = [door.press(KEEP), door.press(KEEP), door.press("lg1.km"), door.press(KEEP)]
    numbered = [update | {"update_id": 900 - place} for place, update in enumerate(many)]
    assert await asyncio.gather(*(door.post(update) for update in numbered)) == [200] * 4
    async with door.house.app.database.reading() as session:
        assert len(list(await session.scalars(select(Booking)))) == 1
        found = await find_person(session, 7)
    assert found is not None
    assert found.language == "km"


@ON_SQLITE
async def test_what_is_over_the_limit_is_confirmed_because_telegram_would_send_it_again(door: Door) -> None:
    await door.house.person(7)
    assert [await door.post(door.press("me1")) for _ in range(30)] == [200] * 30
    figures = (await door.get("/metrics"))[1]
    assert 'bot_updates_total{kind="press",outcome="limited"}' in figures
