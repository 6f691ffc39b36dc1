"""What is not text, on its way to Telegram: pictures, pins, recordings, files.

The rule: a picture is drawn in a thread, after the transaction; one that cannot be drawn leaves its words behind.
"""

import asyncio

from telegram import Bot, InlineKeyboardMarkup, Message

from bot import log
from handlers.screen import Screen


async def send_medium(
    bot: Bot, chat_id: int, screen: Screen, text: str, parse_mode: str | None, buttons: InlineKeyboardMarkup | None
) -> Message | None:
    """Send what a screen carries besides text, with `text` as its caption; None when it carries nothing.

    Raises:
        TelegramError, Accepted: as the Bot API's client says.
    """
    protect = screen.protect or screen.private or None
    if screen.venue:
        pin = screen.venue
        if not pin.address:  # Telegram wants an address with a name, and we invent none
            return await bot.send_location(
                chat_id, pin.latitude, pin.longitude, protect_content=protect, reply_markup=buttons
            )
        return await bot.send_venue(
            chat_id,
            pin.latitude,
            pin.longitude,
            pin.title,
            pin.address,
            protect_content=protect,
            reply_markup=buttons,
        )
    if screen.photo and (picture := await _drawn(screen)):
        return await bot.send_photo(
            chat_id,
            picture,
            filename="picture.png",
            caption=text,
            parse_mode=parse_mode,
            protect_content=protect,
            reply_markup=buttons,
        )
    if screen.file:
        name, content = screen.file
        kept = None if screen.keep else True
        return await bot.send_document(
            chat_id, content, filename=name, caption=text, parse_mode=parse_mode, protect_content=kept
        )
    if screen.voice:
        return await bot.send_voice(chat_id, screen.voice, caption=text, parse_mode=parse_mode)
    return None


async def _drawn(screen: Screen) -> bytes:
    if isinstance(screen.photo, bytes):
        return screen.photo
    try:
        return await asyncio.to_thread(screen.photo)
    except Exception as error:
        log.event("picture-failed", level=40, error=error)
        return b""
