"""Whether this process can work now: what `/readyz` answers, part by part.

The rule: it answers within seconds, whatever hangs. A part that failed is tried anew when somebody asks, so that a
process which gets no more work because it was not ready becomes ready by itself.
"""

import asyncio
import time

from sqlalchemy.exc import DBAPIError
from telegram import Bot
from telegram.error import TelegramError

from bot.metrics import Metrics
from bot.telegram_calls import TelegramCalls
from bot.telegram_errors import TokenRefused, classify, is_answer
from storage import keys, migrate
from storage.database import Database
from storage.failures import OUTAGES
from storage.keys import BadKeys

LONGEST = 3.0
"""Seconds that the database, and Telegram, have to answer."""
ASK_AGAIN = 5.0
"""Seconds between two questions to Telegram, while it does not answer ..."""
TOKEN_AGAIN = 30.0
"""... and while it refuses the token."""


class Readiness:
    """Looks at the database, the schema, the keys and the last call to Telegram."""

    def __init__(self, database: Database, bot: Bot, calls: TelegramCalls, metrics: Metrics) -> None:
        """`calls` knows how the last call went; `metrics` shows each part too."""
        self.database, self.bot, self.calls, self.metrics = database, bot, calls, metrics
        self._looking: asyncio.Task[tuple[bool, bool]] | None = None
        self._next_question = 0.0

    async def parts(self) -> dict[str, bool]:
        """Each part, and whether it is well."""
        (database, schema), telegram = await asyncio.gather(self._database(), self._telegram())
        parts = {"database": database, "schema": schema, "keys": _has_keys(), "telegram": telegram}
        for name, well in parts.items():
            self.metrics.ready.labels(name).set(well)
        return parts

    async def _database(self) -> tuple[bool, bool]:
        """Whether a write works and the schema is the newest. Whoever asks meanwhile shares the answer."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(LONGEST):
                return await asyncio.shield(self._looking)  # broken off, it could leave a connection in the middle
        except TimeoutError:
            return False, False

    async def _look(self) -> tuple[bool, bool]:
        if not await self.database.answers():
            return False, False
        try:
            return True, await migrate.current(self.database) == migrate.newest()
        except (DBAPIError, *OUTAGES):
            return False, False

    async def _telegram(self) -> bool:
        if self.calls.fine:
            self._next_question = 0.0
            return True
        now, wait = time.monotonic(), ASK_AGAIN if self.calls.token_ok else TOKEN_AGAIN
        if not self.calls.token_ok and not self._next_question:
            self._next_question = now + wait  # asking at once would only be refused at once
        if now >= self._next_question:
            self._next_question = now + wait
            await self._ask()
        return self.calls.fine

    async def _ask(self) -> None:
        """Ask Telegram who we are: costs nothing, and nobody sees it."""
        try:
            async with asyncio.timeout(LONGEST):
                await self.bot.get_me()
        except TimeoutError:
            return
        except TelegramError as error:
            meaning = classify(error)
            self.calls.token_ok = not isinstance(meaning, TokenRefused)
            self.calls.fine = is_answer(meaning)
            return
        self.calls.token_ok = self.calls.fine = True


def _has_keys() -> bool:
    try:
        keys.in_use()
    except BadKeys:
        return False
    return True
