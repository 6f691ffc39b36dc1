"""Telegram's errors, as the four things that matter.

The rule: an error is classified by its cause, never by PTB's class, because the cause alone tells whether
Telegram may have acted. `Undeliverable` and `TryLater` mean it has not; `Doubtful` means nobody knows.
"""

from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

NEVER_ARRIVED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
)
"""Causes that end a request before Telegram could have read it."""


@dataclass(eq=False)
class Undeliverable(Exception):
    """Telegram has refused for good. `unreachable`: the person blocked the bot or is gone; otherwise our fault."""

    reason: str
    unreachable: bool = False


@dataclass(eq=False)
class Moved(Undeliverable):
    """The group has become a supergroup under another id; nothing was done."""

    to: int = 0


@dataclass(eq=False)
class TryLater(Exception):
    """Certainly not done; may be tried again after `after`."""

    reason: str
    after: timedelta = timedelta(seconds=1)
    throttled: bool = False


@dataclass(eq=False)
class Doubtful(Exception):
    """Done or not, nobody can tell."""

    reason: str


@dataclass(eq=False)
class TokenRefused(Exception):
    """Telegram does not accept the token (any more)."""


def classify(error: TelegramError) -> Exception:
    """What a failed call means. The order matters: `BadRequest` is a `NetworkError` too."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            return TryLater("429", timedelta(seconds=seconds), throttled=True)
        case InvalidToken():
            return TokenRefused()
        case Forbidden():
            return Undeliverable("403", unreachable=True)
        case ChatMigrated():
            return Moved("migrated", to=error.new_chat_id)
        case BadRequest():
            return Undeliverable(_plain_reason(error.message), unreachable="chat not found" in error.message.lower())
        case Conflict():
            return TryLater("409", timedelta(seconds=5))
    if isinstance(error.__cause__, NEVER_ARRIVED):
        return TryLater(type(error.__cause__).__name__)
    return Doubtful(type(error.__cause__).__name__ if error.__cause__ else "5xx")


def is_answer(meaning: Exception) -> bool:
    """Whether a failed call is the answer of a Telegram that is there and knows us."""
    return isinstance(meaning, Undeliverable) or (isinstance(meaning, TryLater) and meaning.throttled)


def meant(meaning: Exception) -> str:
    """One word for a class of failures, for the figures."""
    match meaning:
        case TryLater(throttled=True):
            return "too many"
        case TryLater():
            return "not done"
        case Undeliverable(unreachable=True):
            return "unreachable"
        case Undeliverable():
            return "refused"
        case TokenRefused():
            return "token"
    return "doubtful"


def _plain_reason(message: str) -> str:
    """Telegram's own words without what may follow them: those can quote the text we sent."""
    return message.split(":")[0][:60]
