"""Bot API calls, each in its turn, with errors that say what they mean.

The rule: whatever Telegram says, it leaves here as one of the meanings of `bot/telegram_errors.py`.
"""

import asyncio
import contextlib
import html
import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot import log
from bot.gate import Gate
from bot.metrics import Metrics
from bot.telegram_errors import TokenRefused, TryLater, Undeliverable, classify, is_answer, meant
from bot.telegram_http import Accepted
from bot.telegram_media import send_medium
from bot.telegram_text import NO_PREVIEW, Sent, as_sent, call, keys
from delivery.rules import Lane
from handlers.screen import Screen

UNREADABLE = "Can't parse entities"
"""Telegram's words for markup it cannot read: our mistake."""
WITHOUT_TEXT = "there is no text in the message to edit"
"""Telegram's words for a picture or a pin."""
DELETED_AT_ONCE = 100
"""Messages that Telegram deletes in one call."""
Begin = Callable[[], None]
"""Called when the turn has come, right before a call: raises what keeps it from being made."""


class TelegramCalls:
    """What the house asks of Telegram, within the pace of the bot."""

    def __init__(self, bot: Bot, gate: Gate, metrics: Metrics | None = None) -> None:
        """`gate` spaces the calls; `metrics` counts them."""
        self.bot, self.gate = bot, gate
        self.metrics = metrics or Metrics()
        self.token_ok = True
        """Whether Telegram took our token the last time it looked at it."""
        self.fine = True
        """Whether the last call was answered, if only with a refusal: what readiness asks."""

    async def send(
        self, chat_id: int, screen: Screen, lane: Lane = Lane.REPLIES, begin: Begin | None = None
    ) -> list[int]:
        """Send a screen as new messages, the first of which has its place in the chat already; their ids, without
        those that Telegram took but did not name.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as they say.
        """
        sent = [await self.send_one(chat_id, screen, lane=lane, begin=begin)]
        for more in screen.then:
            await asyncio.sleep(await self.gate.place(chat_id))
            sent.append(await self.send_one(chat_id, more, lane=lane))
        return [message.message_id for message in sent if message]

    async def send_one(
        self,
        chat_id: int,
        screen: Screen,
        reply_to: int | None = None,
        lane: Lane = Lane.REPLIES,
        begin: Begin | None = None,
    ) -> Sent | None:
        """Send one message; None when Telegram took it and did not name it."""
        to = reply_to or screen.reply_to
        try:
            return await self._send_text(chat_id, screen, screen.text, "HTML", to, lane, begin)
        except Undeliverable as no:
            if no.reason != UNREADABLE:
                raise
            log.event("markup-refused", level=40, method="send")
            return await self._send_text(chat_id, screen, plain(screen.text), None, to, lane)

    async def change(
        self, chat_id: int, message_id: int, screen: Screen, lane: Lane = Lane.REPLIES, begin: Begin | None = None
    ) -> None:
        """Change the words of a message, or the words below its picture or file.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as they say.
        """
        try:
            await self.edit_words(chat_id, message_id, screen, lane, begin)
        except Undeliverable as no:
            if no.reason.lower() != WITHOUT_TEXT:
                raise
            await self.edit_words(chat_id, message_id, screen, lane, begin, caption=True)

    async def edit_words(
        self,
        chat_id: int,
        message_id: int,
        screen: Screen,
        lane: Lane = Lane.REPLIES,
        begin: Begin | None = None,
        *,
        caption: bool = False,
    ) -> None:
        """Change the words of a message, or its caption; not both, as Telegram has them in different methods."""
        method, name = ("editMessageCaption", "caption") if caption else ("editMessageText", "text")
        fields: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id, "reply_markup": keys(screen.rows)}
        if not caption:
            fields["link_preview_options"] = NO_PREVIEW
        try:
            await self._edit(method, fields | {name: screen.text, "parse_mode": "HTML"}, lane, begin)
        except Undeliverable as no:
            if no.reason != UNREADABLE:
                raise
            log.event("markup-refused", level=40, method="edit")
            await self._edit(method, fields | {name: plain(screen.text)}, lane, begin)

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete messages, ours and theirs. Those that are gone, or too old for Telegram to delete, are skipped.

        Raises:
            Undeliverable: the whole chat is out of reach.
            TryLater, Doubtful, TokenRefused: as they say; some may be deleted already.
        """
        for start in range(0, len(message_ids), DELETED_AT_ONCE):
            some = message_ids[start : start + DELETED_AT_ONCE]
            try:
                async with self.calling("deleteMessages", chat_id, Lane.VISITS):
                    await self.bot.delete_messages(chat_id, some)
            except Undeliverable as no:
                if no.unreachable:
                    raise
                for message_id in some:  # one of them spoils the call for all
                    await self._delete_one(chat_id, message_id)

    async def _delete_one(self, chat_id: int, message_id: int, lane: Lane = Lane.VISITS) -> None:
        try:
            async with self.calling("deleteMessage", chat_id, lane):
                await self.bot.delete_message(chat_id, message_id)
        except Undeliverable as no:
            if no.unreachable:
                raise

    async def _send_text(
        self,
        chat_id: int,
        screen: Screen,
        text: str,
        parse_mode: str | None,
        reply_to: int | None,
        lane: Lane,
        begin: Begin | None = None,
    ) -> Sent | None:
        paid = self.gate.pays and lane == Lane.ALERTS
        async with self.calling(_method(screen), chat_id, lane, paid=paid, begin=begin):
            try:
                if _method(screen) != "sendMessage":
                    medium = await send_medium(self.bot, chat_id, screen, text, parse_mode, reply_to, paid)
                    if medium:
                        return as_sent(medium)
                fields = {
                    "chat_id": chat_id,
                    "text": text,
                    "parse_mode": parse_mode,
                    "reply_markup": keys(screen.rows),
                    "protect_content": screen.protect or screen.private,
                    "link_preview_options": NO_PREVIEW,
                    "message_thread_id": screen.thread,
                    "reply_parameters": reply_to and {"message_id": reply_to, "allow_sending_without_reply": True},
                    "allow_paid_broadcast": paid,
                }
                return await call(self.bot, "sendMessage", fields)
            except Accepted:
                return None

    async def _edit(self, method: str, fields: dict[str, Any], lane: Lane, begin: Begin | None) -> None:
        """A call that has succeeded when it was taken, and when it would change nothing."""
        async with self.calling(method, fields["chat_id"], lane, begin=begin):
            try:
                await call(self.bot, method, fields)
            except Accepted:
                return
            except BadRequest as error:
                if "message is not modified" not in error.message.lower():
                    raise

    @contextlib.asynccontextmanager
    async def calling(
        self,
        method: str,
        chat_id: int,
        lane: Lane = Lane.REPLIES,
        *,
        paid: bool = False,
        begin: Begin | None = None,
    ) -> AsyncIterator[None]:
        """One call in its turn, never before a chat may be called again; errors come out as what they mean.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as they say; and what `begin` raises.
        """
        self._mind_silence(chat_id, lane)
        await self.gate.turn(lane, paid=paid)
        self._mind_silence(chat_id, lane)
        if begin:
            begin()
        try:
            yield
        except TelegramError as error:
            meaning = classify(error)
            if isinstance(meaning, TryLater) and meaning.throttled:
                self.gate.hold(chat_id, meaning.after.total_seconds(), lane)
            if isinstance(meaning, TokenRefused):
                self.token_ok = False
            self.fine = is_answer(meaning)
            self.metrics.requests.labels(method, meant(meaning)).inc()
            raise meaning from error
        self.token_ok = self.fine = True
        self.metrics.requests.labels(method, "done").inc()

    def _mind_silence(self, chat_id: int, lane: Lane) -> None:
        if (seconds := self.gate.held(chat_id, lane)) > 0:
            raise TryLater("held", timedelta(seconds=seconds), throttled=True)


def _method(screen: Screen) -> str:
    """For the figures: what a screen is sent with."""
    kinds = (("sendVenue", screen.venue), ("sendPhoto", screen.photo), ("sendVoice", screen.voice))
    document = ("sendDocument", screen.document or screen.file)
    return next((method for method, carried in (*kinds, document) if carried), "sendMessage")


def plain(text: str) -> str:
    """The words of a text without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))
