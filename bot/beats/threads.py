"""Forum topics of conversations: opened when words wait for one, opened again once closed, closed at the end.

The rule: one process works on a topic, under a lease. Dying between opening one and storing its number leaves a spare
topic, and the words go into the next one.
"""

from datetime import timedelta

from bot import log
from bot.clock import Now, wall
from bot.crashpoint import crashpoint
from bot.telegram_errors import Doubtful, TokenRefused, TryLater, Undeliverable
from bot.telegram_out import TelegramOut
from bot.telegram_topics import open_topic, turn_topic
from handlers.request import House
from handlers.screens.handoff_staff import name
from handoff import threading
from storage.database import Database
from storage.failures import is_passing
from storage.tables import Conversation, Person, StaffGroup

REST = timedelta(seconds=5)
"""How long a topic is left alone that could not be changed."""
NOT_MODIFIED = "TOPIC_NOT_MODIFIED"
"""Telegram's words for a topic that is so already."""
GONE = ("thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")
"""Telegram's words for a topic that somebody deleted."""


class Threads:
    """One of any number of processes that do this."""

    def __init__(self, house: House, database: Database, out: TelegramOut, now: Now) -> None:
        """`now` is the clock of people; leases are in real time."""
        self.house, self.database, self.out, self.now = house, database, out, now

    async def run(self) -> int:
        """Do what is due; how many topics were changed."""
        try:
            async with self.database.reading() as session:
                due = await threading.due(session, wall())
            return sum([await self._one(*each) for each in due])
        except Exception as error:
            if not is_passing(error):
                raise
            log.event("threads-wait", level=30, error=error)
            return 0

    async def _one(self, talk: Conversation, group: StaffGroup, person: Person) -> bool:
        async with self.database.writing() as session:
            if not await threading.take(session, talk, wall()):
                return False
        try:
            thread_id = await self._change(talk, group, person)
        except Undeliverable as no:
            await self._refused(talk, group, no)
            return False
        except (TryLater, Doubtful, TokenRefused) as error:
            wait = max(error.after, REST) if isinstance(error, TryLater) else REST
            async with self.database.writing() as session:
                await threading.let_go(session, talk.id, wall(), wait)
            return False
        crashpoint("thread-opened")
        async with self.database.writing() as session:
            await threading.note(session, talk, thread_id, self.now())
        return True

    async def _change(self, talk: Conversation, group: StaffGroup, person: Person) -> int | None:
        """Call Telegram; the number of a new topic."""
        chat_id = int(group.chat_id)
        if talk.thread_id is None:
            say = self.house.catalogues.say(group.language)
            return await open_topic(self.out, chat_id, name(say, talk.id, person.language))
        try:
            await turn_topic(self.out, chat_id, talk.thread_id, is_open=not talk.thread_open)
        except Undeliverable as no:
            if not no.reason.startswith(NOT_MODIFIED):
                raise
        return None

    async def _refused(self, talk: Conversation, group: StaffGroup, no: Undeliverable) -> None:
        """The topic is gone, or we may not manage topics, or are not in the group."""
        log.event("thread-refused", level=30, error=no)
        async with self.database.writing() as session:
            if no.unreachable:
                await threading.lose_group(session, group.id, self.now())
            elif any(words in no.reason for words in GONE):
                await threading.lose(session, talk)
            else:
                await threading.without_topics(session, group.id, group.clinic_id)
