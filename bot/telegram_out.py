"""Screens to Bot API calls.

The rule: what certainly did not arrive is tried again, what may have arrived only where a second time does no harm.
"""

import asyncio
import contextlib
import html
import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest, TelegramError

from bot import log
from bot.gate import Gate
from bot.shown import ShownMessages
from bot.telegram_errors import Doubtful, TokenRefused, TryLater, Undeliverable, classify
from bot.telegram_http import Accepted
from bot.telegram_media import send_medium
from delivery.rules import wait_after
from handlers.press_codec import encode
from handlers.screen import Rows, Screen
from locales.graphemes import cut

REPLY_TRIES = 3
"""How often a reply is tried when it certainly did not arrive."""
REPLY_LIFE, EDIT_LIFE = 120.0, 600.0
"""Seconds after which a reply, or a changed screen, would only confuse."""
ANSWER_SECONDS = 5.0
"""How long a screen waits for its button to be answered."""
UNREADABLE = "Can't parse entities"
"""Telegram's words for markup it cannot read: our mistake."""
WITHOUT_TEXT = "there is no text in the message to edit"
"""Telegram's words for a picture or a pin."""
DELETED_AT_ONCE = 100
"""Messages that Telegram deletes in one call."""
TOAST_LENGTH = 190
"""Letters of a notice on top of the chat; Telegram takes 200."""


@dataclass(frozen=True)
class Pressed:
    """The button press an answer belongs to."""

    callback_id: str
    message_id: int | None
    """None when Telegram no longer shows us the message."""


@dataclass
class _Reply:
    """A screen that answers an update, on its way."""

    chat_id: int
    screen: Screen
    edits: int | None
    """The message to change; None: a new one."""
    reply_to: int | None
    until: float
    """Monotonic seconds."""
    tries: int = 0


class TelegramOut:
    """Shows screens in chats, within the pace of the bot."""

    def __init__(self, bot: Bot, gate: Gate, shown: ShownMessages | None = None) -> None:
        """`gate` spaces the calls of this process; `shown` remembers the replies that now stand in chats."""
        self.bot = bot
        self.gate = gate
        self.shown = shown or ShownMessages()
        self.token_ok = True
        """Whether Telegram took our token the last time it looked at it."""
        self._late: set[asyncio.Task[None]] = set()
        self._edits: dict[tuple[int, int], _Reply] = {}
        """The change a message still waits for: a newer one takes its place."""

    async def send(self, chat_id: int, screen: Screen) -> list[int]:
        """Send a screen as new messages; their ids, without those that Telegram took but did not name.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as they say.
        """
        sent = [await self._send_one(chat_id, one) for one in (screen, *screen.then)]
        return [message.message_id for message in sent if message]

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> None:
        """Change a message, whatever it shows now; a change to it that still waits is dropped.

        A picture or a pin cannot become words: it is deleted instead.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as they say.
        """
        self._edits.pop((chat_id, message_id), None)
        try:
            await self._edit(chat_id, message_id, screen)
        except Undeliverable as no:
            if no.reason.lower() != WITHOUT_TEXT:
                raise
            await self.delete(chat_id, [message_id])

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete messages, ours and theirs. Those that are gone, or too old for Telegram to delete, are skipped.

        Raises:
            Undeliverable: the whole chat is out of reach.
            TryLater, Doubtful, TokenRefused: as they say; some may be deleted already.
        """
        for place in [place for place in self._edits if place[0] == chat_id and place[1] in message_ids]:
            del self._edits[place]
        for start in range(0, len(message_ids), DELETED_AT_ONCE):
            some = message_ids[start : start + DELETED_AT_ONCE]
            try:
                async with self._calling(chat_id):
                    await self.bot.delete_messages(chat_id, some)
            except Undeliverable as no:
                if no.unreachable:
                    raise
                for message_id in some:  # one of them spoils the call for all
                    await self._delete_one(chat_id, message_id)

    async def _delete_one(self, chat_id: int, message_id: int) -> None:
        try:
            async with self._calling(chat_id):
                await self.bot.delete_message(chat_id, message_id)
        except Undeliverable as no:
            if no.unreachable:
                raise

    async def show(self, chat_id: int, screen: Screen, pressed: Pressed | None, incoming: int | None) -> str:
        """Answer an update: stop the spinner, then change the pressed message or send a new one.

        Never raises for what Telegram does: what was decided is committed already. Returns "sent" or why not;
        "later" when it is tried again beside whatever comes next, so that one chat holds up nobody else.
        """
        if pressed:
            await self._answer(pressed, screen)
        if screen.remove and incoming is not None:
            await self._remove(chat_id, incoming)
        if screen.leaves:
            self._forget(chat_id)
        outcome = "sent"
        if screen.text:
            outcome = await self._reply(chat_id, screen, pressed, incoming)
        for more in screen.then:
            outcome = await self._reply(chat_id, more, None)
        if screen.instead and pressed and pressed.message_id is not None and outcome == "sent":
            await self._remove(chat_id, pressed.message_id)
        return outcome

    def _forget(self, chat_id: int) -> None:
        """Drop what still waits to be shown in a chat, and what is remembered of it."""
        self.shown.forget(chat_id)
        for place in [place for place in self._edits if place[0] == chat_id]:
            self._edits.pop(place).until = 0.0

    async def finish(self, seconds: float) -> None:
        """Give replies that are tried again a last chance, and end."""
        if self._late:
            _, left = await asyncio.wait(self._late, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _reply(self, chat_id: int, screen: Screen, pressed: Pressed | None, incoming: int | None = None) -> str:
        edits = pressed.message_id if pressed and not screen.fresh else None
        reply_to = incoming if screen.reply and not pressed else None
        life = REPLY_LIFE if edits is None else EDIT_LIFE
        reply = _Reply(chat_id, screen, edits, reply_to, time.monotonic() + life)
        if edits is not None:
            self._edits.pop((chat_id, edits), None)
        outcome = await self._try(reply)
        if isinstance(outcome, str):
            return outcome
        task = asyncio.create_task(self._insist(reply, outcome))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return "later"

    async def _insist(self, reply: _Reply, wait: str | float) -> None:
        """Try again until it is done, too late, or a newer screen has taken the message."""
        place = (reply.chat_id, reply.edits or 0)
        self._edits[place] = reply
        while not isinstance(wait, str) and time.monotonic() + wait < reply.until:
            await asyncio.sleep(wait)
            dropped = reply.edits is not None and self._edits.get(place) is not reply
            if dropped or time.monotonic() >= reply.until:
                return
            wait = await self._try(reply)
        if self._edits.get(place) is reply:
            del self._edits[place]

    async def _try(self, reply: _Reply) -> str | float:
        """Try once: what came of it, or the seconds to wait before the next try."""
        reply.tries += 1
        try:
            if reply.edits is not None:
                await self._edit(reply.chat_id, reply.edits, reply.screen)
            else:
                self._note(await self._send_one(reply.chat_id, reply.screen, reply.reply_to), reply)
        except Undeliverable as no:
            if reply.edits is not None and not no.unreachable:
                reply.edits = None  # too old or deleted: the same screen as a new message
                return await self._try(reply)
            return "unreachable" if no.unreachable else f"failed {no.reason}"
        except TryLater as later:
            if reply.edits is None and reply.tries >= REPLY_TRIES:
                return "gave up"
            return max(later.after, timedelta(0) if later.throttled else wait_after(reply.tries - 1)).total_seconds()
        except Doubtful as doubt:
            if reply.edits is None:  # a change can be repeated, a message cannot
                return f"unknown {doubt.reason}"
            return wait_after(reply.tries - 1).total_seconds()
        except TokenRefused:
            return "token refused"
        return "sent"

    def _note(self, sent: Message | None, reply: _Reply) -> None:
        screen = reply.screen
        if sent and not screen.leaves:
            self.shown.note(reply.chat_id, sent.message_id, sent.date, screen.about if screen.private else None)

    async def _send_one(self, chat_id: int, screen: Screen, reply_to: int | None = None) -> Message | None:
        try:
            return await self._send_text(chat_id, screen, screen.text, "HTML", reply_to)
        except Undeliverable as no:
            if no.reason != UNREADABLE:
                raise
            log.event("markup-refused", level=40, method="send")
            return await self._send_text(chat_id, screen, plain(screen.text), None, reply_to)

    async def _send_text(
        self, chat_id: int, screen: Screen, text: str, parse_mode: str | None, reply_to: int | None
    ) -> Message | None:
        async with self._calling(chat_id):
            try:
                medium = await send_medium(self.bot, chat_id, screen, text, parse_mode, keyboard(screen.rows))
                if medium:
                    return medium
                return await self.bot.send_message(
                    chat_id,
                    text,
                    parse_mode=parse_mode,
                    reply_markup=keyboard(screen.rows),
                    protect_content=screen.protect or screen.private or None,
                    link_preview_options=NO_PREVIEW,
                    reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
                )
            except Accepted:
                return None

    async def _edit(self, chat_id: int, message_id: int, screen: Screen) -> None:
        try:
            await self._edit_text(chat_id, message_id, screen, screen.text, "HTML")
        except Undeliverable as no:
            if no.reason != UNREADABLE:
                raise
            log.event("markup-refused", level=40, method="edit")
            await self._edit_text(chat_id, message_id, screen, plain(screen.text), None)

    async def _edit_text(
        self, chat_id: int, message_id: int, screen: Screen, text: str, parse_mode: str | None
    ) -> None:
        async with self._calling(chat_id):
            try:
                await self.bot.edit_message_text(
                    text,
                    chat_id=chat_id,
                    message_id=message_id,
                    parse_mode=parse_mode,
                    reply_markup=keyboard(screen.rows),
                    link_preview_options=NO_PREVIEW,
                )
            except Accepted:
                return
            except BadRequest as error:
                if "message is not modified" not in error.message.lower():
                    raise

    @contextlib.asynccontextmanager
    async def _calling(self, chat_id: int) -> AsyncIterator[None]:
        """One call in its turn, never before a chat may be called again; errors come out as what they mean."""
        await self.gate.turn()
        if (seconds := self.gate.held(chat_id)) > 0:
            raise TryLater("held", timedelta(seconds=seconds), throttled=True)
        try:
            yield
        except TelegramError as error:
            meaning = classify(error)
            if isinstance(meaning, TryLater) and meaning.throttled:
                self.gate.hold(chat_id, meaning.after.total_seconds())
            if isinstance(meaning, TokenRefused):
                self.token_ok = False
            raise meaning from error
        self.token_ok = True

    async def _answer(self, pressed: Pressed, screen: Screen) -> None:
        """Stop the spinner; twice if need be, because answering again does no harm."""
        text = cut(screen.toast, TOAST_LENGTH) or None
        for _ in range(2):
            try:
                await self.bot.answer_callback_query(pressed.callback_id, text=text, read_timeout=ANSWER_SECONDS)
            except BadRequest:
                return  # too old to matter; the screen itself still goes out
            except TelegramError:
                continue
            return

    async def _remove(self, chat_id: int, message_id: int) -> None:
        with contextlib.suppress(TelegramError):  # older than 48 hours, or gone already
            await self.bot.delete_message(chat_id, message_id)


def plain(text: str) -> str:
    """The words of a text without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


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
