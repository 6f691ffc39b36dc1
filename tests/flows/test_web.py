"""How updates come in: webhook and long polling with the same promise, and what is seen from outside."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import func, select, text

from answers.ask import Finder
from bot.polling import ALLOWED
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from people.store import find_person
from simulator.server import Simulator
from storage.tables import Booking, Person, Quarantined
from tests.acts import ON_POSTGRESQL, ON_SQLITE, is_in, take, until
from tests.house import House
from tests.outage import away, slow

SECRET = "a-secret-of-more-than-32-letters-for-tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
KEEP = encode(KeepPlace(2, False, "", False))
EVERY_POST = {HEADER: SECRET, "Content-Type": "application/json"}


class Door:
    """The bot's web server as Telegram and an operator's tools see it."""

    def __init__(self, house: House, session: ClientSession) -> None:
        self.house, self.session = house, session
        self.url = f"http://127.0.0.1:{house.app.port}"
        self._number = 500_000_000

    async def post(self, body: Any, headers: dict[str, str] | None = None) -> int:
        """The status of one post; `body` as JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(
            f"{self.url}/telegram", data=BytesIO(raw), headers=EVERY_POST if headers is None else headers
        ) as answer:
            self.retry_after = answer.headers.get("Retry-After")
            return answer.status

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()

    def press(self, data: str, person: int = 7, number: int | None = None) -> dict[str, Any]:
        """An update in which a person presses a button."""
        self._number += 1
        chat = {"id": person, "type": "private", "first_name": "P"}
        who = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
        message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
        query = {"id": f"q{self._number}", "from": who, "chat_instance": "1", "message": message, "data": data}
        return {"update_id": number or self._number, "callback_query": query}


@pytest.fixture
async def door(database_url: str, simulator: Simulator, finder: Finder, house_settings: Any) -> AsyncIterator[Door]:
    """A bot that Telegram posts to."""
    settings = house_settings(webhook_url="http://127.0.0.1:1/telegram", webhook_secret=SecretStr(SECRET))
    async with House(settings, simulator, finder) as house, ClientSession() as session:
        opened = Door(house, session)
        await house.app.bot.set_webhook(f"{opened.url}/telegram", secret_token=SECRET, allowed_updates=ALLOWED)
        yield opened


async def people(house: House) -> int:
    async with house.app.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(Person)) or 0)


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
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.1)


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
        await asyncio.sleep(0.2)
        # On SQLite it is a writer who is in the way, and the menu waits for none.
        assert aye.world.updates_pending() == (1 if database_url.startswith("sqlite") else 2)
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
    for trace in (str(person), code, "village", f"P{person}"):
        assert trace not in figures


@ON_SQLITE
async def test_without_a_webhook_nothing_listens_for_posts(house: House) -> None:
    async with ClientSession() as session:
        assert await Door(house, session).post({"update_id": 1}) == 404


async def test_a_poll_confirms_only_what_was_committed(house: House, database_url: str) -> None:
    aye = house.someone(7)
    await aye.starts()
    async with slow(database_url):
        aye.world.press(7, "lg1.my", message_id=aye.messages[-1].message_id)
        await asyncio.sleep(0.3)
        assert aye.world.updates_pending() == 1
    await house.quiet()
    assert await people(house) == 1
    assert aye.world.updates_pending() == 0


@ON_POSTGRESQL
async def test_polling_goes_on_when_the_database_comes_back(house: House, database_url: str) -> None:
    aye = await house.person(7)
    async with away(database_url):
        aye.world.press(7, "lg1.my", message_id=aye.messages[-1].message_id)
        aye.world.say(7, "/help")
        await asyncio.sleep(0.3)
        assert aye.world.updates_pending() == 2
    await house.quiet()
    assert is_in("my", await aye.says("/menu"))


@ON_SQLITE
async def test_an_unreadable_update_does_not_end_polling(house: House) -> None:
    aye = await house.person(7)
    number = house.simulator.world.bot.updates.next_id
    unreadable: list[dict[str, Any]] = [{"message": {"message_id": 1}}, {"message": 5}, {"callback_query": {"id": "1"}}]
    for offset, content in enumerate(unreadable):
        house.simulator.world.inject({"update_id": number + offset, **content})
    house.simulator.world.bot.updates.next_id = number + 3
    assert "What you can do here" in await aye.says("/help")


async def test_a_poison_update_is_set_aside_after_three_tries_and_others_go_on(house: House) -> None:
    """A row that nobody can open any more, say after a lost key: whatever its person sends fails each time."""
    aye, min_ = await house.person(7), await house.person(8)
    async with house.app.database.writing() as session:
        found = await find_person(session, 7)
        assert found is not None
        statement = text("UPDATE people SET telegram_id = :junk WHERE id = :id")
        await session.execute(statement, {"junk": b"\x00junk", "id": found.id})
    aye.world.say(7, "/menu")
    aye.world.say(8, "/help")
    await until(lambda: "What you can do here" in min_.screen)
    await house.quiet()
    assert "Something went wrong on our side. Nothing was changed." in aye.screen
    assert aye.world.updates_pending() == 0
    async with house.app.database.reading() as session:
        assert [row.tries for row in await session.scalars(select(Quarantined))] == [3]
    assert "Something went wrong" in await aye.says("/menu")
    assert "What do you need?" in await min_.says("/menu")


async def test_a_poisoned_step_is_ended_by_any_command(house: House) -> None:
    nurse = await house.person(7)
    async with house.app.database.writing() as session:
        found = await find_person(session, 7)
        assert found is not None
        row = {"person": found.id, "junk": b"\x00junk", "until": (house.now + timedelta(hours=1)).replace(tzinfo=None)}
        columns = "person_id, step, draft, nonce, expires_at"
        values = ":person, 'alert-text', :junk, 1, :until"
        await session.execute(text(f"INSERT INTO dialogues ({columns}) VALUES ({values})"), row)
    assert "Something went wrong" in await nurse.says("hello")
    await nurse.says("/menu")
    assert "Hello. How can I help you?" in await nurse.says("hello")


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
async def test_polling_handles_ids_out_of_order_once_and_ids_that_begin_anew(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    number = world.bot.updates.next_id
    message = {"date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": False, "first_name": "P"}}
    before = len(aye.texts)
    for place in (5, 2, 4):
        body = message | {"message_id": 900 + place, "text": f"/help {place}"}
        world.inject({"update_id": number + place, "message": body})
    world.bot.updates.next_id = number + 6
    await house.quiet()
    assert len(aye.texts) == before + 3
    world.bot.updates.next_id = 1000
    assert "What do you need?" in await aye.says("/menu")


@ON_SQLITE
async def test_what_is_over_the_limit_is_confirmed_because_telegram_would_send_it_again(door: Door) -> None:
    await door.house.person(7)
    assert [await door.post(door.press("me1")) for _ in range(30)] == [200] * 30
    figures = (await door.get("/metrics"))[1]
    assert 'bot_updates_total{kind="press",outcome="limited"}' in figures
