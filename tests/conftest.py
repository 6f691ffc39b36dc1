"""What every test can ask for: databases of both kinds, the simulator, a running bot, and people to play."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from pydantic import SecretStr

from answers.ask import Finder
from answers.texts import TopicTexts
from answers.topics import load_topics
from bot.settings import Settings
from locales.catalogue import Catalogues
from scheduling.holidays import public
from simulator.delivery import Patience
from simulator.pace import Pace
from simulator.server import Simulator
from storage import keys, migrate
from storage.database import Database
from tests import thrift
from tests.emptied import Emptied
from tests.faults.process import BotProcess
from tests.faults.warm import Warm
from tests.house import House
from tests.loglines import watching
from tests.postgres import NAMED, NamedServer, PostgresServer

TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
BANGKOK = ZoneInfo("Asia/Bangkok")
RING = keys.new_ring()
thrift.keep_files_in_memory()


def pytest_configure(config: pytest.Config) -> None:
    """What Hypothesis draws is drawn anew by long campaigns alone; no verdict hangs on how busy the machine is."""
    same = config.option.markexpr == "not soak"
    drawing.register_profile(
        "house", deadline=None, derandomize=same, suppress_health_check=[HealthCheck.too_slow], print_blob=True
    )
    drawing.load_profile("house")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: some tests wait for a clock or for another process. Long forms wait less."""
    return (os.cpu_count() or 1) + (1 if thrift.IN_CI else 2)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    thrift.play_once(items)


def pytest_collection_finish() -> None:
    thrift.settle_memory()


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """By all databases of this process, as in a bot that runs for weeks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.engines.create_async_engine", thrift.create_thrifty_engine)
        yield


@pytest.fixture(scope="session", autouse=True)
def pins_are_hashed_quickly() -> Iterator[None]:
    """What makes guessing slow makes tests slow; the hash is the same function with less work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("people.pins.COST", 2**6)
        yield


@pytest.fixture(scope="session", autouse=True)
def bots_start_warm() -> Iterator[None]:
    """A start costs two seconds of processor, nearly all of it imports; under CI each is a new interpreter."""
    with Warm() as warm, pytest.MonkeyPatch.context() as patch:
        if not thrift.IN_CI and hasattr(os, "pidfd_open"):
            patch.setattr(BotProcess, "warm", warm)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_leaks_into_the_log() -> Iterator[None]:
    """Every test, whatever it is about, also shows that no secret and no open-ended value gets into a log line."""
    with watching([TOKEN, *(pair.partition(":")[2] for pair in RING.written().split(","))]) as watch:
        yield
    assert watch.faults == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[NamedServer]:
    """A PostgreSQL with a template at the newest schema: this process's own, or the one that `NAMED` names."""
    address = os.environ.get(NAMED)
    server = NamedServer(address) if address else PostgresServer()
    try:
        if isinstance(server, PostgresServer):
            server.start()
        asyncio.run(_make_template(server))
        yield server
        asyncio.run(server.execute(f'DROP DATABASE "{server.template}"'))
    finally:
        if isinstance(server, PostgresServer):
            server.stop()


async def _make_template(server: NamedServer) -> None:
    await server.execute(f'CREATE DATABASE "{server.template}"')
    database = Database(server.url(server.template))
    await migrate.upgrade(database)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest schema."""
    path = tmp_path_factory.mktemp("template") / "house.db"

    async def make() -> None:
        database = Database(f"sqlite:///{path}")
        await migrate.upgrade(database)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def emptied(postgres: NamedServer) -> Iterator[Emptied]:
    """Databases of that server, used by one test after the other."""
    databases = Emptied(postgres)
    yield databases
    asyncio.run(databases.close())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for one test: first SQLite, then PostgreSQL.

    On PostgreSQL it was emptied after another test, unless the test is marked `new_database`.
    """
    if request.param == "sqlite":
        copy = tmp_path / "house.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
        return
    databases: Emptied = request.getfixturevalue("emptied")
    new = request.node.get_closest_marker("new_database") is not None
    name = asyncio.run(databases.take(new=new))
    yield databases.server.url(name)
    asyncio.run(databases.drop(name) if new else databases.give_back(name))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """That database, opened."""
    keys.use(RING)
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def search_cache(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the fitted search is kept, for all processes of a run and for the next run."""
    kept: pytest.Cache | None = getattr(pytestconfig, "cache", None)
    return kept.mkdir("search") if kept else tmp_path_factory.getbasetemp().parent / "finder"


@pytest.fixture(scope="session")
def finder(search_cache: Path) -> Finder:
    """The search without embeddings: fitted once, until its content changes."""
    with search_cache.with_name("search.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        texts = TopicTexts(load_topics(), Catalogues())
        return Finder.load(search_cache, None, texts.for_search())


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A Telegram of this test, on a Wednesday at 10:00 in Bangkok, that limits no rate."""
    running = Simulator(pace=Pace.unlimited(), patience=Patience(first=0.05, longest=0.2), page=False)
    running.world.register(TOKEN)
    running.world.clock.advance_to(next_wednesday())
    async with running:
        yield running
    assert list(running.world.refused) == [], "the bot sent something malformed"


@cache  # a test that runs over midnight goes on in the same week
def next_wednesday() -> datetime:
    """A Wednesday at 10:00 in Bangkok with no holiday in the next four weeks: no test depends on the day it runs."""
    today = datetime.now(UTC).astimezone(BANGKOK).date()
    day = today + timedelta(days=(2 - today.weekday()) % 7 or 7)
    while any(day + timedelta(days=ahead) in public((day + timedelta(days=ahead)).year) for ahead in range(29)):
        day += timedelta(days=7)
    return datetime.combine(day, time(10), BANGKOK)


def settings_for(url: str, database_url: str, **overrides: Any) -> Settings:
    """Settings of a bot under test."""
    values: dict[str, Any] = {
        "token": SecretStr(TOKEN),
        "telegram_api": url,
        "database_url": database_url,
        "keys": SecretStr(RING.written()),
        "owners": frozenset({900}),
        "port": 0,
        "send_rate": 1000,
        "free_rate": 1000,
        "embeddings": False,
    }
    return Settings(**(values | overrides))


@pytest.fixture
async def house(database_url: str, simulator: Simulator, finder: Finder) -> AsyncIterator[House]:
    """A running bot with open clinics, and the people who meet it; by long polling, on both databases."""
    opened = House(settings_for(simulator.url, database_url), simulator, finder)
    async with opened:
        yield opened
    assert list(simulator.world.unanswered()) == [], "a button still spins"
