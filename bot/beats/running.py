"""What is done without being asked: sending what is owed, passing places on, erasing, forgetting, watching alerts.

The rule: every part may run in any number of processes at once; the database decides which of them has done it.
A process that only receives keeps one beat: what it has noted in memory must reach the database.
"""

import asyncio
from dataclasses import dataclass

from bot import log
from bot.beats.alert_watch import AlertWatch
from bot.beats.escalating import Escalating
from bot.beats.housekeeping import Housekeeping
from bot.beats.notices import Notices
from bot.beats.offering import Offering
from bot.beats.silence import Silence
from bot.beats.tallying import AskedCounts
from bot.beats.threads import Threads
from bot.beats.ticker import Ticker
from bot.beats.wiper import Wiper
from bot.clock import Now
from bot.gate import Gate
from bot.roles import Role
from bot.sender import Sender
from bot.shown import ShownMessages
from storage.database import Database
from storage.failures import is_passing

SENDING_SECONDS = 1.0
"""How long a beat goes on claiming: a long alert must not hold up what else a beat does."""


@dataclass(frozen=True)
class Parts:
    """What the beats move."""

    sender: Sender
    offering: Offering
    threads: Threads
    escalating: Escalating
    silence: Silence
    notices: Notices
    wiper: Wiper
    housekeeping: Housekeeping
    alert_watch: AlertWatch


@dataclass(frozen=True)
class Memory:
    """What a process notes for itself and hands to the database soon after."""

    database: Database
    shown: ShownMessages
    asked: AskedCounts
    gate: Gate
    now: Now

    async def keep(self) -> None:
        """Hand it over."""
        await self.shown.flush(self.database, self.now())
        await self.asked.flush(self.database, self.now())
        await self.gate.tidy()


class Beats:
    """The beats of one process."""

    def __init__(self, role: Role, parts: Parts, memory: Memory, committed: asyncio.Event) -> None:
        """`committed` is set when this process has stored something that may be owed."""
        self._role, self._parts, self._memory, self._committed = role, parts, memory, committed
        self._sending = Ticker(self._send, committed)
        beside = [Ticker(self._tidy, asyncio.Event())]
        if role.works:
            beside.append(Ticker(parts.alert_watch.run, asyncio.Event()))
        self._beside = beside

    def start(self) -> None:
        """Begin."""
        if self._role.works:
            self._sending.start()
        for each in self._beside:
            each.start()

    async def stop(self, seconds: float) -> None:
        """Finish what is in hand or hand it back; all at once, so that no wait adds up."""
        ends = [each.stop(seconds / 2) for each in self._beside]
        if self._role.works:
            ends += [self._sending.stop(seconds), self._parts.sender.finish(seconds)]
        await asyncio.gather(*ends)

    async def _send(self) -> None:
        """What is done every second and after each commit: pass places on, send what is due."""
        await self._parts.offering.run()
        await self._parts.threads.run()
        await self._parts.sender.drain(SENDING_SECONDS)
        if self._parts.sender.busy:
            self._committed.set()

    async def _tidy(self) -> None:
        """What is done every second beside sending, so that a long alert holds up no erasure: note which messages were
        shown, delete those that must go, and forget what is old.
        """
        try:
            if self._role.works:
                await self._watch()
            await self._memory.keep()
            if self._role.works:
                await self._clear()
        except Exception as error:
            if not is_passing(error):
                raise
            log.event("tidying-waits", level=30, error=error)

    async def _watch(self) -> None:
        await self._parts.silence.run()
        await self._parts.notices.run()
        await self._parts.escalating.run()
        await self._parts.threads.run()

    async def _clear(self) -> None:
        housekeeping = self._parts.housekeeping
        if await self._parts.wiper.drain():
            housekeeping.untidy()
        await housekeeping.run_if_due()
        await housekeeping.tidy()
