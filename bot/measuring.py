"""What is counted only when somebody looks at `/metrics`: what is due and has not gone out, and what is under way.

The rule: sums, ages and states; no label names anybody. All processes measure the same database, so whoever adds up
takes the largest of their figures, never the sum.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot
from telegram.error import TelegramError

from alerts.rules import LIVE
from alerts.store.going import count_live
from bot.clock import Now
from bot.metrics import Metrics
from bot.quarantine import TRIES
from delivery.claiming import backlog
from delivery.rules import Lane
from delivery.standing import waiting_wipes
from scheduling.store.calling import oldest_waiting
from scheduling.store.waiting import tallies
from scheduling.waiting_rules import OfferState
from storage.census import count_set_aside
from storage.database import Database
from storage.failures import is_passing

WEBHOOK_SECONDS = 30.0
"""How often Telegram is asked what it still holds for us."""
LONGEST = 3.0
"""Seconds it has to answer."""


@dataclass(eq=False)
class Measuring:
    """Reads the database, and Telegram's view of the webhook, into the figures."""

    database: Database
    bot: Bot
    metrics: Metrics
    now: Now
    webhook: bool
    """Whether updates come by webhook: only then has Telegram something to tell."""
    _next_question: float = 0.0

    async def run(self) -> None:
        """Measure once. What cannot be read keeps its last figure; readiness says what is away."""
        try:
            async with self.database.reading() as session:
                await self._read(session, self.now())
        except Exception as error:
            if not is_passing(error):
                raise
        if self.webhook and time.monotonic() >= self._next_question:
            self._next_question = time.monotonic() + WEBHOOK_SECONDS
            await self._ask()

    async def _read(self, session: AsyncSession, now: datetime) -> None:
        metrics, waiting = self.metrics, await backlog(session, now)
        for lane in Lane:
            count, oldest = waiting.get(lane, (0, now))
            metrics.waiting.labels(str(int(lane))).set(count)
            metrics.oldest.labels(str(int(lane))).set((now - oldest).total_seconds())
        line, offers = await tallies(session)
        metrics.lines.set(line)
        for state in OfferState:
            metrics.offers.labels(state).set(offers.get(state, 0))
        silent = await oldest_waiting(session, now)
        metrics.silence.set((now - silent).total_seconds() if silent else 0)
        wipes, since = await waiting_wipes(session, now)
        metrics.wipes.set(wipes)
        metrics.oldest_wipe.set((now - since).total_seconds() if since else 0)
        metrics.set_aside.set(await count_set_aside(session, now, TRIES))
        live = await count_live(session)
        for each in LIVE:
            metrics.alerts.labels(each).set(live.get(each, 0))

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                info = await self.bot.get_webhook_info()
        except (TimeoutError, TelegramError):
            return
        self.metrics.webhook_pending.set(info.pending_update_count)
        failed = info.last_error_date
        self.metrics.webhook_failed.set(failed.timestamp() if failed else 0)
