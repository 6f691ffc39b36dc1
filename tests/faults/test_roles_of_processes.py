"""Two processes that receive and two that work, on one PostgreSQL behind one balancer: everything happens once."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientError, ClientSession, web

from bot.roles import Role
from bot.single import AlreadyRunning, claim_database
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from simulator.server import Simulator
from tests.acts import ON_POSTGRESQL, ON_SQLITE
from tests.faults.conftest import SECRET, Launcher
from tests.faults.process import BotProcess, free_port
from tests.faults.scene import Known, Scene

KEPT, VISIT, ALERT = "Your place is kept", "Your code", "Cholera"


class Balancer:
    """Hands each post to the next server in turn, as a load balancer does; one that does not answer is passed over."""

    def __init__(self, ports: list[int]) -> None:
        self._turns = itertools.cycle(ports)
        self._many = len(ports)
        self.handed: dict[int, int] = dict.fromkeys(ports, 0)
        """Posts that were answered, by port."""

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        async with ClientSession() as self._session:
            app = web.Application()
            app.router.add_post("/telegram", self._pass)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield
            await runner.cleanup()

    async def _pass(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in ("X-Telegram-Bot-Api-Secret-Token", "Content-Type")}
        for _ in range(self._many):
            port = next(self._turns)
            try:
                async with self._session.post(
                    f"http://127.0.0.1:{port}/telegram", data=body, headers=headers
                ) as answer:
                    self.handed[port] += 1
                    return web.Response(status=answer.status, body=await answer.read())
            except (ClientError, OSError):
                continue
        return web.Response(status=503)


def house(bot: Launcher, web_port: int) -> list[BotProcess]:
    """Two of each role, which tell Telegram the balancer's address."""
    made = []
    for _ in range(4):
        made.append(bot("webhook", webhook_url=f"http://127.0.0.1:{web_port}/telegram", webhook_secret=SECRET))
    return made


async def start(processes: list[BotProcess]) -> None:
    """All at once, as an orchestrator does."""
    roles = ("web", "web", "worker", "worker")
    await asyncio.gather(
        *(each.start(command=f"run --role {role}") for each, role in zip(processes, roles, strict=True))
    )


async def seen(port: int, path: str) -> tuple[int, str]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


def presses(telegram: Simulator, people: list[Known], slot: int) -> None:
    for person in people:
        telegram.world.press(person.telegram_id, encode(KeepPlace(slot, False, "", False)))


@ON_POSTGRESQL
async def test_two_of_each_role_do_everything_once_and_go_on_when_one_of_each_is_killed(
    bot: Launcher, telegram: Simulator, scene: Scene
) -> None:
    early, late, reminded, warned = [await scene.people(many) for many in (12, 12, 20, 40)]
    await scene.reminders(reminded)
    slot = (await scene.slots(50, days=2))[-1]
    port = free_port()
    processes = house(bot, port)
    first, second, worker, _ = processes
    balancer = Balancer([int(each.settings["port"]) for each in (first, second)])
    async with balancer.listening(port):
        await start(processes)
        for each in processes:
            own = int(each.settings["port"])
            assert [(await seen(own, path))[0] for path in ("/healthz", "/readyz", "/metrics")] == [200] * 3
        assert (await seen(int(worker.settings["port"]), "/telegram"))[0] == 404, "a worker takes nothing in"
        alert_id = await scene.alert(warned)
        presses(telegram, early, slot)
        await telegram.world.quiet(30)
        assert min(balancer.handed.values()) > 0, "one of the two was never asked"

        first.signal(signal.SIGKILL)
        worker.signal(signal.SIGKILL)
        presses(telegram, late, slot)
        await telegram.world.quiet(30)
        await scene.settled(40)
    assert {booking.person_id for booking in await scene.standing()} >= {each.id for each in (*early, *late)}
    assert await scene.states(Kind.RECEIPT) == {"sent": 44}
    assert min(scene.copies(reminded, VISIT)) == 1
    report = await scene.report(alert_id)
    assert report.adds_up
    assert max(scene.copies(warned, ALERT)) == 1
    assert report.total["sent"] + report.total.get("unknown", 0) == 40
    assert sum(scene.copies(warned, ALERT)) >= report.total["sent"]


@ON_POSTGRESQL
async def test_a_web_process_sends_nothing_that_is_owed_and_a_worker_does(
    bot: Launcher, telegram: Simulator, scene: Scene
) -> None:
    [booker] = await scene.people(1)
    slot = (await scene.slots(5))[0]
    receives, works = bot("webhook"), bot("webhook")
    await receives.start(command="run --role web")
    presses(telegram, [booker], slot)
    await telegram.world.quiet(30)
    assert scene.got(booker, KEPT) == 1
    await asyncio.sleep(2.5)
    assert await scene.states(Kind.RECEIPT) == {"pending": 1}
    await works.start(command="run --role worker")
    await scene.settled()
    assert await scene.states(Kind.RECEIPT) == {"sent": 1}
    assert await receives.stop() < 10
    assert await works.stop() < 10


@ON_POSTGRESQL
async def test_a_telegram_that_is_told_the_webhook_too_often_is_told_again_later(
    bot: Launcher, telegram: Simulator
) -> None:
    slow = telegram.faults.add("429:1", "setWebhook", count=2)
    each = bot("webhook")
    await each.start(command="run --role web")
    assert slow.hits == 2
    assert telegram.world.bot.webhook is not None


@ON_SQLITE
async def test_sqlite_refuses_one_role_alone_and_a_second_process(bot: Launcher, database_url: str) -> None:
    for role in (Role.WEB, Role.WORKER):
        with pytest.raises(AlreadyRunning, match=f"--role {role} needs PostgreSQL"):
            claim_database(database_url, role)
    process = bot()
    await process.launch("run --role worker")
    assert await process.ended() == 1
    assert process.words == ["--role worker needs PostgreSQL: SQLite takes one process, which does everything"]


def test_postgresql_takes_every_role_and_each_does_its_half() -> None:
    assert claim_database("postgresql://bot@localhost/bot", Role.WEB) is None
    assert {role: (role.receives, role.works) for role in Role} == {
        Role.ALL: (True, True),
        Role.WEB: (True, False),
        Role.WORKER: (False, True),
    }
