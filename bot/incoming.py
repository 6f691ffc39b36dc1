"""An update, reduced to what the house can act on. Everything else in it is dropped here and never stored."""

from dataclasses import dataclass, replace
from typing import Literal

from telegram import ChatMember, Message, Update

Kind = Literal["command", "text", "press", "papers", "media", "blocked", "unblocked"]


@dataclass(frozen=True)
class Incoming:
    """One thing that one person did in a private chat."""

    update_id: int
    kind: Kind
    telegram_id: int
    text: str = ""
    """What was typed; for a command, what follows it; for a press, its data."""
    command: str = ""
    callback_id: str = ""
    message_id: int | None = None
    language_code: str = ""


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
    if message.text is None:
        return replace(said, kind="papers" if _may_be_papers(message) else "media") if _speaks(message) else None
    command, argument = _command(message.text)
    if command:
        return replace(said, kind="command", command=command, text=argument)
    return replace(said, text=message.text)


def _press(update: Update) -> Incoming | None:
    query = update.callback_query
    if query is None or query.message is None or query.message.chat.type != "private":
        return None
    return Incoming(
        update.update_id,
        "press",
        query.from_user.id,
        text=query.data or "",
        callback_id=query.id,
        message_id=query.message.message_id if query.message.is_accessible else None,
        language_code=query.from_user.language_code or "",
    )


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
    return message.effective_attachment is not None or bool(message.caption)


def _command(text: str) -> tuple[str, str]:
    if not text.startswith("/"):
        return "", ""
    head, _, argument = text[1:].partition(" ")
    return head.partition("@")[0].partition("\n")[0].lower(), argument.strip()
