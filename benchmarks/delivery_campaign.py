"""One campaign: an alert to many people while bots are killed or frozen and Telegram is in trouble; what came of it.

The rule: the server that was called is the witness. What the bot says of itself (its rows, its report) is held against
what arrived there.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, time

from benchmarks import delivery_people as people
from benchmarks.delivery_bots import BotProcess
from benchmarks.delivery_telegram import AMBIGUOUS, TOKEN, Fate, Kind, Trouble, busiest_second
from benchmarks.delivery_witness import Witness
from delivery.rules import Kind as Owing
from storage import keys
from storage.database import Database

LEASE_AND_MORE = 30.0
"""Seconds for which a process is frozen: twice the lease."""
SPREAD = 0.6
"""Reminders fall due over so much of the time that the alert takes at best."""
REMINDED = 300


@dataclass(frozen=True)
class Plan:
    """What is done to whom."""

    name: str
    people: int
    rate: int = 1000
    free_rate: int = 30
    kills: int = 0
    trouble: Trouble | None = None
    reminders: int = 0
    processes: int = 1
    freeze: bool = False
    life_safety: bool = False
    module: str = "bot"
    """What is run: `bot`, or a bot with something switched off."""
    judged_at: int = 0
    """The limit the server judges by; 0: what the bot was told."""
    seed: int = 6
    most_seconds: float = 3600.0


@dataclass
class Place:
    """Where a campaign is played: a database with its people, and what bots need besides."""

    kind: str
    url: str
    ring: keys.KeyRing
    cache: Path
    folder: Path


@dataclass
class Result:
    """What came of it."""

    plan: Plan
    place: Place
    total: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, dict[str, int]] = field(default_factory=dict)
    adds_up: bool = False
    audience: int = 0
    owed_in: float = 0.0
    resumed_in: list[float] = field(default_factory=list)
    """Seconds from each restart to the next message of the alert."""
    started_in: list[float] = field(default_factory=list)
    """Of these, until the process said that it had started."""
    seconds: float = 0.0
    rate: float = 0.0
    """Calls with the alert in a second, from the first to the last; stops and starts of bots included."""
    steady: float = 0.0
    """The same without the first two seconds and the last one."""
    most: int = 0
    """Calls that surely came within one second."""
    most_read: int = 0
    """The same if they came when they were read, although the server may have been kept from reading them."""
    busiest_at: float = 0.0
    """When that second began, after the alert was owed."""
    most_unpaid: int = 0
    stall: float = 0.0
    """Seconds for which the witness itself was kept from looking at the clock, at worst."""
    early: int = 0
    lost: int = 0
    twice: int = 0
    ambiguous: int = 0
    blocked: int = 0
    throttled: int = 0
    in_hand: list[int] = field(default_factory=list)
    """Rows that were claimed at each kill."""
    held: int = 0
    """How often the alert stopped by itself and an operator let it go on."""
    late: list[float] = field(default_factory=list)
    """Seconds from due to arrived, of the first copy of each reminder."""
    reminders_lost: int = 0
    reminders_extra: int = 0
    reminders_ambiguous: int = 0
    reminders_in_hand: int = 0
    rewritten: int = 0
    """Rows that a process which had lost them changed."""
    refused: int = 0
    """Writes that were refused because the row was no longer the writer's."""
    again: int = 0
    """People who got a message after it had been settled as sent."""
    cpu: float = 0.0
    events: dict[str, int] = field(default_factory=dict)

    def late_within(self, share: float) -> float:
        """Seconds within which this share of the reminders had arrived."""
        return sorted(self.late)[int(share * (len(self.late) - 1))] if self.late else 0.0


class Campaign:
    """Plays one plan."""

    def __init__(self, plan: Plan, place: Place, database: Database, telegram: Witness) -> None:
        self.plan, self.place, self.database, self.telegram = plan, place, database, telegram
        self.result = Result(plan, place)
        self.random = random.Random(plan.seed)
        self.bots: list[BotProcess] = []
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
        await self._judge_alert()
        await self._judge_reminders(due)
        self._judge_pace()
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
                bot = BotProcess(settings, self.place.folder, self.plan.module)
                self.bots.append(await open_ones.enter_async_context(bot))
            yield

    async def _owe(self) -> dict[int, datetime]:
        plan, result = self.plan, self.result
        due: dict[int, datetime] = {}
        if plan.reminders:
            begin = people.wall() + timedelta(seconds=2)
            due = await people.remind(self.database, begin, SPREAD * plan.people / plan.rate + 1)
        await self.telegram.meets(plan.trouble, due)
        begun = monotonic()
        await people.send(self.database, self.alert_id)
        result.owed_in = monotonic() - begun
        return due

    def _moments(self) -> list[int]:
        """Numbers of calls after which a bot is killed."""
        shares = sorted(self.random.uniform(0.02, 0.9) for _ in range(self.plan.kills))
        return [int(share * self.plan.people) for share in shares]

    async def _kill_at(self, calls: int) -> None:
        bot, result = self.bots[0], self.result
        await self._seen(calls)
        await bot.kill()
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
        kind = Owing.LIFE_SAFETY if self.plan.life_safety else Owing.ALERT
        await self._seen(self.plan.people // 10)
        frozen.freeze()
        await asyncio.sleep(LEASE_AND_MORE)
        before = await people.rows_of(self.database, kind)
        settled = {chat for chat, (state, *_) in before.items() if state not in ("pending", "claimed", "waiting")}
        woken = monotonic()
        frozen.wake()
        await asyncio.sleep(5)
        after = await people.rows_of(self.database, kind)
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

    async def _judge_alert(self) -> None:
        """Hold the report against what arrived."""
        result, calls = self.result, self.telegram.calls
        report = await people.report_on(self.database, self.alert_id)
        result.audience, result.total = report.alert.audience_size, report.total
        result.by_language = report.by_language
        told = {language: sum(counts.values()) for language, counts in report.by_language.items()}
        result.adds_up = report.adds_up and told == people.audience_by_language(self.plan.people)
        copies = calls.arrived(Kind.ALERT)
        result.twice = sum(count > 1 for count in copies.values())
        kind = Owing.LIFE_SAFETY if self.plan.life_safety else Owing.ALERT
        rows = await people.rows_of(self.database, kind)
        result.lost = sum(state == "sent" and chat not in copies for chat, (state, *_) in rows.items())
        result.lost += self.plan.people - len(rows)
        fates = calls.fates(Kind.ALERT)
        result.ambiguous = sum(fates[fate] for fate in AMBIGUOUS)
        result.throttled = fates[Fate.THROTTLED]
        result.blocked = len({chat for chat, fate in zip(calls.chat, calls.fate, strict=True) if fate == Fate.BLOCKED})
        result.early = self.telegram.early

    async def _judge_reminders(self, due: dict[int, datetime]) -> None:
        result, calls = self.result, self.telegram.calls
        if not due:
            return
        offset = time() - monotonic()
        first: dict[int, float] = {}
        for at, chat, kind in zip(calls.at, calls.chat, calls.kind, strict=True):
            if kind == Kind.REMINDER:
                first.setdefault(chat, at + offset)
        copies = calls.arrived(Kind.REMINDER)
        fates = calls.fates(Kind.REMINDER)
        result.late = [first[chat] - at.timestamp() for chat, at in due.items() if chat in first]
        result.reminders_lost = sum(not copies[chat] for chat in due)
        result.reminders_extra = sum(copies.values()) - len(copies)
        result.reminders_ambiguous = sum(fates[fate] for fate in AMBIGUOUS)

    def _judge_pace(self) -> None:
        result, calls = self.result, self.telegram.calls
        alerts = sorted(at for at, kind in zip(calls.at, calls.kind, strict=True) if kind == Kind.ALERT)
        if len(alerts) > 1:
            result.rate = (len(alerts) - 1) / (alerts[-1] - alerts[0])
        within = [at for at in alerts if alerts[0] + 2 <= at < alerts[-1] - 1]
        if len(within) > 1:
            result.steady = (len(within) - 1) / (within[-1] - within[0])
        result.most, when = busiest_second(calls.times())
        result.most_unpaid, _ = busiest_second(calls.times(unpaid=True))
        result.most_read, _ = busiest_second([(at, at) for at in calls.at])
        result.busiest_at = when - self.begun


async def play(plan: Plan, place: Place) -> Result:
    """Play one plan; the people of the place are there already."""
    keys.use(place.ring)
    database = Database(place.url)
    try:
        async with Witness(plan.seed) as telegram:
            return await Campaign(plan, place, database, telegram).play()
    finally:
        await database.close()
