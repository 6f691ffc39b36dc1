"""Telegram's refusals, in its own words.

The rule: `Malformed` is a mistake in the call itself, which no state of the world could make right; it is
counted in `world.refused`. Every other `Refusal` depends on people, chats or time.
"""

from typing import Any


class Refusal(Exception):
    """An answer with `ok: false`: the HTTP status, the description and what `parameters` carries."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        """`parameters` holds `retry_after` or `migrate_to_chat_id`."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class Malformed(Refusal):
    """A call that is wrong in itself: 400, and always the bot's mistake."""

    def __init__(self, description: str) -> None:
        """The description after "Bad Request: "."""
        super().__init__(400, f"Bad Request: {description}")


def bad_request(description: str) -> Refusal:
    """A 400 that the state of the world explains."""
    return Refusal(400, f"Bad Request: {description}")


def forbidden(description: str) -> Refusal:
    """A 403: somebody does not want this message."""
    return Refusal(403, f"Forbidden: {description}")


def conflict(description: str) -> Refusal:
    """A 409: two readers of one queue."""
    return Refusal(409, f"Conflict: {description}")


def too_many_requests(seconds: int) -> Refusal:
    """A 429 that asks to wait for whole seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def migrated(new_id: int) -> Refusal:
    """A group that is now a supergroup under another id."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, words, {"migrate_to_chat_id": new_id})


CHAT_NOT_FOUND = "chat not found"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
CANNOT_INITIATE = "bot can't initiate conversation with a user"
TO_A_BOT = "bot can't send messages to bots"
