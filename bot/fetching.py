"""Fetching the one kind of file that is ever fetched: an alert of another agency, sent by an operator.

The rule: whoever may not write alerts has their file neither asked for nor looked at.
"""

from dataclasses import replace

from telegram import Bot
from telegram.error import TelegramError

from alerts.cap.reading import MOST_BYTES
from bot import log
from bot.incoming import Incoming
from handlers.request import Fetched
from people.authority import Action, may
from people.store import find_person, grants_of
from storage.database import Database


class Fetcher:
    """Fetches alert files from Telegram."""

    def __init__(self, bot: Bot, database: Database) -> None:
        """`bot` fetches; `database` knows who is an operator."""
        self.bot, self.database = bot, database

    async def with_file(self, incoming: Incoming) -> Incoming:
        """The same with the file's content, where it is an operator's and looks like an alert."""
        if not incoming.is_xml:
            return incoming
        async with self.database.reading() as session:
            person = await find_person(session, incoming.telegram_id)
            if person is None or not may(await grants_of(session, person.id), Action.WRITE_ALERT):
                return incoming
        return replace(incoming, fetched=await self._fetch(incoming))

    async def _fetch(self, incoming: Incoming) -> Fetched:
        if incoming.medium_size > MOST_BYTES:
            return Fetched(fault="large")
        try:
            file = await self.bot.get_file(incoming.medium_id)
            if (file.file_size or 0) > MOST_BYTES:
                return Fetched(fault="large")
            return Fetched(bytes(await file.download_as_bytearray()))
        except TelegramError as error:
            log.event("file-not-fetched", level=30, error=error)
            return Fetched(fault="away")
