"""Being there for Telegram and for whoever watches: the web server, the webhook or the poller, the menu of commands.

The rule: what is said to Telegram at a start is the same from every process: any number may say it, in any order.
"""

import asyncio
import itertools
from datetime import timedelta
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot import log
from bot.beats.ticker import END_SECONDS
from bot.clinic_feed import ClinicFeed
from bot.clock import jitter
from bot.dispatch import Dispatcher
from bot.metrics import Metrics
from bot.polling import ALLOWED, Poller
from bot.roles import Role
from bot.settings import BadSettings, Settings
from bot.web import Measure, Ready, Webhook, web_app
from delivery.rules import wait_after
from handlers.request import House
from handlers.routes import COMMANDS
from locales.languages import LANGUAGES, SOURCE
from storage import migrate
from storage.database import Database
from storage.failures import is_outage, state_of

DATABASE_WAIT = timedelta(seconds=2)
"""The longest pause between two looks for the database."""
UNKNOWN_THERE = ("28", "3D")
"""PostgreSQL: no such account, wrong password; no such database."""


async def reach_database(database: Database) -> None:
    """Wait for a PostgreSQL that is away, however long: in a cluster another server is just becoming the primary.

    Raises:
        BadSettings: it answers, and does not know the account or the database.
    """
    for failures in itertools.count():
        try:
            await migrate.current(database)
            return
        except Exception as error:
            if state_of(error).startswith(UNKNOWN_THERE):
                raise BadSettings(
                    "BOT_DATABASE_URL: the database does not know this account, or has no such name"
                ) from error
            if not is_outage(error) or database.is_sqlite:
                raise
            log.event("database-away", level=30, error=error, tries=failures)
            await asyncio.sleep(jitter(min(wait_after(failures), DATABASE_WAIT)).total_seconds())


async def reach_telegram(bot: Bot) -> None:
    """Wait for Telegram, however long: a bot that gives up here would only be started again.

    Raises:
        BadSettings: the token is none.
    """
    for failures in itertools.count():
        try:
            await bot.initialize()
            return
        except InvalidToken as error:
            raise BadSettings("BOT_TOKEN: Telegram does not accept it") from error
        except TelegramError as error:
            log.event("telegram-away", level=30, error=error, tries=failures)
            await asyncio.sleep(jitter(wait_after(failures)).total_seconds())


class Serving:
    """The open doors of one process."""

    def __init__(self, settings: Settings, role: Role, bot: Bot, metrics: Metrics) -> None:
        """A process that does not receive answers `/healthz`, `/readyz` and `/metrics` only."""
        self.settings, self.role, self.bot, self.metrics = settings, role, bot, metrics
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._poller: Poller | None = None
        self._polling: asyncio.Task[None] | None = None

    async def start(
        self, house: House, dispatcher: Dispatcher, feed: ClinicFeed, ready: Ready, measure: Measure, stop: float
    ) -> None:
        """Listen; where this process receives, tell Telegram so. `stop`: seconds that posts in hand get at the end."""
        settings = self.settings
        secret = settings.webhook_secret.get_secret_value()
        posts = Webhook(self.bot, dispatcher, secret) if settings.webhook_url and self.role.receives else None
        path = urlsplit(settings.webhook_url).path or "/telegram"
        app = web_app(self.metrics, ready, measure, posts, path, feed if self.role.receives else None)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=stop)
        await self._runner.setup()
        await web.TCPSite(self._runner, settings.host, settings.port, backlog=512).start()
        self.port = self._runner.addresses[0][1]
        if not self.role.receives:
            return
        await self._announce(house)
        await self._choose_intake(secret)

    def poll(self, dispatcher: Dispatcher) -> None:
        """Fetch updates, where Telegram is not told to post them."""
        if self.role.receives and not self.settings.webhook_url:
            self._poller = Poller(self.bot, dispatcher)
            self._polling = asyncio.create_task(self._poller.run())

    async def stop(self, seconds: float) -> None:
        """Take nothing more in, and finish what is in hand."""
        if self._poller and self._polling:
            self._poller.stopping.set()
            await asyncio.wait((self._polling,), timeout=seconds)
            self._polling.cancel()
            await asyncio.wait((self._polling,), timeout=END_SECONDS)  # it gives its connection back
        if self._runner:
            await self._runner.cleanup()

    async def _announce(self, house: House) -> None:
        """Put the commands into Telegram's menu, in every language."""
        for language in LANGUAGES:
            say = house.catalogues.say(language)
            listed = [BotCommand(name, say.label(route.listed)) for name, route in COMMANDS.items() if route.listed]
            try:
                await self.bot.set_my_commands(listed, language_code=None if language == SOURCE else language)
            except TelegramError as error:
                log.event("commands-not-set", level=30, error=error)

    async def _choose_intake(self, secret: str) -> None:
        """Say where updates go. Many processes that start at once are slowed down by Telegram: they wait and go on."""
        for failures in itertools.count():
            try:
                if url := self.settings.webhook_url:
                    await self.bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED, max_connections=100)
                else:
                    await self.bot.delete_webhook()
                return
            except BadRequest as error:
                raise BadSettings("BOT_WEBHOOK_URL: Telegram does not accept it") from error
            except InvalidToken as error:
                raise BadSettings("BOT_TOKEN: Telegram does not accept it") from error
            except RetryAfter as error:
                log.event("intake-waits", level=30, error=error, tries=failures)
                await asyncio.sleep(_seconds(error))
            except TelegramError as error:
                log.event("intake-waits", level=30, error=error, tries=failures)
                await asyncio.sleep(jitter(wait_after(failures)).total_seconds())


def _seconds(error: RetryAfter) -> float:
    given = error.retry_after
    return float(given) if isinstance(given, int | float) else given.total_seconds()
