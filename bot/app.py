"""The composition root: every part is made here, once, and handed down."""

import asyncio
import contextlib
import itertools
from dataclasses import replace
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from alerts.store import going
from answers.ask import Finder
from bot import log
from bot.alert_watch import AlertWatch
from bot.clinic_feed import ClinicFeed
from bot.clock import Now, jitter, wall
from bot.dispatch import Dispatcher
from bot.escalating import Escalating
from bot.fetching import Fetcher
from bot.gate import Gate
from bot.house import build_house
from bot.housekeeping import Housekeeping
from bot.metrics import Metrics
from bot.notices import Notices
from bot.offering import Offering
from bot.polling import ALLOWED, Poller
from bot.release import tell_whoever_asked
from bot.restoring import forget_again, tombstone_file
from bot.sender import Sender
from bot.settings import BadSettings, Settings
from bot.shown import ShownMessages
from bot.silence import Silence
from bot.single import claim_database
from bot.telegram_http import AiohttpRequest, UpdatesRequest
from bot.telegram_out import TelegramOut
from bot.threads import Threads
from bot.ticker import Ticker
from bot.unit import Unit
from bot.web import Webhook, web_app
from bot.wiper import Wiper
from delivery import claiming
from delivery.rules import Lane, wait_after
from handlers.request import House
from handlers.routes import COMMANDS
from locales.languages import LANGUAGES, SOURCE
from scheduling.store.calling import oldest_waiting
from scheduling.store.waiting import tallies
from scheduling.waiting_rules import OfferState
from storage import audit_check, keys, migrate
from storage.audit_check import Verdict
from storage.database import Database, is_outage, is_transient
from storage.keycheck import confirm_ring

STOP_SECONDS = 8
"""How long a stop waits for what is in hand; the whole stop takes less than ten."""
SENDING_SECONDS = 1.0
"""How long a beat goes on claiming: a long alert must not hold up what else a beat does."""
FINISH_SECONDS = 0.5
"""How long it then waits for replies that are being tried again."""


class App:
    """One bot process. Use as an async context manager, or `start` and `stop`."""

    def __init__(
        self, settings: Settings, *, now: Now = wall, finder: Finder | None = None, lock: IO[str] | None = None
    ) -> None:
        """`now` is the clock people live by; the demo can move it. `finder` saves loading the search twice.

        `lock` is the claim on the database, if it is held already.

        Raises:
            BadSettings: the settings cannot run a bot; one line per fault.
        """
        if faults := settings.faults():
            raise BadSettings("\n".join(faults))
        keys.use(settings.ring())
        self.settings, self.now = settings, now
        self.house: House = build_house(settings, finder)
        self.database = Database(settings.database_url)
        self.metrics = Metrics()
        self.shown = ShownMessages()
        self.bot = Bot(
            settings.token.get_secret_value(),
            base_url=f"{settings.telegram_api}/bot",
            base_file_url=f"{settings.telegram_api}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=UpdatesRequest(read_timeout=30),
        )
        self._lock = lock
        self._runner: web.AppRunner | None = None
        self._poller: Poller | None = None
        self._polling: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self) -> None:
        """Migrate SQLite, reach Telegram, and begin to serve."""
        self._lock = self._lock or claim_database(self.database.url)
        if self.database.is_sqlite:
            await migrate.upgrade(self.database)
        elif await migrate.current(self.database) != migrate.newest():
            raise BadSettings("the database is not at the newest schema: run `python -m bot migrate`")
        async with self.database.writing() as session:
            await confirm_ring(session, keys.in_use())
        tombstones = tombstone_file(self.settings)
        await forget_again(self.database, tombstones, self.now())
        await self._reach_telegram()
        self.house = replace(self.house, bot_name=self.bot.username, check_log=self._check_log)
        self.gate = Gate(self.settings.send_rate, self.settings.free_rate, self.database)
        await self.gate.open()
        self.out = TelegramOut(self.bot, self.gate, self.shown, self.metrics)
        unit = Unit(self.house, self.database, self.metrics, self.now, self.shown)
        unit.fetcher = Fetcher(self.bot, self.database)
        self.dispatcher = Dispatcher(unit, self.out, self.metrics)
        self.sender = Sender(self.house, self.database, self.out, self.metrics, self.now)
        self.wiper = Wiper(self.database, self.out, self.now)
        self.housekeeping = Housekeeping(self.database, self.now, tombstones, unit.left, self.house.clinics)
        self.offering = Offering(self.database, self.house.clinics, self.now)
        self.threads = Threads(self.house, self.database, self.out, self.now)
        self.escalating = Escalating(
            self.database, self.house.clinics, self.metrics, self.now, self.settings.answer_minutes
        )
        self.silence = Silence(self.database, self.house.clinics, self.now)
        self.notices = Notices(self.database, self.house.clinics, self.now)
        self.ticker = Ticker(self._beat, self.dispatcher.committed)
        self.tidying = Ticker(self._tidy, asyncio.Event())
        self.alert_watch = AlertWatch(self.database, self.house.quiet, self.now)
        self.watching = Ticker(self.alert_watch.run, asyncio.Event())
        await tell_whoever_asked(self.house, self.database, self.now)
        await self._announce()
        await self._listen()
        self.ticker.start()
        self.tidying.start()
        self.watching.start()
        if not self.settings.webhook_url:
            self._poller = Poller(self.bot, self.dispatcher)
            self._polling = asyncio.create_task(self._poller.run())
        log.event("started", kind="webhook" if self.settings.webhook_url else "polling", port=self.port)

    async def stop(self) -> None:
        """Stop taking in, finish what is in hand or hand it back, close; all at once, so that no wait adds up."""
        self.sender.stopping.set()
        beside = (each.stop(STOP_SECONDS / 2) for each in (self.tidying, self.watching))
        sending = (self.ticker.stop(STOP_SECONDS), self.sender.finish(STOP_SECONDS))
        await asyncio.gather(self._stop_taking(), *sending, *beside)
        await self.out.finish(FINISH_SECONDS)
        await self.gate.close()
        with contextlib.suppress(Exception):
            await self.dispatcher.unit.asked.flush(self.database, self.now(), at_once=True)
        with contextlib.suppress(Exception):
            await self.shown.flush(self.database, self.now())
        await self.bot.shutdown()
        await self.database.close()
        if self._lock:
            self._lock.close()
        log.event("stopped")

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    async def ready(self) -> dict[str, bool]:
        """What readiness looks at, part by part."""
        database = await self.database.answers()
        return {
            "database": database,
            "schema": database and await migrate.current(self.database) == migrate.newest(),
            "telegram": self.out.token_ok,
        }

    async def _reach_telegram(self) -> None:
        """Wait for Telegram, however long: a bot that gives up here would only be started again."""
        for failures in itertools.count():
            try:
                await self.bot.initialize()
                break
            except InvalidToken as error:
                raise BadSettings("BOT_TOKEN: Telegram does not accept it") from error
            except TelegramError as error:
                log.event("telegram-away", level=30, error=error, tries=failures)
                await asyncio.sleep(jitter(wait_after(failures)).total_seconds())

    async def _stop_taking(self) -> None:
        if self._poller and self._polling:
            self._poller.stopping.set()
            await asyncio.wait((self._polling,), timeout=STOP_SECONDS)
            self._polling.cancel()
        if self._runner:
            await self._runner.cleanup()

    async def _beat(self) -> None:
        """What is done every second and after each commit: pass places on, send what is due."""
        await self.offering.run()
        await self.threads.run()
        await self.sender.drain(SENDING_SECONDS)
        if self.sender.busy:
            self.dispatcher.committed.set()

    async def _tidy(self) -> None:
        """What is done every second beside sending, so that a long alert holds up no erasure: note which messages were
        shown, delete those that must go, and forget what is old.
        """
        try:
            await self.silence.run()
            await self.notices.run()
            await self.escalating.run()
            await self.threads.run()
            await self.shown.flush(self.database, self.now())
            await self.dispatcher.unit.asked.flush(self.database, self.now())
            await self.gate.tidy()
            if await self.wiper.drain():
                self.housekeeping.untidy()
            await self.housekeeping.run_if_due()
            await self.housekeeping.tidy()
        except Exception as error:
            if not is_outage(error) and not is_transient(error):
                raise
            log.event("tidying-waits", level=30, error=error)

    async def _measure(self) -> None:
        """What is counted only when somebody looks: what is due and has not gone out."""
        now = self.now()
        try:
            async with self.database.reading() as session:
                waiting = await claiming.backlog(session, now)
                line, offers = await tallies(session)
                silent = await oldest_waiting(session, now)
                alerts = await going.live(session)
        except Exception as error:
            if not is_outage(error):
                raise
            return  # readiness says that the database is away; the other figures still count
        for lane in Lane:
            count, oldest = waiting.get(lane, (0, now))
            self.metrics.waiting.labels(str(int(lane))).set(count)
            self.metrics.oldest.labels(str(int(lane))).set((now - oldest).total_seconds())
        for alert_state in going.LIVE:
            self.metrics.alerts.labels(alert_state).set(alerts.get(alert_state, 0))
        self.metrics.lines.set(line)
        self.metrics.silence.set((now - silent).total_seconds() if silent else 0)
        for state in OfferState:
            self.metrics.offers.labels(state).set(offers.get(state, 0))

    async def _check_log(self) -> Verdict:
        """In a session of its own: what is read must be as of one instant."""
        async with self.database.reading() as session:
            return await audit_check.verify(session)

    async def _announce(self) -> None:
        """Put the commands into Telegram's menu, in every language."""
        for language in LANGUAGES:
            say = self.house.catalogues.say(language)
            listed = [BotCommand(name, say.label(route.listed)) for name, route in COMMANDS.items() if route.listed]
            try:
                await self.bot.set_my_commands(listed, language_code=None if language == SOURCE else language)
            except TelegramError as error:
                log.event("commands-not-set", level=30, error=error)

    async def _listen(self) -> None:
        settings = self.settings
        secret = settings.webhook_secret.get_secret_value()
        webhook = Webhook(self.bot, self.dispatcher, secret) if settings.webhook_url else None
        path = urlsplit(settings.webhook_url).path or "/telegram"
        self._runner = web.AppRunner(
            web_app(
                self.metrics, self.ready, self._measure, webhook, path, ClinicFeed(self.house, self.database, self.now)
            ),
            access_log=None,
            shutdown_timeout=STOP_SECONDS / 2,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, settings.host, settings.port, backlog=512).start()
        self.port = self._runner.addresses[0][1]
        if webhook:
            url = settings.webhook_url
            await self.bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED, max_connections=100)
        else:
            await self.bot.delete_webhook()
