"""Who writes and what is written: accounts and messages, and the JSON a bot gets of them.

The rule: dates are whole Unix seconds of the simulator's clock; a deleted message stays here, marked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.chats import Chat

Json = dict[str, Any]


@dataclass(slots=True)
class Account:
    """A person or a bot, as Telegram's User."""

    id: int
    name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False
    deactivated: bool = False
    phone_number: str | None = None
    """What a shared contact carries; bots cannot see it otherwise."""

    def as_json(self) -> Json:
        """The Bot API's User."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(slots=True)
class StoredFile:
    """A file somebody sent; `content` is served at /file/bot<token>/<path>."""

    file_id: str
    unique_id: str
    kind: str
    content: bytes
    name: str | None = None
    mime_type: str | None = None

    @property
    def path(self) -> str:
        """Where getFile says it lies."""
        return f"{self.kind}s/{self.unique_id}"

    def as_json(self) -> Json:
        """The part shared by every kind of file in the Bot API."""
        told: Json = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }
        if self.name:
            told["file_name"] = self.name
        if self.mime_type:
            told["mime_type"] = self.mime_type
        return told


@dataclass(slots=True)
class Message:
    """One message in one chat."""

    chat: Chat
    message_id: int
    sender: Account
    date: int
    kind: str = "text"
    """text, photo, voice, document, sticker, location, contact, video, animation, dice, venue, service."""
    text: str = ""
    """The text, or the caption of a medium."""
    entities: list[Json] = field(default_factory=list)
    content: Json | None = None
    """What the kind adds to the JSON, such as {"location": {...}}; None for text."""
    reply_markup: Json | None = None
    reply_to: Message | None = None
    thread_id: int | None = None
    edited_at: int | None = None
    deleted: bool = False
    protect_content: bool = False
    silent: bool = False
    pinned: bool = False
    file: StoredFile | None = None
    forwarded_from: Account | None = None
    forwarded_date: int = 0
    reactions: list[Json] | None = None
    link_preview_options: Json | None = None

    @property
    def from_bot(self) -> bool:
        """Whether a bot wrote it."""
        return self.sender.is_bot

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons from top left to bottom right; empty without an inline keyboard."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def as_json(self, nested: bool = False) -> Json:
        """The Bot API's Message. `nested` leaves out the message replied to, one level down."""
        told: Json = {
            "message_id": self.message_id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": self.date,
        }
        if self.kind == "text":
            told["text"] = self.text
            if self.entities:
                told["entities"] = self.entities
        elif self.content is not None:
            told.update(self.content)
            if self.text:
                told["caption"] = self.text
                if self.entities:
                    told["caption_entities"] = self.entities
        if self.reply_markup and "inline_keyboard" in self.reply_markup:
            told["reply_markup"] = self.reply_markup
        if self.reply_to is not None and not nested:
            told["reply_to_message"] = self.reply_to.as_json(nested=True)
        if self.thread_id is not None:
            told["message_thread_id"] = self.thread_id
            told["is_topic_message"] = True
        if self.edited_at is not None:
            told["edit_date"] = self.edited_at
        if self.protect_content:
            told["has_protected_content"] = True
        if self.link_preview_options:
            told["link_preview_options"] = self.link_preview_options
        if self.forwarded_from is not None:
            origin = self.forwarded_from.as_json()
            told["forward_origin"] = {"type": "user", "date": self.forwarded_date, "sender_user": origin}
        return told
