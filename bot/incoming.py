"""An update, reduced to what the house can act on. Everything else in it is dropped here and never stored."""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import Bot, ChatMember, Document, MaybeInaccessibleMessage, Message, Update

from bot import log
from handlers.request import Fetched, Place

Kind = Literal["command", "text", "press", "stray", "papers", "media", "voice", "blocked", "unblocked",
    "group-text", "group-command", "group-press", "group-media", "group-left", "group-rights", "group-migrated",
    "group-topic"]  # fmt: skip
"""`stray` is a press in a channel: it has no effect, but its spinner must stop."""
XML_NAMES = (".xml", ".cap")
XML_TYPES = ("text/xml", "application/xml", "application/cap+xml")
UNREAD = frozenset({"entities", "caption_entities", "link_preview_options"})
"""Of a message to us."""
READ_OF_PRESSED = frozenset(
    {"message_id", "date", "chat", "message_thread_id", "is_topic_message", "has_protected_content", "reply_to_message"}
)
"""Of the message below which somebody pressed a button, which is ours."""
_UNWRITABLE = re.compile("[\ud800-\udfff\0]")
"""Halves of characters, and the zero: neither can be stored or sent again."""


@dataclass(frozen=True)
class Incoming:
    """One thing that one person did in a private chat or in a group."""

    update_id: int
    kind: Kind
    telegram_id: int
    text: str = ""
    """What was typed, also below a picture; for a command, what follows it; for a press, its data."""
    command: str = ""
    callback_id: str = ""
    replied: str = ""
    """The text that the pressed message replies to; for a message, button data of the message it replies to."""
    voice_id: str = ""
    medium: str = ""
    """`photo` or `document`: nothing is done with it, unless an operator was asked for one."""
    medium_id: str = ""
    """Telegram's file id of it."""
    is_xml: bool = False
    """Whether a document calls itself XML: it may be an alert of another agency."""
    medium_size: int = 0
    """Its bytes, as Telegram says."""
    fetched: Fetched | None = None
    """What it holds, where it was fetched (`bot/fetching.py`)."""
    message_id: int | None = None
    protected: bool = False
    """For a press: whether the pressed message can neither be forwarded nor saved."""
    language_code: str = ""
    place: Place | None = None
    """Where in a group; None: in a private chat."""

    @property
    def chat_id(self) -> int:
        """The chat it happened in."""
        return self.place.chat_id if self.place else self.telegram_id


def parse(data: Any, bot: Bot | None = None) -> Update | None:
    """An update from Telegram's JSON; None for what is none, which no second try would make any better."""
    try:
        return Update.de_json(_read_of(data), bot)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        log.event("update-unreadable", level=30, error=error)
        return None


def _read_of(data: dict[str, Any]) -> dict[str, Any]:
    """What somebody may read of an update: an object for each button and each bold word would be made for nobody."""
    if isinstance(message := data.get("message"), dict):
        return {**data, "message": {name: each for name, each in message.items() if name not in UNREAD}}
    if isinstance(query := data.get("callback_query"), dict) and isinstance(message := query.get("message"), dict):
        pressed = {name: each for name, each in message.items() if name in READ_OF_PRESSED}
        return {**data, "callback_query": {**query, "message": pressed}}
    return data


def read(update: Update) -> Incoming | None:
    """What happened, or None for what concerns nobody: groups, channels, edits, other bots."""
    if update.callback_query:
        return _press(update)
    if update.my_chat_member:
        return _membership(update)
    message = update.message
    if message is None or message.from_user is None or message.from_user.is_bot or message.chat.type != "private":
        return None
    said = Incoming(
        update.update_id,
        "text",
        message.from_user.id,
        message_id=message.message_id,
        replied=_button_data(message.reply_to_message) if message.reply_to_message else "",
        language_code=message.from_user.language_code or "",
    )
    if message.voice and message.reply_to_message:
        return replace(
            said, kind="voice", voice_id=message.voice.file_id, replied=_button_data(message.reply_to_message)
        )
    if message.text is None:
        if not _speaks(message):
            return None
        medium, medium_id = _medium(message)
        kind: Kind = "papers" if _may_be_papers(message) else "media"
        said = replace(said, kind=kind, text=_clean(message.caption), medium=medium, medium_id=medium_id)
        return replace(said, is_xml=_is_xml(message.document), medium_size=_size(message.document))
    text = _clean(message.text)
    command, argument = _command(text)
    if command:
        return replace(said, kind="command", command=command, text=argument)
    return replace(said, text=text)


def _press(update: Update) -> Incoming | None:
    query = update.callback_query
    if query is None:
        return None
    if query.message is None or query.message.chat.type != "private":
        return Incoming(update.update_id, "stray", query.from_user.id, callback_id=query.id)
    return Incoming(
        update.update_id,
        "press",
        query.from_user.id,
        text=_clean(query.data),
        callback_id=query.id,
        replied=_replied(query.message),
        message_id=query.message.message_id if query.message.is_accessible else None,
        protected=isinstance(query.message, Message) and bool(query.message.has_protected_content),
        language_code=query.from_user.language_code or "",
    )


def _replied(message: MaybeInaccessibleMessage) -> str:
    asked = message.reply_to_message if isinstance(message, Message) else None
    return _clean(asked.text) if asked else ""


def _button_data(message: Message) -> str:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return " ".join(str(button.callback_data) for row in rows for button in row if button.callback_data)


def _membership(update: Update) -> Incoming | None:
    change = update.my_chat_member
    if change is None or change.chat.type != "private":
        return None
    gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    return Incoming(update.update_id, "blocked" if gone else "unblocked", change.from_user.id)


def _may_be_papers(message: Message) -> bool:
    return bool(message.photo or message.document or message.video)


def _medium(message: Message) -> tuple[str, str]:
    if message.photo:
        return "photo", message.photo[-1].file_id
    return ("document", message.document.file_id) if message.document else ("", "")


def _is_xml(document: Document | None) -> bool:
    return document is not None and (
        (document.file_name or "").lower().endswith(XML_NAMES) or (document.mime_type or "").lower() in XML_TYPES
    )


def _size(document: Document | None) -> int:
    return (document.file_size or 0) if document else 0


def _speaks(message: Message) -> bool:
    """Whether a person said something to us, rather than Telegram reporting an event of the chat."""
    if message.successful_payment or message.passport_data:
        return False  # never asked for: not even looked at
    return message.effective_attachment is not None or bool(message.caption)


def _clean(text: str | None) -> str:
    return _UNWRITABLE.sub("\ufffd", text or "")


def _command(text: str) -> tuple[str, str]:
    if not text.startswith("/") or not text[1:2].strip():
        return "", ""
    head, _, argument = text[1:].replace("\n", " ").partition(" ")
    return head.partition("@")[0].lower(), argument.strip()
