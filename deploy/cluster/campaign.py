"""`make cluster`: a cluster on this machine under load, its primary and half of its bots killed; what was lost.

The rule: nothing is waited for that a person would not wait for. A bot that died is started again after two seconds, as
a supervisor would; a database server comes back after the new primary serves.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from delivery.rules import Kind
from deploy.cluster.cluster import Cluster
from deploy.cluster.layout import WEB, WORKERS, Layout
from deploy.cluster.load import ALERT, REMINDER, TICKET, Load
from simulator.delivery import Patience
from simulator.server import Simulator
from storage import keys
from storage.database import Database
from storage.failures import is_outage

TOKEN = "1000000002:" + "cluster-token-of-this-machine-only-"
SECONDS = 70.0
"""Of load."""
KILL_AFTER = 15.0
RESTART_AFTER = 2.0
"""What a supervisor takes to start a dead process again."""
MOST_SECONDS = 40.0
"""Until the service is whole again, at most."""


@dataclass
class Round:
    """What came of one round."""

    what: str
    updates: int = 0
    confirmed_before: int = 0
    lost: int = 0
    """Confirmed updates without their effect."""
    bookings: int = 0
    bookings_lost: int = 0
    bookings_twice: int = 0
    reminders: int = 0
    reminders_lost: int = 0
    reminders_twice: int = 0
    receipts_lost: int = 0
    receipts_twice: int = 0
    alert: dict[str, int] = field(default_factory=dict)
    alert_lost: int = 0
    """Settled as sent and never arrived."""
    alert_twice: int = 0
    in_doubt: int = 0
    """Rows that the killed worker had claimed: what may come twice or stay unknown."""
    primary_in: float = 0.0
    confirmed_in: float = 0.0
    sent_in: float = 0.0
    whole_in: float = 0.0
    rejoined_in: float = 0.0
    seconds: list[tuple[float, int, int]] = field(default_factory=list)
    """From the kill on, second by second: updates confirmed and messages of the sender arrived since the start."""
    slowest: float = 0.0
    """Seconds that the update which waited longest waited."""

    @property
    def passed(self) -> bool:
        """Whether the bars of the design are met."""
        lost = self.lost + self.bookings_lost + self.reminders_lost + self.receipts_lost + self.alert_lost
        twice = self.bookings_twice + self.alert_twice
        again = self.reminders_twice + self.receipts_twice
        return not lost and not twice and again <= self.in_doubt and self.whole_in <= MOST_SECONDS


class Campaign:
    """Plays one round."""

    def __init__(self, cluster: Cluster, simulator: Simulator, number: int) -> None:
        """Odd rounds kill the primary's machine, even ones the database server alone."""
        self.cluster, self.simulator = cluster, simulator
        self.server_only = number % 2 == 0
        self.victims = (WEB[number % 2], WORKERS[number % 2])
        self.result = Round("database server" if self.server_only else "machine of the primary")

    async def play(self, database: Database) -> Round:
        """All of it."""
        load = Load(self.simulator.world, database)
        await load.move_in()
        watching = asyncio.create_task(load.watch())
        try:
            await load.owe(SECONDS - 10)
            running = asyncio.create_task(load.run(SECONDS))
            await asyncio.sleep(KILL_AFTER)
            await self._kill(load)
            await running
            async with asyncio.timeout(180):
                await _until(load.is_over)
        finally:
            load.stopped = True
            await watching
        await self._judge(load)
        return self.result

    async def _kill(self, load: Load) -> None:
        """The primary, a web and a worker process, all at once; then what a supervisor does."""
        cluster, result = self.cluster, self.result
        old = await asyncio.to_thread(cluster.primary)
        assert old
        result.in_doubt = await load.in_hand()
        for name in self.victims:
            cluster.processes.kill_family(name)
        await asyncio.to_thread(cluster.kill_node, old, postmaster_only=self.server_only)
        killed = monotonic()
        result.confirmed_before = sum(bool(sent.confirmed) for sent in load.updates.values())
        supervising = asyncio.create_task(self._supervise())
        try:

            async def replaced() -> bool:
                return (await asyncio.to_thread(cluster.primary)) not in (None, old)

            async def confirmed() -> bool:
                return any(sent.confirmed and sent.at > killed for sent in load.updates.values())

            async def sends() -> bool:
                return load.seconds[-1][2] > arrived

            async def whole() -> bool:
                ready = [await asyncio.to_thread(cluster.is_ready, name) for name in (*WEB, *WORKERS)]
                return all(ready) and load.oldest_pending() < 1

            await _until(replaced)
            result.primary_in = monotonic() - killed
            await _until(confirmed)
            result.confirmed_in = monotonic() - killed
            arrived = load.seconds[-1][2]
            await _until(sends)
            result.sent_in = monotonic() - killed
            await _until(whole)
            result.whole_in = monotonic() - killed
            result.seconds = [(round(at - killed, 1), done, sent) for at, done, sent in load.seconds if at > killed]
        finally:
            supervising.cancel()
        await self._rejoin(old)

    async def _rejoin(self, old: str) -> None:
        """The former primary comes back, as a standby."""
        begun = monotonic()
        if not self.server_only:
            await asyncio.to_thread(self.cluster.start_node, old)

        async def follows() -> bool:
            return (await asyncio.to_thread(self.cluster.members))[old].startswith("replica running")

        await _until(follows)
        self.result.rejoined_in = monotonic() - begun

    async def _supervise(self) -> None:
        """Start again whoever died, also at its start."""
        while True:
            await asyncio.sleep(RESTART_AFTER)
            for name in self.victims:
                if not self.cluster.processes.pid(name):
                    self.cluster.start_bot(name)

    async def _judge(self, load: Load) -> None:
        result, updates = self.result, list(load.updates.values())
        booked, chose = await load.booked(), await load.chose()
        confirmed = {what: [each.person for each in updates if each.what == what] for what in ("booking", "choice")}
        result.updates = len(updates)
        result.slowest = max(sent.confirmed - sent.at for sent in updates)
        result.bookings = sum(booked.values())
        result.bookings_lost = sum(not booked[person] for person in confirmed["booking"])
        result.bookings_twice = sum(count > 1 for count in booked.values())
        result.lost = result.bookings_lost + sum(person not in chose for person in confirmed["choice"])
        reminders = [load.copies(person, REMINDER) for person in load.due]
        result.reminders = len(reminders)
        result.reminders_lost = reminders.count(0)
        result.reminders_twice = sum(count > 1 for count in reminders)
        receipts = [load.copies(person, TICKET) for person in booked]
        result.receipts_lost = receipts.count(0)
        result.receipts_twice = sum(count > 1 for count in receipts)
        states = await load.states(Kind.ALERT)
        result.alert = dict(states)
        copies = [load.copies(person, ALERT) for person in (*load.bookers, *load.choosers)]
        result.alert_twice = sum(count > 1 for count in copies)
        result.alert_lost = max(0, states["sent"] - sum(count > 0 for count in copies))


@asynccontextmanager
async def brought_up(folder: Path, cache: Path) -> AsyncIterator[tuple[Cluster, Simulator]]:
    """A Telegram, and a cluster that serves on it."""
    ring = keys.new_ring()
    keys.use(ring)
    simulator = Simulator(patience=Patience(first=0.2, longest=2.0), page=False)
    simulator.world.register(TOKEN)
    async with simulator:
        layout = Layout.draw(folder)
        layout.token, layout.telegram = TOKEN, simulator.url
        layout.extra = {
            "keys": ring.written(),
            "webhook_secret": secrets.token_urlsafe(32),
            "embeddings": "false",
            "cache": str(cache),
            "alerts_quiet_from": "00:00",
            "alerts_quiet_until": "00:00",
        }
        cluster = Cluster(layout)
        layout.save()
        try:
            await asyncio.to_thread(cluster.up_servers)
            await asyncio.to_thread(cluster.up_bots)
            yield cluster, simulator
        finally:
            await asyncio.to_thread(cluster.down)


async def _until(holds: Callable[[], Awaitable[bool]], seconds: float = 180) -> None:
    async with asyncio.timeout(seconds):
        while True:
            try:
                if await holds():
                    return
            except Exception as error:
                if not is_outage(error):
                    raise
            await asyncio.sleep(0.1)


async def play(number: int, folder: Path, cache: Path) -> Round:
    """One round in a cluster of its own."""
    async with brought_up(folder, cache) as (cluster, simulator):
        database = Database(cluster.layout.database_url)
        try:
            return await Campaign(cluster, simulator, number).play(database)
        finally:
            await database.close()
