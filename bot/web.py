"""The web server: Telegram's posts, health, readiness, metrics.

The rule: 200 is answered only after the commit; what was not stored is not confirmed.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from telegram import Bot

from bot.clinic_feed import ClinicFeed
from bot.dispatch import Dispatcher
from bot.incoming import parse
from bot.metrics import Metrics
from bot.unit import NotNow
from handlers.feeds import PATH

LARGEST_POST = 1024 * 1024
"""Bytes of one update; Telegram's are far smaller."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
RETRY_AFTER_SECONDS = "2"
READ_SECONDS = 10.0
"""How long a post may take to arrive; Telegram's come at once."""

Ready = Callable[[], Awaitable[dict[str, bool]]]
Measure = Callable[[], Awaitable[None]]


class Webhook:
    """Receives Telegram's posts."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, secret: str) -> None:
        """`secret` is compared as bytes: text comparison would refuse letters outside ASCII with an error."""
        self.bot, self.dispatcher = bot, dispatcher
        self._secret = secret.encode()

    async def post(self, request: web.Request) -> web.Response:
        """One update."""
        given = [each.encode("utf-8", "surrogateescape") for each in request.headers.getall(SECRET_HEADER, ())]
        if len(given) != 1 or not hmac.compare_digest(given[0], self._secret):
            return web.Response(status=403)
        if request.content_type != "application/json":
            return web.Response(status=415)
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        update = parse(_json(body), self.bot)
        if update is None:
            return web.Response(status=200)  # ours to drop: asking for it again would bring the same bytes
        try:
            await self.dispatcher.handle(update)
        except NotNow as error:
            status = 503 if error.outage else 500
            return web.Response(status=status, headers={"Retry-After": RETRY_AFTER_SECONDS})
        return web.Response(status=200)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def web_app(
    metrics: Metrics, ready: Ready, measure: Measure, webhook: Webhook | None, path: str, feed: ClinicFeed | None
) -> web.Application:
    """The routes; `webhook` is None while polling, and both it and `feed` in a process that does not receive."""
    app = web.Application(client_max_size=LARGEST_POST)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_request: web.Request) -> web.Response:
        parts = await ready()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    async def show_metrics(_request: web.Request) -> web.Response:
        await measure()
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", show_metrics)
    if feed:
        app.router.add_get(PATH, feed.get)
    if webhook:
        app.router.add_post(path, webhook.post)
    return app
