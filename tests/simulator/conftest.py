"""A simulator on a free port, and who talks to it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from simulator.delivery import Patience
from simulator.pace import Pace
from simulator.server import Simulator
from simulator.world import World
from tests.simulator.client import AYE, Caller, Hook


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A simulator that limits no rate and tries webhooks again quickly."""
    running = Simulator(pace=Pace.unlimited(), patience=Patience(first=0.02, longest=0.08), page=False)
    running.world.register()
    async with running:
        yield running


@pytest.fixture
def world(simulator: Simulator) -> World:
    return simulator.world


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def call(simulator: Simulator, session: ClientSession) -> Caller:
    return Caller(simulator, session)


@pytest.fixture
def aye(world: World) -> int:
    """A person the bot may write to."""
    world.acquaint(AYE)
    return AYE


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    taking = Hook()
    app = web.Application()
    app.router.add_post("/hook", taking.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taking.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield taking
    await runner.cleanup()
