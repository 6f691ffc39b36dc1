"""An update becomes a Request, a handler's Screen, a commit, and only then something a person sees.

1. Danger first: from memory, before the database, a limit or a menu.
2. The person's turn; the transaction; the handler.
3. Commit, or roll back whole. A refusal is explained in a transaction of its own.
4. Show the screen. A crash before the commit leaves nothing behind; one after it is repaired by the next delivery,
   because every handler finds its own earlier effect.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

from answers.ask import Finding, prepare
from bot import log, quarantine
from bot.clock import Now
from bot.crashpoint import crashpoint
from bot.incoming import Incoming, read
from bot.metrics import Metrics
from bot.telegram_out import Pressed, TelegramOut
from bot.turns import Turns
from handlers import content, routes
from handlers.asking import danger_card
from handlers.press_codec import Press, decode
from handlers.presses.visits import MoveToSlot, TakeSlot
from handlers.refusals import explain
from handlers.request import House, Request
from handlers.routes import Route
from handlers.screen import Screen
from handlers.screens import start as screens
from handlers.scripts import in_script
from locales.zawgyi import is_zawgyi
from people import dialogue
from people.recognise import recognise
from people.rules import guess_language
from people.store import find_person, mark_unreachable
from storage.database import Database, is_outage, is_transient
from storage.refusal import Refusal
from storage.tables import Person

ATTEMPTS = 3
"""How often a transaction that lost a race is run again."""
REMEMBERED = 20_000
"""Languages kept in memory, so that a question needs no look-up before it is searched."""


@dataclass(eq=False)
class NotNow(Exception):
    """The update was not handled and must be delivered again."""

    outage: bool


class Dispatcher:
    """Handles updates. Safe to call for many at once, and twice for the same one."""

    def __init__(self, house: House, database: Database, out: TelegramOut, metrics: Metrics, now: Now) -> None:
        """`now` is the clock of people; the wall clock is asked only for durations."""
        self.house, self.database, self.out, self.metrics, self.now = house, database, out, metrics, now
        self.committed = asyncio.Event()
        """Set after each commit: something may be owed now."""
        self._turns = Turns()
        self._languages: OrderedDict[int, str] = OrderedDict()
        self._reads_zawgyi: set[int] = set()
        """Whose phone shows Zawgyi, among those in `_languages`: the emergency card must be readable on it too."""

    async def handle(self, update: Update) -> None:
        """Handle one update to the end.

        Raises:
            NotNow: nothing was stored; deliver it again.
        """
        incoming = read(update)
        if incoming is None:
            return
        if incoming.kind == "stray":
            await self._show(incoming, Screen())
            return
        started = time.perf_counter()
        outcome = "done"
        try:
            if card := self._danger(incoming):
                outcome = "danger"
                await self._show(incoming, card)
            if card and (incoming.kind != "text" or not await self._in_a_step(incoming)):
                return
            async with self._turns.of(incoming.telegram_id):
                screen = await self._decide(incoming)
        except NotNow as error:
            outcome = "outage" if error.outage else "failed"
            raise
        finally:
            self.metrics.updates.labels(incoming.kind, outcome).inc()
            self.metrics.handling.labels(incoming.kind).observe(time.perf_counter() - started)
        crashpoint("committed")
        self.committed.set()
        if screen:
            await self._show(incoming, screen)
        crashpoint("replied")

    async def _show(self, incoming: Incoming, screen: Screen) -> None:
        """Show what was decided. A fault from here on must not bring the update back: it is committed."""
        pressed = Pressed(incoming.callback_id, incoming.message_id) if incoming.callback_id else None
        try:
            sent = await self.out.show(incoming.telegram_id, screen, pressed, incoming.message_id)
            if sent == "unreachable":
                await self._lost(incoming.telegram_id)
        except Exception as error:
            log.event("reply-failed", level=40, error=error, kind=incoming.kind)
            sent = "failed"
        self.metrics.requests.labels("reply", sent.split(" ")[0]).inc()

    async def _in_a_step(self, incoming: Incoming) -> bool:
        """Whether this text is also an answer we wait for: an operator may well write an alert about a danger."""
        try:
            async with self.database.reading() as session:
                person = await find_person(session, incoming.telegram_id)
                step = await dialogue.current(session, person.id, self.now()) if person else None
                return bool(step and step[0] in routes.STEPS)
        except Exception as error:
            log.event("step-unknown", level=30, error=error)
            return False

    def _danger(self, incoming: Incoming) -> Screen | None:
        if incoming.kind not in ("text", "papers", "media") or not incoming.text:
            return None
        language = self._languages.get(incoming.telegram_id) or guess_language(incoming.language_code)
        found = self.house.finder.danger(incoming.text, language)
        if not found or not found.hard:
            return None
        language = prepare(incoming.text, language).lang
        self.metrics.answers.labels("danger", language).inc()
        card = replace(danger_card(self.house, language, found.sign), remove=incoming.kind == "papers")
        zawgyi = incoming.telegram_id in self._reads_zawgyi or is_zawgyi(incoming.text)
        return in_script(card, "zawgyi" if zawgyi else "")

    async def _decide(self, incoming: Incoming) -> Screen | None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                finding = await self._search(incoming)
                return await self._transact(incoming, finding)
            except Exception as error:
                if is_transient(error) and attempt < ATTEMPTS:
                    continue
                if is_outage(error):
                    log.event("database-away", level=30, error=error)
                    raise NotNow(outage=True) from error
                log.event("update-failed", level=40, error=error, kind=incoming.kind)
                if await quarantine.count(self.database, incoming.update_id, self.now()) < quarantine.TRIES:
                    raise NotNow(outage=False) from error
                return screens.mishap(self.house.catalogues.say(self._language(incoming, None)))
        return None

    async def _search(self, incoming: Incoming) -> Finding | None:
        if incoming.kind != "text":
            return None
        if incoming.telegram_id not in self._languages:
            async with self.database.reading() as session:
                self._learn(incoming, await find_person(session, incoming.telegram_id))
        language = self._language(incoming, None)
        finding = await asyncio.to_thread(self.house.finder.ask, incoming.text, language)
        self.metrics.answers.labels(finding.outcome, finding.lang).inc()
        return finding

    async def _transact(self, incoming: Incoming, finding: Finding | None) -> Screen | None:
        now = self.now()
        try:
            async with self.database.writing() as session:
                person = await recognise(session, incoming.telegram_id, now)
                self._learn(incoming, person)
                request = self._request(session, incoming, person, finding)
                screen = await self._route(incoming, request)
                crashpoint("before-commit")
            self._learn(incoming, person)  # again: this update may have changed the language
            return in_script(screen, person.script) if screen and person else screen
        except Refusal as refusal:
            if isinstance(refusal.__context__, Exception) and not isinstance(refusal.__context__, Refusal):
                log.event("refusal-after-error", level=30, error=refusal)
            async with self.database.reading() as session:
                person = await find_person(session, incoming.telegram_id)
                told = await explain(self._request(session, incoming, person, finding), refusal)
                return in_script(told, person.script if person else "")

    async def _route(self, incoming: Incoming, request: Request) -> Screen | None:
        match incoming.kind:
            case "blocked":
                if request.person:
                    await mark_unreachable(request.session, request.person.id)
                self._languages.pop(incoming.telegram_id, None)
                return None
            case "unblocked":
                return None
            case "papers":
                return screens.no_papers_please(request.say)
            case "voice":
                return await content.take_recording(request, incoming.voice_id)
            case "media":
                return screens.text_only(request.say)
            case "press":
                return await self._press(incoming, request)
            case "command":
                return await self._command(incoming, request)
        return await self._text(request)

    async def _press(self, incoming: Incoming, request: Request) -> Screen:
        pressed = decode(incoming.text)
        if pressed is None:
            return screens.outdated(request.say)
        try:
            screen = await routes.run(routes.BUTTONS[type(pressed)], request, pressed)
        except Refusal as refusal:
            self._count_booking(pressed, type(refusal).__name__)
            raise
        self._count_booking(pressed, "kept")
        return screen

    async def _command(self, incoming: Incoming, request: Request) -> Screen:
        if request.person:
            await dialogue.end(request.session, request.person.id)
        route = routes.COMMANDS.get(incoming.command)
        if route is None:
            return screens.unknown_command(request.say)
        return await routes.run(route, request, None)

    async def _text(self, request: Request) -> Screen:
        waiting = await dialogue.current(request.session, request.person.id, request.now) if request.person else None
        route: Route = routes.STEPS.get(waiting[0], routes.ASK) if waiting else routes.ASK
        if waiting:
            request.draft.update(waiting[1])
        return await routes.run(route, request, None)

    def _request(
        self, session: AsyncSession, incoming: Incoming, person: Person | None, finding: Finding | None
    ) -> Request:
        language = self._language(incoming, person)
        if finding and person is None:
            language = finding.lang  # a stranger is answered in the language of the question
        return Request(
            session=session,
            house=self.house,
            person=person,
            telegram_id=incoming.telegram_id,
            language=language,
            now=self.now(),
            text=incoming.text,
            replied=incoming.replied,
            update_id=incoming.update_id,
            finding=finding,
        )

    def _language(self, incoming: Incoming, person: Person | None) -> str:
        if person:
            return person.language
        return self._languages.get(incoming.telegram_id) or guess_language(incoming.language_code)

    def _learn(self, incoming: Incoming, person: Person | None) -> None:
        if person:
            self._languages[incoming.telegram_id] = person.language
            self._languages.move_to_end(incoming.telegram_id)
            (self._reads_zawgyi.add if person.script == "zawgyi" else self._reads_zawgyi.discard)(incoming.telegram_id)
            if len(self._languages) > REMEMBERED:
                self._reads_zawgyi.discard(self._languages.popitem(last=False)[0])

    def _count_booking(self, pressed: Press, result: str) -> None:
        if isinstance(pressed, TakeSlot | MoveToSlot):
            self.metrics.bookings.labels(result).inc()

    async def _lost(self, telegram_id: int) -> None:
        async with self.database.writing() as session:
            person = await find_person(session, telegram_id)
            if person:
                await mark_unreachable(session, person.id)
