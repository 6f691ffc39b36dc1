"""Delivery by webhook: one bot's updates, posted to its address until it takes them.

The rule: up to `max_connections` at once, but one at a time and in order for each chat; an update is
posted again, with growing waits, until a 2xx.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from simulator.bodies import Raw, read_answer
from simulator.bots import Bot, Webhook
from simulator.clock import Clock
from simulator.updates import Update

Execute = Callable[[Bot, str, Raw], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How delivery waits, in real seconds."""

    first: float = 0.2
    """Before the second try; every further wait is twice as long."""
    longest: float = 5.0
    timeout: float = 60.0
    """For one try."""

    def wait(self, tries: int) -> float:
        """Seconds to wait after so many failed tries."""
        return float(min(self.longest, self.first * 2 ** min(tries - 1, 30)))


@dataclass(slots=True)
class _Lane:
    """What waits in one chat."""

    updates: deque[Update] = field(default_factory=deque)
    tries: int = 0


class Delivery:
    """Posts one bot's updates for as long as it runs."""

    def __init__(
        self,
        bot: Bot,
        webhook: Webhook,
        clock: Clock,
        session: ClientSession,
        execute: Execute,
        patience: Patience,
    ) -> None:
        """`execute` carries out a call found in an answer."""
        self.bot = bot
        self.webhook = webhook
        self.attempts = 0
        """Posts made so far."""
        self._clock = clock
        self._session = session
        self._execute = execute
        self._patience = patience
        self._timeout = ClientTimeout(total=patience.timeout)
        self._headers = {"Content-Type": "application/json"}
        if webhook.secret_token:
            self._headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret_token
        self._lanes: dict[int, _Lane] = {}
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Post what waits, and whatever comes."""
        for update in self.bot.updates.pending:
            self._line_up(update)
        self.bot.updates.listeners.append(self._line_up)
        self._workers = [asyncio.create_task(self._work()) for _ in range(self.webhook.max_connections)]

    async def stop(self) -> None:
        """Stop posting; what was not taken stays pending."""
        with contextlib.suppress(ValueError):
            self.bot.updates.listeners.remove(self._line_up)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def _line_up(self, update: Update) -> None:
        lane = self._lanes.get(update.lane)
        if lane is None:
            lane = self._lanes[update.lane] = _Lane()
            self._ready.put_nowait(update.lane)
        lane.updates.append(update)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            number = await self._ready.get()
            lane = self._lanes[number]
            update = lane.updates[0]
            lane.tries += 1
            wait = await self._post(update, lane.tries)
            if wait is not None:
                loop.call_later(wait, self._ready.put_nowait, number)
                continue
            lane.updates.popleft()
            lane.tries = 0
            if lane.updates:
                self._ready.put_nowait(number)
            else:
                del self._lanes[number]
            self.bot.updates.settle(update)

    async def _post(self, update: Update, tries: int) -> float | None:
        """Post once; seconds to wait before the next try, or None if it was taken."""
        self.attempts += 1
        try:
            async with self._session.post(
                self.webhook.url,
                data=update.body,
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                if 200 <= response.status < 300:
                    await self._obey(await read_answer(response))
                    return None
                why = f"Wrong response from the webhook: {response.status} {response.reason}"
                asked = _asked_to_wait(response)
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            why, asked = f"Connection failed: {type(error).__name__}", None
        self.webhook.last_error_date = self._clock.unix()
        self.webhook.last_error_message = why
        return asked if asked is not None else self._patience.wait(tries)

    async def _obey(self, answer: Raw) -> None:
        """Carry out the call in an answer, if there is one."""
        name = answer.pop("method", None)
        if isinstance(name, str):
            await self._execute(self.bot, name, answer)


def _asked_to_wait(response: ClientResponse) -> float | None:
    """The seconds of Retry-After."""
    try:
        return max(0.0, float(json.loads(response.headers["Retry-After"])))
    except (KeyError, ValueError, TypeError):
        return None
