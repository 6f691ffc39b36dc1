"""One update's unit of work: search, one transaction around the handler, another try after a lost race.

The rule: commit as a whole or leave nothing. A refusal rolls back too, and is explained in a transaction of its own.
What only shows something runs where the database refuses to write (`bot/displays.py`).
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from answers.ask import Finding
from bot import log, quarantine
from bot.beats.tallying import AskedCounts
from bot.clock import Now
from bot.crashpoint import crashpoint
from bot.discretion import as_shown, cover_in_time, owes_cover
from bot.displays import display
from bot.fetching import Fetcher
from bot.groups import decide_in_group
from bot.guard import Guard
from bot.incoming import Incoming
from bot.metrics import Metrics
from bot.readers import Readers
from bot.shown import ShownMessages
from bot.steering import steer
from handlers import choosing, handoff, pin, routes
from handlers.refusals import MISSES, explain
from handlers.request import House, Request
from handlers.screen import Screen, Wanted
from handlers.screens import start as screens
from handlers.scripts import in_script
from locales.catalogue import Translator
from people import dialogue
from people.limits import Tally, What
from people.recognise import recognise, recognise_settled
from people.refusals import PinNeeded
from people.rules import guess_language
from people.store import find_person
from scheduling.offers import pass_on
from storage.database import Database, WouldWrite
from storage.failures import is_outage, is_transient
from storage.refusal import Refusal
from storage.tables import Person

ATTEMPTS = 3
"""How often a transaction that lost a race is run again."""


@dataclass(eq=False)
class NotNow(Exception):
    """The update was not handled and must be delivered again."""

    outage: bool


class Decided(NamedTuple):
    """What an update came to."""

    request: Request
    screen: Screen | None


class Unit:
    """Decides what an update comes to, and stores it."""

    def __init__(self, house: House, database: Database, metrics: Metrics, now: Now, shown: ShownMessages) -> None:
        """`now` is the clock of people; each update gets one `now`. `shown` knows the newest messages of each chat."""
        self.house, self.database, self.metrics, self.now, self.shown = house, database, metrics, now, shown
        self.readers = Readers()
        self.committed = asyncio.Event()
        """Set after each transaction that may have written: something may be owed now."""
        self.left = asyncio.Event()
        """Set after somebody was erased: what they leave on the disk must go too."""
        self.guard = Guard(database)
        self.asked = AskedCounts()
        self.fetcher: Fetcher | None = None
        """Fetches alert files of operators; without it none is."""

    async def decide(self, incoming: Incoming) -> Screen | None:
        """The screen that answers an update, once what it does is stored; None when there is nothing to show.

        Raises:
            NotNow: nothing was stored; deliver it again.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                finding = await self._search(incoming)
                if self.fetcher and incoming.fetched is None:
                    incoming = await self.fetcher.with_file(incoming)
                if incoming.place:
                    told = await decide_in_group(self.house, self.database, incoming, self.now)
                    self.committed.set()
                    return told
                screen = await self._transact(incoming, finding)
                return await self._go_on(incoming, screen.goes_on) if screen and screen.goes_on else screen
            except Exception as error:
                if is_transient(error) and attempt < ATTEMPTS:
                    continue
                if is_outage(error):
                    log.event("database-away", level=30, error=error)
                    raise NotNow(outage=True) from error
                log.event("update-failed", level=40, error=error, kind=incoming.kind)
                if await self.comes_again(incoming.update_id):
                    raise NotNow(outage=False) from error
                return screens.mishap(self.house.catalogues.say(self._language(incoming, None)))
        return None

    async def comes_again(self, update_id: int) -> bool:
        """Whether an update that failed is tried once more; counted."""
        return await quarantine.count(self.database, update_id, self.now()) < quarantine.TRIES

    async def count(self, incoming: Incoming) -> Tally | None:
        """How this person stands with their updates, this one counted; None where that is of no matter.

        Raises:
            NotNow: the database is away.
        """
        try:
            return await self.guard.update(incoming, self.now())
        except Exception as error:
            if is_outage(error) and not is_transient(error):
                log.event("database-away", level=30, error=error)
                raise NotNow(outage=True) from error
            log.event("limit-unknown", level=30, error=error)
            return None  # a limit that cannot be counted must not keep people from help

    def speaker(self, incoming: Incoming) -> Translator:
        """Speaks to whoever sent this, as far as memory knows them."""
        return self.house.catalogues.say(self._language(incoming, None))

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
        tried = None
        try:
            tried = await self.guard.attempt(incoming, now)
            decided = await self._look(incoming, finding, now) or await self._store(incoming, finding, now)
            (request, screen), person = decided, decided.request.person
            if screen and screen.asked:
                province = person.alert_province if person else ""
                self.asked.note(incoming.telegram_id, screen.asked, request.language, province, now)
            if screen and screen.cleared:
                self.shown.strike(incoming.telegram_id, request.recent)
            if screen and screen.leaves:
                self._forget(incoming.telegram_id)
            if tried is What.CODES and not (screen and screen.missed):
                await self.guard.right(incoming)
            return in_script(screen, person.script) if screen and person else screen
        except Refusal as refusal:
            if isinstance(refusal.__context__, Exception) and not isinstance(refusal.__context__, Refusal):
                log.event("refusal-after-error", level=30, error=refusal)
            if tried is What.CODES and type(refusal) not in MISSES:
                await self.guard.right(incoming)
            if isinstance(refusal, PinNeeded):
                return await self._ask_pin(incoming)
            async with self.database.reading() as session:
                person = await find_person(session, incoming.telegram_id)
                told = await explain(self._request(session, incoming, person, finding), refusal)
                return in_script(told, person.script if person else "")

    async def _look(self, incoming: Incoming, finding: Finding | None, now: datetime) -> Decided | None:
        """Show what needs nothing stored, in a transaction that cannot write; None where one is needed that can.

        A cover of details that is owed from now on takes a small transaction of its own, before they are shown.
        """
        found = display(incoming)
        if found is None:
            return None
        try:
            async with self.database.looking() as session:
                person, is_settled = await recognise_settled(
                    session, incoming.telegram_id, now, in_step=found.pressed is not None
                )
                if not is_settled:
                    return None
                self.readers.learn(incoming.telegram_id, person)
                request = self._request(session, incoming, person, finding)
                screen = await routes.run(found.route, request, found.pressed)
                owes = await owes_cover(session, incoming, person, screen)
                crashpoint("looked")
        except WouldWrite as error:
            log.event("display-wrote", level=40, error=error, kind=incoming.kind)
            return None
        except DBAPIError as error:
            if is_transient(error):
                return None  # a look does not wait for a lock: who writes does
            raise
        if owes:
            async with self.database.writing() as session:
                await cover_in_time(session, incoming, person, screen, now)
        return Decided(request, as_shown(incoming, person, screen))

    async def _store(self, incoming: Incoming, finding: Finding | None, now: datetime) -> Decided:
        """Do what an update asks for, and commit it."""
        async with self.database.writing() as session:
            person, back = await recognise(session, incoming.telegram_id, now)
            self.readers.learn(incoming.telegram_id, person)
            request = self._request(session, incoming, person, finding)
            screen = await steer(incoming, request, self.metrics)
            if back and not (screen and screen.leaves) and (told := await choosing.missed(request)):
                screen = replace(screen, then=(*screen.then, told)) if screen else told
            screen = await cover_in_time(session, incoming, person, screen, now)
            await pass_on(session, self.house.clinics, now)  # before the commit, so that nobody snatches the place
            crashpoint("before-commit")
        if incoming.kind == "blocked":
            self.readers.forget(incoming.telegram_id)
        else:
            self.readers.learn(incoming.telegram_id, person)  # again: this update may have changed the language
        self.committed.set()
        return Decided(request, screen)

    async def _ask_pin(self, incoming: Incoming) -> Screen:
        """The keypad is a step of its own: it is begun in a transaction of its own, after the refused one is undone."""
        wanted = Wanted("command" if incoming.kind == "command" else "press", incoming.command, incoming.text)
        async with self.database.writing() as session:
            person, back = await recognise(session, incoming.telegram_id, self.now())
            request = self._request(session, incoming, person, None)
            screen = await pin.ask(request, wanted)
            if back and (told := await choosing.missed(request)):
                screen = replace(screen, then=(*screen.then, told))
            return in_script(screen, person.script if person else "")

    async def _go_on(self, incoming: Incoming, wanted: Wanted) -> Screen | None:
        """Do what was asked before the PIN came first. The PIN stays given, whatever comes of it."""
        again = replace(incoming, kind=wanted.kind, command=wanted.command, text=wanted.text)
        return await self._transact(again, None)

    def _forget(self, telegram_id: int) -> None:
        """Nothing of somebody who was erased stays in memory; the disk is seen to right after."""
        for memory in (self.readers, self.guard, self.shown, self.asked):
            memory.forget(telegram_id)
        self.left.set()

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
            medium=incoming.medium,
            medium_id=incoming.medium_id,
            fetched=incoming.fetched,
            replied=incoming.replied,
            update_id=incoming.update_id,
            finding=finding,
            recent=self.shown.of(incoming.telegram_id),
        )

    def _language(self, incoming: Incoming, person: Person | None) -> str:
        if person:
            return person.language
        return self.readers.language(incoming.telegram_id) or guess_language(incoming.language_code)

    async def in_a_step(self, incoming: Incoming) -> bool:
        """Whether this text is also an answer we wait for: an operator may well write an alert about a danger."""
        if handoff.continues(incoming.replied):
            return True
        try:
            async with self.database.reading() as session:
                person = await find_person(session, incoming.telegram_id)
                step = await dialogue.current(session, person.id, self.now()) if person else None
                return bool(step and step[0] in routes.STEPS)
        except Exception as error:
            log.event("step-unknown", level=30, error=error)
            return False

    async def tell_danger(self, incoming: Incoming) -> bool:
        """Staff who talk with this person hear that the emergency card was shown; whether anybody does."""
        try:
            async with self.database.reading() as session:
                person = await find_person(session, incoming.telegram_id)
                if person is None or not await handoff.is_talking(session, person):
                    return False
            async with self.database.writing() as session:
                return await handoff.tell_danger(session, person, incoming.update_id, self.now())
        except Exception as error:
            log.event("danger-not-told", level=30, error=error)
            return False
