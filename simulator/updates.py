"""What waits to reach one bot: its updates, in the order they happened.

The rule: an update stays until the bot confirmed it, by an offset or by a 2xx; nothing else removes it.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_KINDS = (
    "message edited_message channel_post edited_channel_post business_connection business_message "
    "edited_business_message deleted_business_messages guest_message message_reaction "
    "message_reaction_count inline_query chosen_inline_result callback_query shipping_query "
    "pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member "
    "chat_join_request chat_boost removed_chat_boost managed_bot"
)
KINDS = frozenset(_KINDS.split())
"""Every kind of update a bot may ask for."""
DEFAULT_HIDDEN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds a bot gets only if it asks for them by name."""


@dataclass(slots=True, eq=False)
class Update:
    """One update: its id, the lane in which order is kept, and its JSON."""

    update_id: int
    lane: int
    body: bytes


class Updates:
    """The unconfirmed updates of one bot."""

    def __init__(self, first_id: int = 700_000_001) -> None:
        """Start empty; the first update gets `first_id`."""
        self.next_id = first_id
        self.pending: deque[Update] = deque()
        self.allowed: list[str] = []
        self.listeners: list[Callable[[Update], None]] = []
        """Called with every update as it is added."""
        self._empty = asyncio.Event()
        self._empty.set()
        self._more = asyncio.Event()

    def __len__(self) -> int:
        """How many wait."""
        return len(self.pending)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in DEFAULT_HIDDEN

    def add(self, kind: str, content: object, lane: int) -> None:
        """Add an update of a kind such as "message", unless the bot does not want that kind."""
        if not self.wants(kind):
            return
        update_id = self.next_id
        self.next_id += 1
        body = json.dumps({"update_id": update_id, kind: content}, ensure_ascii=False).encode("utf-8", "replace")
        self._put(Update(update_id, lane, body))

    def inject(self, update_id: int, lane: int, body: bytes) -> None:
        """Add an update as it is, whatever its id or content."""
        self._put(Update(update_id, lane, body))

    def _put(self, update: Update) -> None:
        self.pending.append(update)
        self._empty.clear()
        self._more.set()
        for listener in self.listeners:
            listener(update)

    def settle(self, update: Update) -> None:
        """Remove one update that was delivered."""
        with contextlib.suppress(ValueError):  # dropped or confirmed while it was on its way
            self.pending.remove(update)
        self._tidy()

    def confirm(self, offset: int) -> None:
        """Forget every update with an id lower than `offset`; below zero, all but the last -offset."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        elif self.pending and any(update.update_id < offset for update in self.pending):
            self.pending = deque(update for update in self.pending if update.update_id >= offset)
        self._tidy()

    def drop(self) -> None:
        """Forget all that waits."""
        self.pending.clear()
        self._tidy()

    def _tidy(self) -> None:
        if not self.pending:
            self._empty.set()
            self._more.clear()

    async def wait_for_more(self) -> None:
        """Return as soon as something waits."""
        await self._more.wait()

    async def wait_until_empty(self) -> None:
        """Return as soon as nothing waits."""
        await self._empty.wait()
