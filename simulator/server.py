"""The simulator as one server: the Bot API, webhook delivery and, if it is there, the page.

The rule: stopping leaves the world as it is, so that a test can play an outage by
stopping and starting again.
"""

import asyncio
import importlib.util
from types import TracebackType
from typing import Self

from aiohttp import ClientSession, TCPConnector, web

from simulator.api import BotApi
from simulator.bodies import MOST_BYTES
from simulator.bots import Bot
from simulator.delivery import Delivery, Patience
from simulator.faults import Faults
from simulator.pace import Pace
from simulator.world import World


class Simulator:
    """A Telegram on this machine."""

    def __init__(
        self,
        world: World | None = None,
        *,
        pace: Pace | None = None,
        faults: Faults | None = None,
        patience: Patience | None = None,
        page: bool = True,
    ) -> None:
        """`patience` is how webhooks are tried again; `page` mounts the chat page."""
        self.world = world or World()
        self.pace = pace or Pace()
        self.faults = faults or Faults()
        self.patience = patience or Patience()
        self.api = BotApi(self.world, self.pace, self.faults)
        self.deliveries: dict[int, Delivery] = {}
        """By bot id."""
        self.url = ""
        """Where it listens, without a slash at the end; empty while it does not."""
        self._page = page
        self._runner: web.AppRunner | None = None
        self._session: ClientSession | None = None
        self._changing: set[asyncio.Task[None]] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen and deliver; returns the address. Port 0 takes a free one."""
        self.api.stopping = False
        app = web.Application(client_max_size=MOST_BYTES)
        self.api.add_routes(app)
        if self._page and importlib.util.find_spec("simulator.page") is not None:
            page = importlib.import_module("simulator.page")
            page.add_page_routes(app, self.world)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, backlog=1024).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        self._session = ClientSession(connector=TCPConnector(limit=0))
        self.world.webhook_listeners.append(self._follow_webhook)
        for bot in self.world.bots.values():
            await self._deliver(bot)
        return self.url

    async def stop(self) -> None:
        """Cut every connection and stop delivering; what waits stays."""
        self.api.stopping = True
        if self._follow_webhook in self.world.webhook_listeners:
            self.world.webhook_listeners.remove(self._follow_webhook)
        await asyncio.gather(*self._changing, return_exceptions=True)
        for delivery in self.deliveries.values():
            await delivery.stop()
        self.deliveries.clear()
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._session, self._runner, self.url = None, None, ""

    def _follow_webhook(self, bot: Bot) -> None:
        task = asyncio.create_task(self._deliver(bot))
        self._changing.add(task)
        task.add_done_callback(self._changing.discard)

    async def _deliver(self, bot: Bot) -> None:
        """Start, restart or end the delivery of one bot's updates."""
        if (running := self.deliveries.pop(bot.id, None)) is not None:
            await running.stop()
        if bot.webhook is None or self._session is None or bot.id in self.deliveries:
            return
        delivery = Delivery(bot, bot.webhook, self.world.clock, self._session, self.api.perform, self.patience)
        self.deliveries[bot.id] = delivery
        delivery.start()

    async def __aenter__(self) -> Self:
        """Start on a free port of the loopback."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()
