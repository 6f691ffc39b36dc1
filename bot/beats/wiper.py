"""Deletes the messages that `/hide` and `/forgetme` owe: claim, delete, and the row goes.

Safe to run in any number of processes and to be killed anywhere: what was deleted already is skipped by Telegram.
"""

import asyncio
from datetime import timedelta

from bot import log
from bot.clock import Now, wall
from bot.crashpoint import crashpoint
from bot.telegram_errors import Doubtful, TokenRefused, TryLater, Undeliverable
from bot.telegram_out import TelegramOut
from delivery import wiping
from storage.database import Database
from storage.tables import Wipe

AT_ONCE = 10
"""Chats in hand at the same time."""
REST = timedelta(minutes=10)
"""The wait after Telegram refused for a reason that may pass: the person blocked the bot, or the token was refused."""


class Wiper:
    """One of any number of wipers."""

    def __init__(self, database: Database, out: TelegramOut, now: Now) -> None:
        """`now` is the clock of people."""
        self.database, self.out, self.now = database, out, now

    async def drain(self) -> int:
        """Delete whatever is due; how many chats were tried."""
        total = 0
        while wipes := await self._claim():
            crashpoint("wipe-claimed")
            await asyncio.gather(*map(self._wipe, wipes))
            total += len(wipes)
        return total

    async def _claim(self) -> list[Wipe]:
        async with self.database.reading() as session:
            if not await wiping.anything_waits(session, self.now(), wall()):
                return []
        async with self.database.writing() as session:
            return await wiping.claim(session, self.now(), wall(), AT_ONCE)

    async def _wipe(self, wipe: Wipe) -> None:
        wait: timedelta | None = None
        try:
            if self.now() < wipe.expires_at:
                await self.out.delete(int(wipe.telegram_id), wiping.ids_of(wipe))
        except TryLater as later:
            wait = later.after
        except Doubtful:
            wait = timedelta(0)
        except (Undeliverable, TokenRefused) as error:
            log.event("wipe-refused", level=30, error=error)
            wait = REST
        else:
            crashpoint("wiped")
        async with self.database.writing() as session:
            if wait is None:
                await wiping.done(session, wipe)
            else:
                await wiping.again(session, wipe, self.now(), wait)
