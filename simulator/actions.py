"""What people do: write, press, send, edit.

The rule: an action is a plain call that returns at once; what a bot makes of it arrives over HTTP.
"""

import itertools
from typing import Any

from simulator import privacy
from simulator.bots import Bot
from simulator.chats import Chat, Standing, describe_member
from simulator.clock import Clock
from simulator.entities import find_entities
from simulator.media import describe_media
from simulator.messages import Account, Message
from simulator.places import Places
from simulator.record import Press

Json = dict[str, Any]


class Actions(Places):
    """The hands of the people in the world.

    Every action takes `bot`: which bot it concerns, by default the one registered first.
    """

    def __init__(self, clock: Clock, remember: int | None, keep_messages: int | None) -> None:
        """See `World`."""
        super().__init__(clock, remember, keep_messages)
        self._query_numbers = itertools.count(4_000_000_001)

    def say(
        self,
        person_id: int,
        text: str,
        chat_id: int | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
        bot: Bot | None = None,
    ) -> Message:
        """A person writes. `reply_to` is a message id of the same chat; empty text is a ValueError."""
        if not text.strip():
            raise ValueError("Telegram sends no empty message")
        fields = {"text": text, "entities": find_entities(text)}
        return self._write(person_id, chat_id, reply_to, thread_id, bot, fields)

    def start(self, person_id: int, payload: str = "", bot: Bot | None = None) -> Message:
        """A person opens the bot's link (perhaps with a payload) and presses Start; this also unblocks."""
        bot = bot or self.bot
        if self.chat(person_id, bot).blocked:
            self.unblock(person_id, bot)
        return self.say(person_id, f"/start {payload}".strip(), bot=bot)

    def send(
        self,
        person_id: int,
        kind: str,
        chat_id: int | None = None,
        *,
        caption: str = "",
        reply_to: int | None = None,
        thread_id: int | None = None,
        bot: Bot | None = None,
        **fields: Any,
    ) -> Message:
        """A person sends what is not text; the kinds are those of `describe_media`.

        `fields` go into the kind's JSON: `latitude`, `phone_number`, `duration`; `content` is a file's bytes.
        """
        content, file = describe_media(self, self.person(person_id), kind, fields)
        body = {
            "kind": kind,
            "content": content,
            "file": file,
            "text": caption,
            "entities": find_entities(caption),
        }
        return self._write(person_id, chat_id, reply_to, thread_id, bot, body)

    def _write(
        self,
        person_id: int,
        chat_id: int | None,
        reply_to: int | None,
        thread_id: int | None,
        bot: Bot | None,
        fields: Json,
    ) -> Message:
        person, bot = self.person(person_id), bot or self.bot
        chat = self.chat(person_id if chat_id is None else chat_id, bot)
        if chat.person is not None and chat.blocked:
            raise ValueError("this person has blocked the bot; unblock or start first")
        chat.opened = True
        if chat.group is not None:
            chat.group.standings.setdefault(person_id, "member")
        replied = chat.find(reply_to) if reply_to is not None else None
        message = self.post(chat, person, bot, reply_to=replied, thread_id=thread_id, **fields)
        self._deliver("message", message, bot)
        return message

    def _deliver(self, kind: str, message: Message, bot: Bot) -> None:
        chat = message.chat
        readers = [bot] if chat.person is not None else list(self.bots.values())
        for reader in readers:
            if chat.person is not None or privacy.reaches(message, reader):
                reader.updates.add(kind, message.as_json(), chat.id)

    def announce(self, chat: Chat, sender: Account, content: Json, bot: Bot | None = None) -> Message:
        """A service message, such as somebody joining, which every bot in the group gets."""
        bot = bot or self.bot
        message = self.post(chat, sender, bot, kind="service", content=content)
        self._deliver("message", message, bot)
        return message

    def edit(
        self, person_id: int, message_id: int, text: str, chat_id: int | None = None, bot: Bot | None = None
    ) -> Message:
        """A person changes what they wrote. A message not theirs, or gone, is a KeyError."""
        bot = bot or self.bot
        message = self.chat(person_id if chat_id is None else chat_id, bot).find(message_id)
        if message is None or message.sender.id != person_id:
            raise KeyError(message_id)
        message.text, message.entities, message.edited_at = (text, find_entities(text), self.clock.unix())
        self.publish_message("edit", message, bot)
        self._deliver("edited_message", message, bot)
        return message

    def press(
        self,
        person_id: int,
        data: str | bytes,
        message_id: int | None = None,
        chat_id: int | None = None,
        bot: Bot | None = None,
    ) -> str:
        """A person presses an inline button; returns the callback query's id.

        `data` may be on no button, or not even be UTF-8. Without `message_id` it is the newest message with
        inline buttons; one that is gone reaches the bot as inaccessible.
        """
        person, bot = self.person(person_id), bot or self.bot
        chat = self.chat(person_id if chat_id is None else chat_id, bot)
        chat.opened = True
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        if message_id is None:
            newest = next((m for m in reversed(chat.messages) if m.buttons and not m.deleted), None)
            message_id = newest.message_id if newest else chat.last_id
        message = chat.find(message_id)
        shown = message.as_json() if message else {"chat": chat.as_json(), "message_id": message_id, "date": 0}
        query_id = str(next(self._query_numbers))
        query = {
            "id": query_id,
            "from": person.as_json(),
            "message": shown,
            "chat_instance": str(chat.id),
            "data": text,
        }
        self.keep_press(Press(query_id, person_id, chat.id, message_id, bot.id, text, self.clock.unix()))
        bot.updates.add("callback_query", query, chat.id)
        return query_id

    def block(self, person_id: int, bot: Bot | None = None) -> None:
        """A person blocks the bot."""
        self._set_blocked(person_id, True, bot or self.bot)

    def unblock(self, person_id: int, bot: Bot | None = None) -> None:
        """A person lets the bot write again."""
        self._set_blocked(person_id, False, bot or self.bot)

    def _set_blocked(self, person_id: int, blocked: bool, bot: Bot) -> None:
        chat = self.chat(person_id, bot)
        if chat.blocked != blocked:
            chat.blocked = blocked
            standings: tuple[Standing, Standing] = ("member", "kicked") if blocked else ("kicked", "member")
            self._tell_standing(chat, self.person(person_id), bot, *standings)

    def _tell_standing(self, chat: Chat, by: Account, bot: Bot, old: Standing, new: Standing) -> None:
        change = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": self.clock.unix(),
            "old_chat_member": describe_member(bot.account, old),
            "new_chat_member": describe_member(bot.account, new),
        }
        bot.updates.add("my_chat_member", change, chat.id)
        self.publish("chat", chat.id, blocked=chat.blocked, standing=new)
