"""`/readyz` and `/metrics`: what is red when, and that a process which was not ready becomes ready by itself."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot import measuring, readiness
from bot.version import VERSION
from storage.tables import Alert, Quarantined, Wipe
from tests.acts import ON_SQLITE, until
from tests.house import House, called
from tests.outage import away

WELL = {"database": True, "schema": True, "keys": True, "telegram": True}


async def asked(house: House) -> tuple[int, dict[str, bool]]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{house.app.port}/readyz") as answer:
        return answer.status, await answer.json()


async def figures(house: House) -> dict[str, float]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{house.app.port}/metrics") as answer:
        lines = [line for line in (await answer.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_every_part_is_named_and_shown_among_the_figures(house: House) -> None:
    assert await asked(house) == (200, WELL)
    shown = await figures(house)
    assert {name: shown[f'bot_ready{{part="{name}"}}'] for name in WELL} == dict.fromkeys(WELL, 1.0)
    assert shown[f'bot_build_info{{version="{VERSION}"}}'] == 1
    assert shown["process_resident_memory_bytes"] > 10_000_000


async def test_a_database_that_is_away_or_hangs_is_told_within_seconds(
    house: House, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "LONGEST", 0.5)
    async with away(database_url):
        async with asyncio.timeout(4):
            status, parts = await asked(house)
        assert (status, parts["database"], parts["telegram"]) == (503, False, True)
        assert (await figures(house))['bot_ready{part="database"}'] == 0
    async with asyncio.timeout(10):
        while (await asked(house))[0] != 200:  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.1)


@ON_SQLITE
async def test_telegram_away_is_red_until_it_answers_even_when_nobody_writes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "ASK_AGAIN", 0.2)
    aye = await house.person(7)
    house.simulator.faults.add("reset", "sendMessage")
    house.simulator.faults.add("reset", "getMe")
    aye.world.say(7, "/menu")
    await until(lambda: not house.app.out.fine)
    assert await asked(house) == (503, WELL | {"telegram": False})
    house.simulator.faults.clear()
    await asyncio.sleep(0.3)
    assert await asked(house) == (200, WELL)


@ON_SQLITE
async def test_a_person_who_blocked_the_bot_makes_nothing_red(house: House) -> None:
    aye = await house.person(7)
    house.simulator.faults.add("403", "sendMessage", count=1)
    await aye.says("/menu")
    assert await asked(house) == (200, WELL)


async def test_what_is_under_way_and_what_was_set_aside_is_measured(house: House) -> None:
    late = house.now - timedelta(minutes=20)
    held = house.now + timedelta(days=1)
    async with house.app.database.writing() as session:
        session.add(Alert(state="held", created_at=house.now))
        session.add(Wipe(telegram_id="7", message_ids="[1]", due_at=late, expires_at=held, lease_until=held))
        session.add(Quarantined(update_id=1, tries=3, last_tried_at=house.now))
        session.add(Quarantined(update_id=2, tries=1, last_tried_at=house.now))
    shown = await figures(house)
    assert (shown['bot_alerts_live{state="held"}'], shown['bot_alerts_live{state="approved"}']) == (1, 0)
    assert (shown["bot_wipes_waiting"], shown["bot_updates_set_aside"]) == (1, 1)
    assert shown["bot_wipes_oldest_seconds"] >= 1200


@ON_SQLITE
async def test_what_an_alarm_counts_is_there_from_the_start(house: House) -> None:
    shown = await figures(house)
    assert shown['bot_owed_settled_total{kind="alert",lane="2",outcome="unknown"}'] == 0
    assert shown['bot_updates_total{kind="text",outcome="failed"}'] == 0


@ON_SQLITE
async def test_what_telegram_still_holds_for_a_webhook_is_measured(house: House) -> None:
    await house.app.bot.set_webhook("http://127.0.0.1:1/telegram", secret_token="x" * 32)
    house.simulator.world.person(7, name=called(7))
    for _ in range(3):
        house.simulator.world.say(7, "/menu")
    looking = measuring.Measuring(house.app.database, house.app.bot, house.app.metrics, house.app.now, webhook=True)
    await looking.run()
    assert (await figures(house))["bot_webhook_pending"] == 3
    await house.app.bot.delete_webhook()
    await house.quiet()
