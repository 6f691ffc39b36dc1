"""Bots: a token, what the bot told Telegram about itself, its webhook, and what waits for it.

The rule: one `Bot` holds all that belongs to one token; nothing of a bot lives elsewhere.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from simulator.chats import Chat
from simulator.messages import Account
from simulator.updates import Updates

Json = dict[str, Any]


@dataclass(slots=True)
class Webhook:
    """Where a bot wants its updates, and how the last deliveries went."""

    url: str
    secret_token: str | None = None
    max_connections: int = 40
    ip_address: str | None = None
    last_error_date: int | None = None
    last_error_message: str | None = None


@dataclass(slots=True, eq=False)
class Bot:
    """One bot. Texts and commands are kept per language ("" is for everybody)."""

    token: str
    account: Account
    updates: Updates = field(default_factory=Updates)
    webhook: Webhook | None = None
    chats: dict[int, Chat] = field(default_factory=dict)
    """Its private chats, by person."""
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """(scope, language) to commands; a scope is written "default" or "chat:5"."""
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})
    poller: asyncio.Future[None] | None = None
    """The getUpdates call now waiting; an exception set on it ends that call."""

    @property
    def id(self) -> int:
        """The bot's account id."""
        return self.account.id

    @property
    def username(self) -> str:
        """The bot's user name, without @."""
        return self.account.username or ""

    def commands_for(self, chat: Chat, language_code: str | None = None) -> list[Json]:
        """The commands a person sees in a chat: the narrowest scope first, their language first."""
        wide = "all_private_chats" if chat.person is not None else "all_group_chats"
        for scope in (f"chat:{chat.id}", wide, "default"):
            for language in (language_code or "", ""):
                if found := self.commands.get((scope, language)):
                    return found
        return []
