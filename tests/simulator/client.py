"""A bot's plain HTTP client, and an address that takes webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from simulator.server import Simulator

AYE = 5
"""A person in most tests."""


@dataclass
class Reply:
    """What the Bot API answered."""

    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.body["ok"] is True, self.body
        return self.body["result"]

    @property
    def refusal(self) -> str:
        assert self.body["ok"] is False, self.body
        assert self.body["error_code"] == self.status
        return str(self.body["description"])


@dataclass
class Caller:
    """Calls methods of the Bot API with JSON, as the bot of a token."""

    simulator: Simulator
    session: ClientSession
    token: str = ""

    def address(self, method: str) -> str:
        return f"{self.simulator.url}/bot{self.token or self.simulator.world.bot.token}/{method}"

    async def __call__(self, method: str, **parameters: Any) -> Reply:
        async with self.session.post(self.address(method), json=parameters) as response:
            return Reply(response.status, await response.json())

    async def send(self, text: str = "hello", chat_id: int = AYE, **parameters: Any) -> dict[str, Any]:
        """A message sent, which must work."""
        sent = (await self("sendMessage", chat_id=chat_id, text=text, **parameters)).result
        assert isinstance(sent, dict)
        return sent


@dataclass
class Hook:
    """An address that takes webhooks: what came, and what it answers."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Awaitable[web.Response]] | None = None

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.headers.append(dict(request.headers))
        return await self.answer(self.bodies[-1]) if self.answer else web.Response()

    @property
    def texts(self) -> list[str]:
        return [body["message"]["text"] for body in self.bodies if "message" in body]


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until something is so, or fail after so many seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the bot under test tells nobody
            await asyncio.sleep(0.01)
