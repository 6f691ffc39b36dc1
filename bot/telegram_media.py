"""What is not text, on its way to Telegram: pictures, pins, recordings, files.

The rule: a picture is drawn in a thread, after the transaction; one that cannot be drawn leaves its words behind.
"""

import asyncio
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, ReplyParameters

from bot import log
from handlers.press_codec import encode
from handlers.screen import Rows, Screen


async def send_medium(
    bot: Bot,
    chat_id: int,
    screen: Screen,
    text: str,
    parse_mode: str | None,
    reply_to: int | None = None,
    paid: bool = False,
) -> Message | None:
    """Send what a screen carries besides text, with `text` as its caption; None when it carries nothing.

    Args:
        reply_to: the message it is a reply to.
        paid: it may cost Stars (`allow_paid_broadcast`).

    Raises:
        TelegramError, Accepted: as the Bot API's client says.
    """
    buttons = keyboard(screen.rows)
    how: dict[str, Any] = {
        "protect_content": screen.protect or screen.private or None,
        "message_thread_id": screen.thread,
        "reply_parameters": ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
        "allow_paid_broadcast": paid or None,
    }
    words: dict[str, Any] = {"caption": text, "parse_mode": parse_mode}
    if pin := screen.venue:
        how["reply_markup"] = buttons
        if not pin.address:  # Telegram wants an address with a name, and we invent none
            return await bot.send_location(chat_id, pin.latitude, pin.longitude, **how)
        return await bot.send_venue(chat_id, pin.latitude, pin.longitude, pin.title, pin.address, **how)
    if screen.photo and (picture := await _drawn(screen)):
        named: dict[str, Any] = {"filename": "picture.png"} if isinstance(picture, bytes) else {}
        return await bot.send_photo(chat_id, picture, reply_markup=buttons, **named, **words, **how)
    if screen.document:
        return await bot.send_document(chat_id, screen.document, reply_markup=buttons, **words, **how)
    if screen.file:
        name, content = screen.file
        how["protect_content"] = None if screen.keep else True
        return await bot.send_document(chat_id, content, filename=name, **words, **how)
    if screen.voice:
        how["protect_content"] = None
        return await bot.send_voice(chat_id, screen.voice, **words, **how)
    return None


async def _drawn(screen: Screen) -> bytes | str:
    if isinstance(screen.photo, bytes | str):
        return screen.photo
    try:
        return await asyncio.to_thread(screen.photo)
    except Exception as error:
        log.event("picture-failed", level=40, error=error)
        return b""


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """The inline keyboard of a screen."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(each.label, url=each.url)
                if each.url
                else InlineKeyboardButton(each.label, callback_data=encode(each.press) if each.press else "-")
                for each in row
            ]
            for row in rows
        ]
    )
