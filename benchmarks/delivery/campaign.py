"""One campaign: an alert to many people while bots are killed or frozen and Telegram is in trouble; what came of it.

The rule: the server that was called is the witness. What the bot says of itself (its rows, its report) is held against
what arrived there.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from time import monotonic

from benchmarks.delivery import people as people
from benchmarks.delivery.bots import CampaignBot
from benchmarks.delivery.calls import Kind
from benchmarks.delivery.judging import judge_alert, judge_pace, judge_reminders
from benchmarks.delivery.result import Place, Plan, Result
from benchmarks.delivery.telegram import TOKEN
from benchmarks.delivery.witness import Witness
from bot.clock import wall
from delivery.rules import Kind as Owing
from storage import keys
from storage.database import Database
from tests.faults.scene import dead_are_done

LEASE_AND_MORE = 30.0
"""Seconds for which a process is frozen: twice the lease."""
IN_HAND = 400
"""People at most whose message a process has in hand when it dies."""
SPREAD = 0.6
"""Reminders fall due over so much of the time that the alert takes at best."""


class Campaign:
    """Plays one plan."""

    def __init__(self, plan: Plan, place: Place, database: Database, telegram: Witness) -> None:
        self.plan, self.place, self.database, self.telegram = plan, place, database, telegram
        self.result = Result(plan, place)
        self.random = random.Random(plan.seed)
        self.bots: list[CampaignBot] = []
        self.alert_id = 0
        self.begun = 0.0
        self._dead: set[tuple[int, int]] = set()
        """Chats and claim numbers of rows whose sender was killed."""

    async def play(self) -> Result:
        """All of it."""
        plan, result = self.plan, self.result
        self.alert_id = await people.propose(self.database, life_safety=plan.life_safety)
        async with self._running():
            due = await self._owe()
            self.begun = monotonic()
            if plan.freeze:
                await self._freeze()
            for moment in self._moments():
                await self._kill_at(moment)
            await self._end()
            result.seconds = monotonic() - self.begun
            result.refused = await self._refused()
        await self.telegram.tell()
        result.stall = self.telegram.stall
        result.cpu = sum(bot.cpu for bot in self.bots)
        for bot in self.bots:
            for event, count in bot.events.items():
                result.events[event] = result.events.get(event, 0) + count
        result.early = self.telegram.early
        await judge_alert(result, self.telegram.calls, self.database, self.alert_id)
        judge_reminders(result, self.telegram.calls, due)
        judge_pace(result, self.telegram.calls, self.begun)
        return result

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        settings = {
            "token": TOKEN,
            "telegram_api": self.telegram.url,
            "database_url": self.place.url,
            "keys": self.place.ring.written(),
            "webhook_secret": "s" * 40,
            "embeddings": "false",
            "cache": str(self.place.cache),
            "send_rate": str(self.plan.rate),
            "free_rate": str(self.plan.free_rate),
            "alerts_quiet_from": "00:00",
            "alerts_quiet_until": "00:00",
        }
        async with AsyncExitStack() as open_ones:
            for _ in range(self.plan.processes):
                bot = CampaignBot(settings, self.place.folder, self.plan.module)
                self.bots.append(await open_ones.enter_async_context(bot))
            yield

    async def _owe(self) -> dict[int, datetime]:
        plan, result = self.plan, self.result
        due: dict[int, datetime] = {}
        if plan.reminders:
            begin = wall() + timedelta(seconds=2)
            due = await people.remind(self.database, begin, SPREAD * plan.people / plan.rate + 1)
        await self.telegram.meets(plan.trouble, due)
        begun = monotonic()
        await people.send(self.database, self.alert_id)
        result.owed_in = monotonic() - begun
        return due

    def _moments(self) -> list[int]:
        """How many people the alert is done with when a bot is killed; enough are left to see it resume."""
        latest = max(0.1, min(0.9, 1 - 2 * IN_HAND / self.plan.people))
        shares = sorted(self.random.uniform(0.02, latest) for _ in range(self.plan.kills))
        return [int(share * self.plan.people) for share in shares]

    async def _kill_at(self, done: int) -> None:
        bot, result = self.bots[0], self.result
        await self._seen(done - sum(result.in_hand))  # what was in hand at a death may never be called
        await bot.kill()
        await dead_are_done(self.database)
        result.in_hand.append(await self._left_in_hand(Owing.ALERT))
        result.reminders_in_hand += await self._left_in_hand(Owing.REMINDER)
        await bot.start()
        await self._seen(await self.telegram.alerts() + 1)
        result.resumed_in.append(monotonic() - bot.launched)
        result.started_in.append(bot.started - bot.launched)

    async def _left_in_hand(self, kind: Owing) -> int:
        """How many rows the process that has just died had claimed; those of an earlier death may still be leased."""
        rows = await people.rows_of(self.database, kind)
        claimed = {(chat, claim) for chat, (state, claim, _) in rows.items() if state == "claimed"}
        new = claimed - self._dead
        self._dead |= new
        return len(new)

    async def _freeze(self) -> None:
        """Stop one bot in the middle of its work for two leases, and wake it."""
        frozen, telegram, result = self.bots[0], self.telegram, self.result
        await self._seen(self.plan.people // 10)
        frozen.signal(signal.SIGSTOP)
        await asyncio.sleep(LEASE_AND_MORE)
        before = await people.rows_of(self.database, self.plan.kind)
        settled = {chat for chat, (state, *_) in before.items() if state not in ("pending", "claimed", "waiting")}
        woken = monotonic()
        frozen.signal(signal.SIGCONT)
        await asyncio.sleep(5)
        after = await people.rows_of(self.database, self.plan.kind)
        result.rewritten = sum(after[chat] != before[chat] for chat in settled)
        await self._end()
        await telegram.tell()
        earlier = telegram.calls.arrived(Kind.ALERT, until=woken)
        later = telegram.calls.arrived(Kind.ALERT, since=woken)
        result.again = sum(chat in earlier and chat in settled for chat in later)

    async def _seen(self, alerts: int) -> None:
        """Wait for so many calls with the alert, as an operator would: who lets it go on when it has stopped."""
        async with asyncio.timeout(self.plan.most_seconds):
            while True:
                try:
                    return await self.telegram.seen(alerts, 2)
                except TimeoutError:
                    self.result.held += await people.let_go_if_held(self.database, self.alert_id)

    async def _end(self) -> None:
        async with asyncio.timeout(self.plan.most_seconds):
            while not await people.is_over(self.database, self.alert_id) or await self._reminders_left():
                self.result.held += await people.let_go_if_held(self.database, self.alert_id)
                await asyncio.sleep(0.5)

    async def _reminders_left(self) -> bool:
        return bool(self.plan.reminders and await people.reminders_left(self.database))

    async def _refused(self) -> int:
        return sum([await bot.refused_writes() for bot in self.bots])


async def play(plan: Plan, place: Place) -> Result:
    """Play one plan; the people of the place are there already."""
    keys.use(place.ring)
    database = Database(place.url)
    try:
        async with Witness(plan.seed) as telegram:
            return await Campaign(plan, place, database, telegram).play()
    finally:
        await database.close()
