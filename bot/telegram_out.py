"""Screens in chats: what an update is answered with.

The rule: what certainly did not arrive is tried again, what may have arrived only where a second time does no harm.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.gate import Gate
from bot.metrics import Metrics
from bot.shown import ShownMessages
from bot.telegram_calls import WITHOUT_TEXT, Begin, TelegramCalls
from bot.telegram_errors import Doubtful, TokenRefused, TryLater, Undeliverable
from bot.telegram_text import Sent, ask
from delivery.rules import Lane, wait_after
from handlers.screen import Screen
from locales.graphemes import cut

REPLY_TRIES = 3
"""How often a reply is tried when it certainly did not arrive."""
REPLY_LIFE, EDIT_LIFE = 120.0, 600.0
"""Seconds after which a reply, or a changed screen, would only confuse."""
ANSWER_SECONDS = 5.0
"""How long a screen waits for its button to be answered."""
AGAIN, IN_TURN = "reply again", "reply in turn"
"""Replies that come later: after a failure, and because a chat gets one a second."""
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
    placed: bool = False
    """Whether it has its place in the chat: one a second."""


class TelegramOut(TelegramCalls):
    """Shows screens in chats, within the pace of the bot."""

    def __init__(
        self, bot: Bot, gate: Gate, shown: ShownMessages | None = None, metrics: Metrics | None = None
    ) -> None:
        """`shown` remembers the replies that now stand in chats."""
        super().__init__(bot, gate, metrics)
        self.shown = shown or ShownMessages()
        self._late: set[asyncio.Task[None]] = set()
        self._edits: dict[tuple[int, int], _Reply] = {}
        """The change a message still waits for: a newer one takes its place."""

    async def edit(self, chat_id: int, message_id: int, screen: Screen, begin: Begin | None = None) -> None:
        """Change a message, whatever it shows now; a change to it that still waits is dropped.

        A picture or a pin cannot become words: it is deleted instead.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as they say.
        """
        self._edits.pop((chat_id, message_id), None)
        try:
            await self.edit_words(chat_id, message_id, screen, Lane.VISITS, begin)
        except Undeliverable as no:
            if no.reason.lower() != WITHOUT_TEXT:
                raise
            await self.delete(chat_id, [message_id])

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete messages, ours and theirs, and drop the changes they still wait for.

        Raises:
            Undeliverable, TryLater, Doubtful, TokenRefused: as `TelegramCalls.delete`.
        """
        for place in [place for place in self._edits if place[0] == chat_id and place[1] in message_ids]:
            del self._edits[place]
        await super().delete(chat_id, message_ids)

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
        task = asyncio.create_task(self._insist(reply, outcome), name=AGAIN if reply.tries else IN_TURN)
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
        if not reply.placed:
            reply.placed = True
            if (wait := await self.gate.place(reply.chat_id)) > 0:
                return wait
        reply.tries += 1
        try:
            if reply.edits is not None:
                await self.edit_words(reply.chat_id, reply.edits, reply.screen)
            else:
                self._note(await self.send_one(reply.chat_id, reply.screen, reply.reply_to), reply)
        except Undeliverable as no:
            if reply.edits is not None and not no.unreachable:
                reply.edits, reply.tries = None, 0  # too old or deleted: the same screen as a new message
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

    def _note(self, sent: Sent | None, reply: _Reply) -> None:
        screen = reply.screen
        if sent and not screen.leaves:
            self.shown.note(reply.chat_id, sent.message_id, sent.date, screen.about if screen.private else None)

    async def _answer(self, pressed: Pressed, screen: Screen) -> None:
        """Stop the spinner; twice if need be, because answering again does no harm."""
        answer = {"callback_query_id": pressed.callback_id, "text": cut(screen.toast, TOAST_LENGTH)}
        for _ in range(2):
            await self.gate.turn()
            try:
                await ask(self.bot, "answerCallbackQuery", answer, ANSWER_SECONDS)
            except BadRequest:
                self._count("too old")  # it does not matter; the screen itself still goes out
                return
            except TelegramError:
                self._count("failed")
            else:
                self._count("done")
                return

    def _count(self, outcome: str) -> None:
        self.metrics.requests.labels("answerCallbackQuery", outcome).inc()

    async def _remove(self, chat_id: int, message_id: int) -> None:
        with contextlib.suppress(Undeliverable, TryLater, Doubtful, TokenRefused):  # too old, or gone already
            await self._delete_one(chat_id, message_id, Lane.REPLIES)
