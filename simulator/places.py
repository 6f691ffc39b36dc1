"""The accounts, bots, groups and files that exist, and how messages come to stand in a chat.

The rule: every message is made by `post`, so ids, dates and events cannot disagree.
"""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from simulator.bots import Bot, Webhook
from simulator.chats import Chat, Group, Standing
from simulator.clock import Clock
from simulator.messages import Account, Message, StoredFile
from simulator.record import Record

TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""The token of a bot registered without one; it opens nothing outside this machine."""
_FIRST_KINDS = ("photo", "voice", "document", "sticker", "video", "animation")


class Places(Record):
    """Who and what there is in the simulated world."""

    def __init__(self, clock: Clock, remember: int | None, keep_messages: int | None) -> None:
        """`keep_messages` keeps only that many messages of each chat; None keeps all."""
        super().__init__(clock, remember)
        self.keep_messages = keep_messages
        self.people: dict[int, Account] = {}
        self.bots: dict[str, Bot] = {}
        """By token."""
        self.bots_by_id: dict[int, Bot] = {}
        self.groups: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.webhook_listeners: list[Callable[[Bot], None]] = []
        """Called whenever a bot's webhook was set or taken away."""
        self._paths: dict[str, StoredFile] = {}
        self._file_numbers = itertools.count(1)

    @property
    def bot(self) -> Bot:
        """The bot registered first, which every action addresses unless told otherwise."""
        return next(iter(self.bots.values())) if self.bots else self.register()

    def register(self, token: str = TOKEN, username: str = "front_door_bot", name: str = "Front door") -> Bot:
        """Make a bot; calls with any other token get 401. The same token again returns the same bot."""
        if token not in self.bots:
            bot_id = int(token.split(":")[0])
            bot = Bot(token, Account(bot_id, name, username=username, is_bot=True))
            self.bots[token] = self.bots_by_id[bot_id] = bot
        return self.bots[token]

    def set_webhook(self, bot: Bot, webhook: Webhook | None) -> None:
        """Set or take away a bot's webhook and tell whoever delivers."""
        bot.webhook = webhook
        for listener in self.webhook_listeners:
            listener(bot)

    def person(self, person_id: int, name: str = "Aye", language_code: str | None = "my") -> Account:
        """A person, made on first use; later calls ignore the name and the language."""
        person = self.people.get(person_id)
        if person is None:
            person = self.people[person_id] = Account(person_id, name, language_code)
            if self.watched:
                self.publish("person", person_id, id=person_id, name=name, language_code=language_code)
        return person

    def group(
        self,
        chat_id: int = -1001000000001,
        title: str = "Staff",
        forum: bool = False,
        members: Iterable[int] = (),
        bot_is: Standing | None = None,
    ) -> Chat:
        """A standing group with every registered bot in it; made on first use, without updates.

        Ids that start with -100 are supergroups. `bot_is` is the bots' standing: by default a member
        (so privacy mode holds), in a forum an administrator (so it may open topics, and sees everything).
        """
        chat = self.groups.get(chat_id)
        if chat is None:
            chat = self.groups[chat_id] = Chat(chat_id, group=Group(title, is_forum=forum), opened=True)
            for bot in self.bots.values() or (self.bot,):
                assert chat.group is not None
                chat.group.standings[bot.id] = bot_is or ("administrator" if forum else "member")
            self.publish("chat", chat_id, title=title)
        assert chat.group is not None
        for member in members:
            self.person(member)
            chat.group.standings.setdefault(member, "member")
        return chat

    def chat(self, chat_id: int, bot: Bot | None = None) -> Chat:
        """A group by its id, or the private chat of a person (made on first use) with a bot.

        Raises:
            KeyError: no such group.
        """
        if chat_id < 0:
            return self.groups[chat_id]
        chats = (bot or self.bot).chats
        if chat_id not in chats:
            chats[chat_id] = Chat(chat_id, person=self.person(chat_id))
        return chats[chat_id]

    def chats(self, bot: Bot | None = None) -> list[Chat]:
        """Every chat of one bot that has been opened, and every group."""
        return [chat for chat in (bot or self.bot).chats.values() if chat.opened] + list(self.groups.values())

    def post(self, chat: Chat, sender: Account, bot: Bot, **fields: Any) -> Message:
        """Put a message into a chat, with the next id and the present date."""
        chat.last_id += 1
        message = Message(chat, chat.last_id, sender, self.clock.unix(), **fields)
        chat.messages.append(message)
        if self.keep_messages is not None and len(chat.messages) > self.keep_messages:
            del chat.messages[: len(chat.messages) - self.keep_messages]
        if self.watched:
            self.publish_message("message", message, bot)
        return message

    def publish_message(self, kind: str, message: Message, bot: Bot) -> None:
        """Tell subscribers of a message that came, changed or went."""
        if self.watched:
            told = message.as_json()
            self.publish(kind, message.chat.id, message_id=message.message_id, bot=bot.username, message=told)

    def store(self, kind: str, content: bytes, name: str | None = None, mime: str | None = None) -> StoredFile:
        """Keep a file and give it an id."""
        number = next(self._file_numbers)
        code = kind[:3].upper() if kind in _FIRST_KINDS else "DOC"
        file = StoredFile(f"AgACAg{code}{number:012d}", f"AQAD{code}{number:08d}", kind, content, name, mime)
        self.files[file.file_id] = self._paths[file.path] = file
        return file

    def file(self, file_id: str) -> StoredFile | None:
        """The file of that id; a photo's thumbnail is the photo itself."""
        return self.files.get(file_id) or self.files.get(file_id.removesuffix("s"))

    def file_at(self, path: str) -> StoredFile | None:
        """The file under a path that getFile gave."""
        return self._paths.get(path)
