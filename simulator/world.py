"""The simulated world: all of `Actions`, and what happens to groups, update by update.

The rule: this is the whole surface for tests and for the page; nothing else changes the world for them.
"""

import asyncio
import json
from typing import Any

from simulator.actions import Actions
from simulator.bots import Bot
from simulator.chats import Chat, Standing
from simulator.clock import Clock

Json = dict[str, Any]


class World(Actions):
    """Everything there is, and the hands of the people in it."""

    def __init__(
        self, clock: Clock | None = None, remember: int | None = None, keep_messages: int | None = None
    ) -> None:
        """`remember` bounds the kept calls and answers, `keep_messages` each chat's messages (None: all)."""
        super().__init__(clock or Clock(), remember, keep_messages)
        self.clock.listeners.append(lambda now: self.publish("clock", now=now.isoformat()))

    def acquaint(self, person_id: int, bot: Bot | None = None) -> Chat:
        """Make a person one who wrote to the bot long ago, without an update."""
        chat = self.chat(person_id, bot)
        chat.opened = True
        return chat

    def set_standing(
        self, chat_id: int, standing: Standing, by: int, account_id: int | None = None, bot: Bot | None = None
    ) -> None:
        """A member `by` lets an account (by default the bot) in, promotes it or shows it out."""
        bot, chat = bot or self.bot, self.groups[chat_id]
        assert chat.group is not None
        changed = bot.id if account_id is None else account_id
        before = chat.standing(changed)
        chat.group.standings[changed] = standing
        if changed == bot.id and before != standing:
            self._tell_standing(chat, self.person(by), bot, before, standing)
        elif standing == "member" and before in ("left", "kicked"):
            joined = self.person(changed)
            self.announce(chat, joined, {"new_chat_members": [joined.as_json()]}, bot)

    def upgrade(self, chat_id: int, new_id: int) -> Chat:
        """A group becomes a supergroup with another id; the old id then answers with `migrate_to_chat_id`."""
        old = self.groups[chat_id]
        assert old.group is not None
        new = self.group(new_id, old.group.title, old.group.is_forum)
        assert new.group is not None
        new.group.standings.update(old.group.standings)
        owner = next((i for i in old.group.standings if i in self.people), 1)
        self.announce(old, self.person(owner), {"migrate_to_chat_id": new_id})
        self.announce(new, self.person(owner), {"migrate_from_chat_id": chat_id})
        old.group.migrated_to = new_id
        return new

    def inject(self, update: Json | bytes, bot: Bot | None = None) -> None:
        """Deliver an update exactly as given: hostile, doubled, or with an id from the past.

        Bytes need not even be JSON; what has no number for an id counts as the next one when confirmed.
        """
        queue = (bot or self.bot).updates
        update_id = None if isinstance(update, bytes) else update.get("update_id")
        number = update_id if isinstance(update_id, int) else queue.next_id
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        queue.inject(number, number, body)

    def updates_pending(self, bot: Bot | None = None) -> int:
        """How many updates the bot has not confirmed yet."""
        return len((bot or self.bot).updates)

    async def quiet(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - for tests to give up
        """Return when every update was delivered and confirmed; TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while any(bot.updates for bot in self.bots.values()):
                for bot in self.bots.values():
                    await bot.updates.wait_until_empty()
