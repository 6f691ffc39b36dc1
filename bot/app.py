"""The composition root: every part is made here, once, and handed down."""

import asyncio
import contextlib
from dataclasses import replace
from types import TracebackType
from typing import IO, Self

from telegram import Bot

from answers.ask import Finder
from bot import heap, log
from bot.beats.alert_watch import AlertWatch
from bot.beats.escalating import Escalating
from bot.beats.housekeeping import Housekeeping
from bot.beats.notices import Notices
from bot.beats.offering import Offering
from bot.beats.running import Beats, Memory, Parts
from bot.beats.silence import Silence
from bot.beats.threads import Threads
from bot.beats.wiper import Wiper
from bot.clinic_feed import ClinicFeed
from bot.clock import Now, wall
from bot.commands.release import tell_whoever_asked
from bot.commands.restoring import forget_again, tombstone_file
from bot.dispatch import Dispatcher
from bot.fetching import Fetcher
from bot.gate import Gate
from bot.house import build_house
from bot.measuring import Measuring
from bot.metrics import Metrics
from bot.readiness import Readiness
from bot.roles import Role
from bot.sender import Sender
from bot.serving import Serving, reach_database, reach_telegram
from bot.settings import BadSettings, Settings
from bot.shown import ShownMessages
from bot.single import claim_database
from bot.telegram_http import AiohttpRequest, UpdatesRequest
from bot.telegram_out import TelegramOut
from bot.unit import Unit
from handlers.request import House
from storage import audit_check, keys, migrate
from storage.audit_check import Verdict
from storage.database import Database
from storage.keycheck import confirm_ring

STOP_SECONDS = 8
"""How long a stop waits for what is in hand; the whole stop takes less than ten."""
FINISH_SECONDS = 0.5
"""How long it then waits for replies that are being tried again."""


class App:
    """One bot process. Use as an async context manager, or `start` and `stop`."""

    def __init__(
        self,
        settings: Settings,
        *,
        now: Now = wall,
        finder: Finder | None = None,
        lock: IO[str] | None = None,
        role: Role = Role.ALL,
    ) -> None:
        """`now` is the clock people live by; the demo can move it. `finder` saves loading the search twice.

        `lock` is the claim on the database, if it is held already. `role` is what this process does.

        Raises:
            BadSettings: the settings cannot run a bot; one line per fault.
        """
        if faults := settings.faults():
            raise BadSettings("\n".join(faults))
        keys.use(settings.ring())
        self.settings, self.now, self.role = settings, now, role
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
        self._serving = Serving(settings, role, self.bot, self.metrics)

    async def start(self) -> None:
        """Migrate SQLite, reach Telegram, and begin to serve."""
        self._lock = self._lock or claim_database(self.database.url, self.role)
        await reach_database(self.database)
        if await migrate.current(self.database) != migrate.newest():
            if not self.database.is_sqlite:
                raise BadSettings("the database is not at the newest schema: run `python -m bot migrate`")
            await migrate.upgrade(self.database)
        async with self.database.writing() as session:
            await confirm_ring(session, keys.in_use())
        tombstones = tombstone_file(self.settings)
        await forget_again(self.database, tombstones, self.now())
        await reach_telegram(self.bot)
        self.house = replace(self.house, bot_name=self.bot.username, check_log=self._check_log)
        self.gate = Gate(self.settings.send_rate, self.settings.free_rate, self.database)
        await self.gate.open()
        self.out = TelegramOut(self.bot, self.gate, self.shown, self.metrics)
        self.readiness = Readiness(self.database, self.bot, self.out, self.metrics)
        posted = bool(self.settings.webhook_url) and self.role.receives
        self.measuring = Measuring(self.database, self.bot, self.metrics, self.now, posted)
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
        self.alert_watch = AlertWatch(self.database, self.house.quiet, self.now)
        parts = Parts(
            *(self.sender, self.offering, self.threads, self.escalating, self.silence, self.notices),
            *(self.wiper, self.housekeeping, self.alert_watch),
        )
        memory = Memory(self.database, self.shown, unit.asked, self.gate, self.now)
        self._beats = Beats(self.role, parts, memory, self.dispatcher.committed)
        if self.role.works:
            await tell_whoever_asked(self.house, self.database, self.now)
        heap.settle()
        feed = ClinicFeed(self.house, self.database, self.now)
        await self._serving.start(self.house, self.dispatcher, feed, self.ready, self._measure, STOP_SECONDS / 2)
        self._beats.start()
        self._serving.poll(self.dispatcher)
        intake = "webhook" if self.settings.webhook_url else "polling"
        log.event("started", kind=intake if self.role.receives else "none", state=self.role, port=self.port)

    async def stop(self) -> None:
        """Stop taking in, finish what is in hand or hand it back, close; all at once, so that no wait adds up."""
        self.sender.stopping.set()
        await asyncio.gather(self._serving.stop(STOP_SECONDS), self._beats.stop(STOP_SECONDS))
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

    @property
    def port(self) -> int:
        """Where the web server listens."""
        return self._serving.port

    async def ready(self) -> dict[str, bool]:
        """What readiness looks at, part by part."""
        return await self.readiness.parts()

    async def _measure(self) -> None:
        """What is counted only when somebody looks."""
        await self.readiness.parts()
        await self.measuring.run()

    async def _check_log(self) -> Verdict:
        """In a session of its own: what is read must be as of one instant."""
        async with self.database.reading() as session:
            return await audit_check.verify(session)
