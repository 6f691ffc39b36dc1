"""Screens to Bot API calls, and Telegram's errors to the four things that matter.

The rule: an error is classified by its cause, never by PTB's class, because the cause alone tells whether
Telegram may have acted. `Undeliverable` and `TryLater` mean it has not; `Doubtful` means nobody knows.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.gate import Gate
from handlers.press_codec import encode
from handlers.screen import Rows, Screen
from locales.graphemes import cut

REPLY_TRIES = 3
"""How often a reply is tried when it certainly did not arrive."""
TOAST_LENGTH = 190
"""Letters of a notice on top of the chat; Telegram takes 200."""
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
            return Undeliverable("migrated")
        case BadRequest():
            return Undeliverable(_plain_reason(error.message), unreachable="chat not found" in error.message.lower())
        case Conflict():
            return TryLater("409", timedelta(seconds=5))
    if isinstance(error.__cause__, NEVER_ARRIVED):
        return TryLater(type(error.__cause__).__name__)
    return Doubtful(type(error.__cause__).__name__ if error.__cause__ else "5xx")


def _plain_reason(message: str) -> str:
    """Telegram's own words without what may follow them: those can quote the text we sent."""
    return message.split(":")[0][:60]


@dataclass(frozen=True)
class Pressed:
    """The button press an answer belongs to."""

    callback_id: str
    message_id: int | None
    """None when Telegram no longer shows us the message."""


class TelegramOut:
    """Shows screens in chats, within the pace of the bot."""

    def __init__(self, bot: Bot, gate: Gate) -> None:
        """`gate` spaces the calls of this process."""
        self.bot = bot
        self.gate = gate

    async def send(self, chat_id: int, screen: Screen) -> int:
        """Send a screen as new messages; the id of the last.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as they say.
        """
        message_id = await self._send_one(chat_id, screen)
        for more in screen.then:
            message_id = await self._send_one(chat_id, more)
        return message_id

    async def show(self, chat_id: int, screen: Screen, pressed: Pressed | None, incoming: int | None) -> str:
        """Answer an update: stop the spinner, then change the pressed message or send a new one.

        Never raises for what Telegram does: what was decided is committed already. Returns "sent" or why not.
        """
        if pressed:
            await self._answer(pressed, screen)
        if screen.remove and incoming is not None:
            await self._remove(chat_id, incoming)
        outcome = "sent"
        if screen.text:
            outcome = await self._reply(chat_id, screen, pressed, incoming)
        for more in screen.then:
            outcome = await self._reply(chat_id, more, None)
        return outcome

    async def _reply(self, chat_id: int, screen: Screen, pressed: Pressed | None, incoming: int | None = None) -> str:
        edits = pressed is not None and pressed.message_id is not None and not screen.fresh
        for _ in range(REPLY_TRIES):
            try:
                if edits and pressed and pressed.message_id is not None:
                    await self._edit(chat_id, pressed.message_id, screen)
                else:
                    await self._send_one(chat_id, screen, incoming if screen.reply and not pressed else None)
            except Undeliverable as no:
                if edits and not no.unreachable:
                    edits = False  # too old or deleted: the same screen as a new message
                    continue
                return "unreachable" if no.unreachable else f"failed {no.reason}"
            except TryLater as later:
                await asyncio.sleep(min(later.after.total_seconds(), 30))
            except Doubtful as doubt:
                if not edits:  # an edit can be repeated, a message cannot
                    return f"unknown {doubt.reason}"
            except TokenRefused:
                return "token refused"
            else:
                return "sent"
        return "gave up"

    async def _send_one(self, chat_id: int, screen: Screen, reply_to: int | None = None) -> int:
        await self.gate.turn()
        try:
            if screen.voice:
                said = await self.bot.send_voice(chat_id, screen.voice, caption=screen.text, parse_mode="HTML")
                return said.message_id
            message = await self.bot.send_message(
                chat_id,
                screen.text,
                parse_mode="HTML",
                reply_markup=keyboard(screen.rows),
                protect_content=screen.protect or None,
                link_preview_options=NO_PREVIEW,
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
            )
        except TelegramError as error:
            raise classify(error) from error
        return message.message_id

    async def _edit(self, chat_id: int, message_id: int, screen: Screen) -> None:
        await self.gate.turn()
        try:
            await self.bot.edit_message_text(
                screen.text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode="HTML",
                reply_markup=keyboard(screen.rows),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if "message is not modified" not in error.message.lower():
                raise classify(error) from error
        except TelegramError as error:
            raise classify(error) from error

    async def _answer(self, pressed: Pressed, screen: Screen) -> None:
        with contextlib.suppress(TelegramError):  # too old to matter; the screen itself still goes out
            await self.bot.answer_callback_query(pressed.callback_id, text=cut(screen.toast, TOAST_LENGTH) or None)

    async def _remove(self, chat_id: int, message_id: int) -> None:
        with contextlib.suppress(TelegramError):  # older than 48 hours, or gone already
            await self.bot.delete_message(chat_id, message_id)


NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


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
