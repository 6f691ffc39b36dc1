"""An update, reduced to what the house can act on. Everything else in it is dropped here and never stored."""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import Bot, ChatMember, MaybeInaccessibleMessage, Message, Update

from bot import log

Kind = Literal["command", "text", "press", "stray", "papers", "media", "voice", "blocked", "unblocked"]
"""`stray` is a press outside a private chat: it has no effect, but its spinner must stop."""
_UNWRITABLE = re.compile("[\ud800-\udfff\0]")
"""Halves of characters, and the zero: neither can be stored or sent again."""


@dataclass(frozen=True)
class Incoming:
    """One thing that one person did in a private chat."""

    update_id: int
    kind: Kind
    telegram_id: int
    text: str = ""
    """What was typed, also below a picture; for a command, what follows it; for a press, its data."""
    command: str = ""
    callback_id: str = ""
    replied: str = ""
    """The text that the pressed message replies to; for a voice message, button data of the message it replies to."""
    voice_id: str = ""
    message_id: int | None = None
    protected: bool = False
    """For a press: whether the pressed message can neither be forwarded nor saved."""
    language_code: str = ""


def parse(data: Any, bot: Bot | None = None) -> Update | None:
    """An update from Telegram's JSON; None for what is none, which no second try would make any better."""
    try:
        return Update.de_json(data, bot)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        log.event("update-unreadable", level=30, error=error)
        return None


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
        language_code=message.from_user.language_code or "",
    )
    if message.voice and message.reply_to_message:
        return replace(
            said, kind="voice", voice_id=message.voice.file_id, replied=_button_data(message.reply_to_message)
        )
    if message.text is None:
        if not _speaks(message):
            return None
        return replace(said, kind="papers" if _may_be_papers(message) else "media", text=_clean(message.caption))
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
