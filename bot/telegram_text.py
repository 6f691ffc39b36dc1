"""Text to Telegram and back without PTB's objects: most calls by far, at half the cost.

The rule: errors are PTB's own; of an answer only the message's id and date are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telegram import Bot, Message

from bot.telegram_http import Accepted, AiohttpRequest
from handlers.press_codec import encode
from handlers.screen import Button, Rows

NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True)
class Sent:
    """A message that stands in a chat now."""

    message_id: int
    date: datetime


def as_sent(message: Message) -> Sent:
    """What is needed of PTB's message."""
    return Sent(message.message_id, message.date)


async def call(bot: Bot, method: str, fields: Mapping[str, Any]) -> Sent:
    """Call a method that answers with a message; fields that are None are left out.

    Raises:
        TelegramError, Accepted: as the Bot API's client says.
    """
    result = await ask(bot, method, fields)
    try:
        return Sent(int(result["message_id"]), datetime.fromtimestamp(result["date"], UTC))
    except (KeyError, TypeError, ValueError) as error:
        raise Accepted("no message in the answer") from error


async def ask(bot: Bot, method: str, fields: Mapping[str, Any], seconds: float | None = None) -> Any:
    """Call any method that takes no file; what it answers, as it is. Fields that are None are left out.

    Raises:
        TelegramError, Accepted: as the Bot API's client says.
    """
    request = bot.request
    if not isinstance(request, AiohttpRequest):
        raise TypeError("the bot speaks through another client")
    given = {name: each for name, each in fields.items() if each}
    return await request.call(f"{bot.base_url}/{method}", given, seconds)


def keys(rows: Rows) -> dict[str, Any] | None:
    """The inline keyboard of a screen, as the Bot API writes it."""
    return {"inline_keyboard": [[_key(each) for each in row] for row in rows]} if rows else None


def _key(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": encode(button.press) if button.press else "-"}
