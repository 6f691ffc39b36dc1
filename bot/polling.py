"""Long polling with the webhook's promise: the offset moves only after the whole batch was handled.

Ending the process in the middle of a batch makes Telegram deliver the batch again, which does no harm.
"""

import asyncio
import contextlib
from datetime import timedelta

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import log
from bot.dispatch import Dispatcher
from bot.unit import NotNow

HOLD = 25
"""Seconds Telegram may hold a poll open."""
ALLOWED = ["message", "callback_query", "my_chat_member"]
"""The kinds of updates we act on; no others are sent to us."""
RETRY_SECONDS = 0.5
CONFIRM_SECONDS = 2.0
"""How long a stop waits for Telegram to hear what was handled."""


class Poller:
    """Fetches updates and hands them to the dispatcher."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher) -> None:
        """Does nothing until `run`."""
        self.bot, self.dispatcher = bot, dispatcher
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Poll until stopped; no error ends this loop.

        A poll with an offset confirms all before it, so an empty one leaves nothing to confirm. The next goes without:
        after a quiet week Telegram's ids may begin anew, lower, and an old offset would drop them unread.
        """
        offset: int | None = None
        failures = 0
        while not self.stopping.is_set():
            try:
                updates = await self._fetch(offset)
                if not updates:
                    offset = offset if self.stopping.is_set() else None
                elif await self._handle(updates):
                    offset = max(update.update_id for update in updates) + 1
                failures = 0
            except Exception as error:
                failures += 1
                await self._pause(_wait(error, failures))
        if offset is not None:
            await self._confirm(offset)

    async def _confirm(self, offset: int) -> None:
        """Say what was handled; otherwise the next start would be given it again, and answer it again."""
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self.bot.get_updates(offset, limit=1, timeout=0, allowed_updates=ALLOWED)

    async def _fetch(self, offset: int | None) -> list[Update]:
        asking = asyncio.ensure_future(self.bot.get_updates(offset, timeout=HOLD, allowed_updates=ALLOWED))
        stopped = asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait((asking, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not asking.done():
            asking.cancel()
            return []
        return list(asking.result())

    async def _handle(self, updates: list[Update]) -> bool:
        """Handle a batch, people side by side, each in order; False when stopped before all was done."""
        by_person: dict[int, list[Update]] = {}
        for update in updates:
            by_person.setdefault(update.effective_user.id if update.effective_user else 0, []).append(update)
        results = await asyncio.gather(*(self._in_order(own) for own in by_person.values()))
        return all(results)

    async def _in_order(self, updates: list[Update]) -> bool:
        for update in updates:
            while True:
                try:
                    await self.dispatcher.handle(update)
                    break
                except NotNow:
                    await self._pause(RETRY_SECONDS)
                    if self.stopping.is_set():
                        return False
        return True

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return


def _wait(error: Exception, failures: int) -> float:
    """Seconds to wait before asking again."""
    log.event("poll-failed", level=30, kind=type(error).__name__, tries=failures)
    match error:
        case InvalidToken():
            return 60
        case Conflict():
            return 5
        case RetryAfter():
            wait: int | timedelta = error.retry_after
            return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    return min(0.5 * float(2 ** min(failures, 6)), 30.0)
