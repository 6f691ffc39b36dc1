"""A Telegram in real time, the real bot as a process, and a scene to play in."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from answers.ask import Finder
from bot.app import App
from bot.polling import ALLOWED
from simulator.delivery import Patience
from simulator.pace import Pace
from simulator.server import Simulator
from storage.database import Database
from tests.conftest import RING, TOKEN, settings_for
from tests.faults.model.play import Model, models
from tests.faults.process import BotProcess, free_port
from tests.faults.scene import Scene
from tests.house import House

SECRET = "s" * 40


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    """A Telegram in real time that limits no rate."""
    running = Simulator(pace=Pace.unlimited(), patience=Patience(first=0.05, longest=0.2), page=False)
    running.world.register(TOKEN)
    async with running:
        yield running
    assert list(running.world.refused) == [], "the bot sent something malformed"


@pytest.fixture
def scene(database: Database, telegram: Simulator) -> Scene:
    """The database and the people of this test."""
    return Scene(database, telegram.world)


Launcher = Callable[..., BotProcess]


@pytest.fixture
async def bot(
    database_url: str,
    telegram: Simulator,
    finder: Finder,
    tmp_path: Path,
    search_cache: Path,
) -> AsyncIterator[Launcher]:
    """Makes bots on this test's database and Telegram, by long polling or by webhook."""
    made: list[BotProcess] = []

    def make(intake: str = "polling", **settings: str) -> BotProcess:
        port = free_port()
        given = {
            "token": TOKEN,
            "telegram_api": telegram.url,
            "database_url": database_url,
            "keys": RING.written(),
            "port": str(port if intake == "webhook" else 0),
            "webhook_url": f"http://127.0.0.1:{port}/telegram" if intake == "webhook" else "",
            "webhook_secret": SECRET if intake == "webhook" else "",
            "embeddings": "false",
            "cache": str(search_cache),
            "send_rate": "1000",
            "free_rate": "1000",
            "alerts_quiet_from": "00:00",
            "alerts_quiet_until": "00:00",
        }
        made.append(BotProcess(given | settings, tmp_path))
        return made[-1]

    yield make
    for each in made:
        await each.close()


Survivor = Callable[[BotProcess], App]


@pytest.fixture
def survivor(database_url: str, telegram: Simulator, finder: Finder) -> Survivor:
    """Makes the bot that comes after a dead process, with its settings; in this process, to be there sooner."""

    def make(dead: BotProcess) -> App:
        settings = settings_for(
            telegram.url,
            database_url,
            port=int(dead.settings["port"]),
            webhook_url=dead.settings["webhook_url"],
            webhook_secret=SecretStr(dead.settings["webhook_secret"]),
            alerts_quiet_from=time(0),
            alerts_quiet_until=time(0),
        )
        return App(settings, finder=finder)

    return make


@pytest.fixture
async def house_by_webhook(
    database_url: str, simulator: Simulator, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A bot of this process that Telegram posts to; SQLite waits a tenth of a second for another process, not five."""
    monkeypatch.setattr("storage.engines.BUSY_SECONDS", 0.1)
    settings = settings_for(
        simulator.url, database_url, webhook_url="http://127.0.0.1:1/telegram", webhook_secret=SecretStr(SECRET)
    )
    async with House(settings, simulator, finder) as house:
        address = f"http://127.0.0.1:{house.app.port}/telegram"
        await house.app.bot.set_webhook(address, secret_token=SECRET, allowed_updates=ALLOWED)
        yield house


@pytest.fixture
def model(
    database_url: str, finder: Finder, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Model]:
    """The model of the calendar, on this test's database."""
    yield from models(database_url, finder, tmp_path, lambda: request.getfixturevalue("sqlite_template"), monkeypatch)
