"""Load on a cluster: people who book, choose and ask, reminders that fall due, an alert; and what each came to.

The rule: Telegram is the witness of what was confirmed and of what arrived, the new primary of what was stored.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice
from time import monotonic

from sqlalchemy import select, update

from benchmarks.delivery import people as bulk
from benchmarks.delivery.calls import MARK
from bot.clock import wall
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from handlers.presses.choosing import ChooseLanguage
from scheduling import openings, plans
from scheduling.rules import Status
from simulator.world import World
from storage.database import Database
from storage.tables import Booking, Owed, Person, Slot
from tests.faults.scene import open_days

ALERTED, REMINDED = 210, 100
"""People who want alerts, of whom two in three book and the others choose a language; people with a visit tomorrow."""
EVERY = 0.2
"""Seconds between two updates."""
QUESTION = "Where can I see a doctor?"
REMINDER, ALERT, TICKET = "Your code", MARK.decode(), "Your code"
KEPT = "Your place is kept"
CHOSEN = "th"
GONE = 1_000_000
"""The message of the button that is pressed: no longer there, so that what answers it changes no other message."""


@dataclass
class Sent:
    """One update: what it asks for, whose it is, when it was made and when it was confirmed."""

    what: str
    person: int
    at: float
    confirmed: float = 0.0


@dataclass
class Load:
    """What was done and what came of it."""

    world: World
    database: Database
    updates: dict[int, Sent] = field(default_factory=dict)
    due: dict[int, datetime] = field(default_factory=dict)
    alert_id: int = 0
    slots: list[int] = field(default_factory=list)
    seconds: list[tuple[float, int, int]] = field(default_factory=list)
    """For each second: its moment, and how many updates had been confirmed and messages of the sender arrived."""
    stopped: bool = False

    @property
    def bookers(self) -> list[int]:
        """Those who book."""
        return [bulk.FIRST + number for number in range(ALERTED) if number % 3]

    @property
    def choosers(self) -> list[int]:
        """Those who choose a language."""
        return [bulk.FIRST + number for number in range(ALERTED) if not number % 3]

    async def move_in(self) -> None:
        """Everybody, the times to book, and an alert that waits to be sent."""
        await bulk.move_in(self.database, ALERTED, REMINDED)
        async with self.database.writing() as session:
            await session.execute(update(Person).values(language="en"))
            _, day = islice(open_days(wall()), 2)  # the first is the reminded people's
            template = plans.one_day("mae-sot", "vaccination", day, time(9), time(12), 30, 50)
            await openings.make(session, None, template, bulk.SITE, 30, now=wall())
            new = select(Slot.id).where(Slot.capacity == 50).order_by(Slot.starts_at)
            self.slots = list(await session.scalars(new))
        for chat in (*bulk.reminded(REMINDED), *range(bulk.FIRST, bulk.FIRST + ALERTED)):
            self.world.person(chat, name=f"P{chat}", language_code="en")
            self.world.acquaint(chat)
        self.alert_id = await bulk.propose(self.database)

    async def owe(self, seconds: float) -> None:
        """Reminders over so much time, and the alert."""
        self.due = await bulk.remind(self.database, wall() + timedelta(seconds=3), seconds)
        await bulk.send(self.database, self.alert_id)

    async def run(self, seconds: float) -> None:
        """Updates for so long, evenly; returns when the last was made."""
        begun, number = monotonic(), 0
        bookers, choosers = iter(self.bookers), iter(self.choosers)
        while monotonic() - begun < seconds:
            turn = number % 5
            if turn in (0, 2) and (person := next(bookers, None)):
                slot = self.slots[number % len(self.slots)]
                self._note("booking", person)
                self.world.press(person, encode(KeepPlace(slot, False, "", False)), GONE)
            elif turn == 1 and (person := next(choosers, None)):
                self._note("choice", person)
                self.world.press(person, encode(ChooseLanguage(CHOSEN)), GONE)
            else:
                person = self.bookers[-1 - number % 70]
                self._note("question", person)
                self.world.say(person, QUESTION)
            number += 1
            await asyncio.sleep(max(0.0, begun + number * EVERY - monotonic()))

    async def watch(self) -> None:
        """Note when Telegram was told that an update is confirmed; until `stopped`."""
        while not self.stopped:
            pending = {update.update_id for update in self.world.bot.updates.pending}
            for number, sent in self.updates.items():
                if not sent.confirmed and number not in pending:
                    sent.confirmed = monotonic()
            if not self.seconds or monotonic() >= self.seconds[-1][0] + 1:
                confirmed = sum(bool(sent.confirmed) for sent in self.updates.values())
                self.seconds.append((monotonic(), confirmed, self.arrived))
            await asyncio.sleep(0.02)

    def oldest_pending(self) -> float:
        """For how long the update that waits longest has waited, in seconds."""
        waiting = [sent.at for sent in self.updates.values() if not sent.confirmed]
        return monotonic() - min(waiting) if waiting else 0.0

    async def is_over(self) -> bool:
        """Whether nothing waits any more: no update, no alert, no reminder, no receipt."""
        if self.oldest_pending():
            return False
        waiting = Owed.state.in_(("pending", "claimed", "waiting")) & (Owed.due_at <= wall())
        async with self.database.reading() as session:
            if (await session.scalars(select(Owed.id).where(waiting).limit(1))).first():
                return False
        return await bulk.is_over(self.database, self.alert_id)

    @property
    def arrived(self) -> int:
        """Messages that the sender has got through: reminders, tickets, the alert."""
        everybody = (*self.due, *self.bookers, *self.choosers)
        return sum(self.copies(person, words) for person in everybody for words in (REMINDER, TICKET, ALERT))

    async def in_hand(self) -> int:
        """Rows that senders have claimed: what their death leaves in doubt."""
        async with self.database.reading() as session:
            return len(list(await session.scalars(select(Owed.id).where(Owed.state == "claimed"))))

    async def booked(self) -> Counter[int]:
        """Standing visits by person, in the times that were opened for the load."""
        wanted = select(Booking.person_id).where(Booking.status == Status.STANDING, Booking.slot_id.in_(self.slots))
        async with self.database.reading() as session:
            return Counter(await session.scalars(wanted))

    async def chose(self) -> set[int]:
        """Who reads the language that choosers chose."""
        async with self.database.reading() as session:
            return set(await session.scalars(select(Person.id).where(Person.language == CHOSEN)))

    async def states(self, kind: Kind) -> Counter[str]:
        """How the rows of a kind ended."""
        async with self.database.reading() as session:
            return Counter(await session.scalars(select(Owed.state).where(Owed.kind == kind)))

    def copies(self, person: int, words: str) -> int:
        """How often somebody was sent a message with these words; the screen that answers a booking is none."""
        told = [message.text for message in self.world.chat(person).messages if message.from_bot]
        return sum(words in text and KEPT not in text for text in told)

    def _note(self, what: str, person: int) -> None:
        self.updates[self.world.bot.updates.next_id] = Sent(what, person, monotonic())
