"""An update becomes a Request, a handler's Screen, a commit, and only then something a person sees.

1. Danger first: from memory, before the database, a limit or a menu.
2. Whoever is over their limit is passed over in silence; when the house is full, the noisiest are (`bot/flood.py`).
3. The person's turn, counted (`bot/guard.py`); then `bot/unit.py` runs the handler in one transaction.
4. Show the screen. A crash before the commit leaves nothing behind; one after it is repaired by the next delivery,
   because every handler finds its own earlier effect.
"""

import time
from dataclasses import replace

from telegram import Update

from answers.ask import prepare
from bot import log
from bot.crashpoint import crashpoint
from bot.flood import Crowd
from bot.incoming import Incoming, read
from bot.incoming_groups import NEWS, read_group
from bot.metrics import Metrics
from bot.telegram_out import Pressed, TelegramOut
from bot.turns import Turns
from bot.unit import NotNow, Unit
from handlers.asking import danger_card
from handlers.screen import Screen
from handlers.scripts import in_script
from locales.catalogue import words
from locales.zawgyi import is_zawgyi
from people.rules import guess_language
from people.store import find_person, mark_unreachable

TOO_QUICK = words("You are quick! Please wait a few seconds.")


class Dispatcher:
    """Handles updates. Safe to call for many at once, and twice for the same one."""

    def __init__(self, unit: Unit, out: TelegramOut, metrics: Metrics) -> None:
        """`unit` decides and stores, `out` shows."""
        self.unit, self.out, self.metrics = unit, out, metrics
        self.committed = unit.committed
        self.crowd = Crowd()
        self._turns = Turns()

    async def handle(self, update: Update) -> None:
        """Handle one update to the end; one that nothing here can make sense of is set aside after some tries, so that
        no update ever stands in the way of those behind it.

        Raises:
            NotNow: nothing was stored; deliver it again.
        """
        try:
            await self._handle(update)
        except NotNow:
            raise
        except Exception as error:
            log.event("update-failed", level=40, error=error, kind="unread")
            if await self.unit.comes_again(update.update_id):
                raise NotNow(outage=False) from error

    async def _handle(self, update: Update) -> None:
        incoming = read_group(update) or read(update)
        if incoming is None:
            return
        if incoming.kind == "stray":
            await self._show(incoming, Screen())
            return
        if (message := update.effective_message) and not incoming.place:
            self.out.shown.note(incoming.telegram_id, message.message_id, message.date)
        started = time.perf_counter()
        outcome = "done"
        try:
            if card := self._danger(incoming):
                outcome = "danger"
                await self._show(incoming, card)
            if card and (incoming.kind != "text" or not await self.unit.in_a_step(incoming)):
                self._count(incoming, card)
                if await self.unit.tell_danger(incoming):
                    self.committed.set()
                return
            outcome, screen = await self._in_turn(incoming)
        except NotNow as error:
            outcome = "outage" if error.outage else "failed"
            raise
        finally:
            self.metrics.updates.labels(incoming.kind, outcome).inc()
            self.metrics.handling.labels(incoming.kind).observe(time.perf_counter() - started)
        if outcome == "done":
            crashpoint("committed")
        if screen or incoming.kind == "group-press":
            await self._show(incoming, screen or Screen())
        crashpoint("replied")

    async def _in_turn(self, incoming: Incoming) -> tuple[str, Screen | None]:
        """What became of an update, and what its person sees of it."""
        guard, person = self.unit.guard, incoming.telegram_id
        if incoming.kind in NEWS:
            return "done", await self.unit.decide(incoming)
        if guard.is_muted(person, self.unit.now()):
            return "limited", self._quietly(incoming)
        with self.crowd.place(person, incoming.update_id) as place:
            async with self._turns.of(person):
                place.begun = True
                if place.shed:
                    return "shed", self._quietly(incoming)
                if guard.is_muted(person, self.unit.now()):
                    return "limited", self._quietly(incoming)
                if (tally := await self.unit.count(incoming)) and tally.is_over:
                    return "limited", self._too_quick(incoming) if tally.is_first_over else self._quietly(incoming)
                return "done", await self.unit.decide(incoming)

    def _too_quick(self, incoming: Incoming) -> Screen:
        """Said once in a window; in a group to nobody."""
        if incoming.place:
            return self._quietly(incoming) or Screen()
        say = self.unit.speaker(incoming)
        return replace(self._quietly(incoming) or Screen(), text=say(TOO_QUICK), fresh=True)

    def _quietly(self, incoming: Incoming) -> Screen | None:
        """What is passed over in silence still stops its spinner, and a picture of papers still goes from the chat."""
        if incoming.callback_id:
            return Screen(toast=self.unit.speaker(incoming).label(TOO_QUICK))
        return Screen(remove=True) if incoming.kind == "papers" else None

    async def _show(self, incoming: Incoming, screen: Screen) -> None:
        """Show what was decided. A fault from here on must not bring the update back: it is committed."""
        pressed = Pressed(incoming.callback_id, incoming.message_id) if incoming.callback_id else None
        try:
            sent = await self.out.show(incoming.chat_id, screen, pressed, incoming.message_id)
            if sent == "unreachable" and not incoming.place:
                await self._lost(incoming.telegram_id)
        except Exception as error:
            log.event("reply-failed", level=40, error=error, kind=incoming.kind)
            sent = "failed"
        self.metrics.requests.labels("reply", sent.split(" ")[0]).inc()

    def _danger(self, incoming: Incoming) -> Screen | None:
        if incoming.kind not in ("text", "papers", "media") or not incoming.text:
            return None
        language = self.unit.readers.language(incoming.telegram_id) or guess_language(incoming.language_code)
        found = self.unit.house.finder.danger(incoming.text, language)
        if not found or not found.hard:
            return None
        language = prepare(incoming.text, language).lang
        self.metrics.answers.labels("danger", language).inc()
        card = replace(danger_card(self.unit.house, language, found.sign), remove=incoming.kind == "papers")
        zawgyi = self.unit.readers.reads_zawgyi(incoming.telegram_id) or is_zawgyi(incoming.text)
        return in_script(card, "zawgyi" if zawgyi else "")

    def _count(self, incoming: Incoming, card: Screen) -> None:
        """Count a danger sign as asked about, in the language of its words."""
        readers = self.unit.readers
        chosen = readers.language(incoming.telegram_id) or guess_language(incoming.language_code)
        language, province = prepare(incoming.text, chosen).lang, readers.province(incoming.telegram_id)
        self.unit.asked.note(incoming.telegram_id, card.asked, language, province, self.unit.now())

    async def _lost(self, telegram_id: int) -> None:
        async with self.unit.database.writing() as session:
            person = await find_person(session, telegram_id)
            if person:
                await mark_unreachable(session, person.id)
