"""One update's unit of work: search, one transaction around the handler, another try after a lost race.

The rule: commit as a whole or leave nothing. A refusal rolls back too, and is explained in a transaction of its own.
"""

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from answers.ask import Finding
from bot import log, quarantine
from bot.clock import Now
from bot.crashpoint import crashpoint
from bot.incoming import Incoming
from bot.metrics import Metrics
from bot.readers import Readers
from handlers import content, routes
from handlers.press_codec import Press, decode
from handlers.presses.visits import MoveToSlot, TakeSlot
from handlers.refusals import explain
from handlers.request import House, Request
from handlers.routes import Route
from handlers.screen import Screen
from handlers.screens import start as screens
from handlers.scripts import in_script
from people import dialogue
from people.recognise import recognise
from people.rules import guess_language
from people.store import find_person, mark_unreachable
from storage.database import Database, is_outage, is_transient
from storage.refusal import Refusal
from storage.tables import Person

ATTEMPTS = 3
"""How often a transaction that lost a race is run again."""


@dataclass(eq=False)
class NotNow(Exception):
    """The update was not handled and must be delivered again."""

    outage: bool


class Unit:
    """Decides what an update comes to, and stores it."""

    def __init__(self, house: House, database: Database, metrics: Metrics, now: Now) -> None:
        """`now` is the clock of people; each update gets one `now`."""
        self.house, self.database, self.metrics, self.now = house, database, metrics, now
        self.readers = Readers()

    async def decide(self, incoming: Incoming) -> Screen | None:
        """The screen that answers an update, once what it does is stored; None when there is nothing to show.

        Raises:
            NotNow: nothing was stored; deliver it again.
        """
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
        if incoming.telegram_id not in self.readers:
            async with self.database.reading() as session:
                self.readers.learn(incoming.telegram_id, await find_person(session, incoming.telegram_id))
        language = self._language(incoming, None)
        finding = await asyncio.to_thread(self.house.finder.ask, incoming.text, language)
        self.metrics.answers.labels(finding.outcome, finding.lang).inc()
        return finding

    async def _transact(self, incoming: Incoming, finding: Finding | None) -> Screen | None:
        now = self.now()
        try:
            async with self.database.writing() as session:
                person = await recognise(session, incoming.telegram_id, now)
                self.readers.learn(incoming.telegram_id, person)
                request = self._request(session, incoming, person, finding)
                screen = await self._route(incoming, request)
                crashpoint("before-commit")
            self.readers.learn(incoming.telegram_id, person)  # again: this update may have changed the language
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
                self.readers.forget(incoming.telegram_id)
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
        return self.readers.language(incoming.telegram_id) or guess_language(incoming.language_code)

    def _count_booking(self, pressed: Press, result: str) -> None:
        if isinstance(pressed, TakeSlot | MoveToSlot):
            self.metrics.bookings.labels(result).inc()

    async def in_a_step(self, incoming: Incoming) -> bool:
        """Whether this text is also an answer we wait for: an operator may well write an alert about a danger."""
        try:
            async with self.database.reading() as session:
                person = await find_person(session, incoming.telegram_id)
                step = await dialogue.current(session, person.id, self.now()) if person else None
                return bool(step and step[0] in routes.STEPS)
        except Exception as error:
            log.event("step-unknown", level=30, error=error)
            return False
