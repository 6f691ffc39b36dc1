"""Everything that people do, at once: updates of every kind, reminders that fall due, an alert; and who is who.

The rule: whatever somebody does here is done by nobody else, so that each update has one effect that can be looked for.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from time import monotonic

from sqlalchemy import select, update

from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from handlers.presses.choosing import ForgetMe
from handlers.presses.handoff import TypeQuestion
from handlers.presses.visits import CancelVisit, MoveToSlot
from handoff.store import groups
from people.authority import Role
from storage.tables import Owed, Shown, StaffGroup
from tests.faults.scene import Known, Scene

GROUP = -1001000000088
GONE = 1_000_000
"""The message whose button is pressed: no longer there, so that what answers it changes no other message."""
QUESTION, ANSWER = "where do I find a dentist for my son, number", "please come on monday morning"
OWN_MESSAGES = (1, 2, 3)
"""In the chats of those who leave, to be deleted."""


class What(StrEnum):
    """What an update asks for."""

    BOOKING = "booking"
    MOVE = "move"
    CANCEL = "cancel"
    ERASURE = "erasure"
    QUESTION = "question"
    ANSWER = "answer"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Size:
    """How many people do what."""

    bookers: int
    movers: int
    quitters: int
    leavers: int
    askers: int
    reminded: int
    warned: int


FEW = Size(bookers=2, movers=1, quitters=1, leavers=2, askers=2, reminded=3, warned=3)
MANY = Size(bookers=30, movers=10, quitters=10, leavers=8, askers=8, reminded=40, warned=80)


@dataclass
class Sent:
    """One update: what it asks for, whose it is, when it was made and when it was confirmed."""

    what: What
    person: Known
    at: float
    confirmed: float = 0.0


@dataclass
class Load:
    """People at work in a scene."""

    scene: Scene
    size: Size = MANY
    seed: int = 7
    updates: dict[int, Sent] = field(default_factory=dict)
    """By number."""
    people: dict[str, list[Known]] = field(default_factory=dict)
    visits: dict[int, int] = field(default_factory=dict)
    """By person, the visit they had before."""
    slots: list[int] = field(default_factory=list)
    alert_id: int = 0
    stopped: bool = False
    _acts: list[Callable[[], None]] = field(default_factory=list)
    _answered: set[int] = field(default_factory=set)

    async def move_in(self, seconds: float = 0.0) -> None:
        """Everybody, their visits, an alert that is due, and reminders that fall due over so many seconds."""
        scene, size = self.scene, self.size
        for name in ("bookers", "movers", "quitters", "leavers", "askers", "reminded", "warned"):
            self.people[name] = await scene.people(getattr(size, name), alerts=name == "warned")
        self.people["idle"] = await scene.people(10)
        self.slots = await scene.slots(50, days=2)
        for name in ("movers", "quitters", "leavers", "reminded"):
            for number, person in enumerate(self.people[name]):
                self.visits[person.id] = await scene.book(person, self.slots[number % 4])
        await self._staff()
        await self._owe(seconds)
        self.alert_id = await scene.alert(self.people["warned"])
        self._plan()

    async def _staff(self) -> None:
        [self.nurse] = await self.scene.people(1, role=Role.STAFF)
        self.scene.world.group(GROUP, forum=True, members=[self.nurse.telegram_id])
        async with self.scene.database.writing() as session:
            made = {"clinic_id": "mae-sot", "chat_id": str(GROUP), "chat_key": groups.chat_key(GROUP)}
            session.add(StaffGroup(**made, forum=True, language="en", linked_at=self.scene.now()))
            for person in self.people["leavers"]:
                for message_id in OWN_MESSAGES:
                    session.add(Shown(person_id=person.id, message_id=message_id, at=self.scene.now()))

    async def _owe(self, seconds: float) -> None:
        """The tickets of before have gone out; the reminders fall due, evenly."""
        now, many = self.scene.now(), len(self.people["reminded"])
        async with self.scene.database.writing() as session:
            tickets = update(Owed).where(Owed.kind == Kind.RECEIPT).values(state="sent", settled_at=now)
            await session.execute(tickets)
            first = {
                row.person_id: row for row in await session.scalars(select(Owed).where(Owed.key.endswith("day-before")))
            }
            for number, person in enumerate(self.people["reminded"]):
                first[person.id].due_at = now + timedelta(seconds=seconds * number / many - 1)

    def _plan(self) -> None:
        last = self.slots[-4:]
        for number, person in enumerate(self.people["bookers"]):
            self._press(What.BOOKING, person, encode(KeepPlace(last[number % 4], False, "", False)))
        for number, person in enumerate(self.people["movers"]):
            self._press(What.MOVE, person, encode(MoveToSlot(self.visits[person.id], last[number % 4])))
        for person in self.people["quitters"]:
            self._press(What.CANCEL, person, encode(CancelVisit(self.visits[person.id])))
        for person in self.people["leavers"]:
            self._press(What.ERASURE, person, encode(ForgetMe()))
        for person in self.people["askers"]:
            self._ask(person)
        self._acts += [self._idle] * self.size.bookers
        random.Random(self.seed).shuffle(self._acts)

    def _press(self, what: What, person: Known, data: str) -> None:
        def act() -> None:
            self._note(what, person)
            self.scene.world.press(person.telegram_id, data, GONE)

        self._acts.append(act)

    def _ask(self, person: Known) -> None:
        def act() -> None:
            self._note(What.NOTHING, person)
            self.scene.world.press(person.telegram_id, encode(TypeQuestion("mae-sot")), GONE)
            self._note(What.QUESTION, person)
            self.scene.world.say(person.telegram_id, f"{QUESTION} {person.telegram_id}")

        self._acts.append(act)

    def _note(self, what: What, person: Known) -> None:
        self.updates[self.scene.world.bot.updates.next_id] = Sent(what, person, monotonic())

    def act(self) -> bool:
        """The next update; False when everybody has done what they came for, and somebody idle asks for the menu."""
        if self._acts:
            self._acts.pop()()
            return True
        self._idle()
        return False

    def _idle(self) -> None:
        person = self.people["idle"][len(self.updates) % len(self.people["idle"])]
        self._note(What.NOTHING, person)
        self.scene.world.say(person.telegram_id, "/menu")

    def act_all(self) -> None:
        """Everything that was planned, at once."""
        while self._acts:
            self.act()

    def look(self) -> None:
        """Note what was confirmed since, and let the nurse answer what she sees; a look costs little."""
        pending = {update.update_id for update in self.scene.world.bot.updates.pending}
        for number, sent in self.updates.items():
            if not sent.confirmed and number not in pending:
                sent.confirmed = monotonic()
        for person in self.people["askers"]:
            asked = self.asked(person)
            if asked and person.telegram_id not in self._answered:
                self._answered.add(person.telegram_id)
                shown = self.scene.world.chat(GROUP).find(asked[0])
                assert shown
                self._note(What.ANSWER, person)
                thread = shown.thread_id
                self.scene.world.say(self.nurse.telegram_id, ANSWER, GROUP, reply_to=asked[0], thread_id=thread)

    def asked(self, person: Known) -> list[int]:
        """The messages in the staff's group with this person's question."""
        words = f"{QUESTION} {person.telegram_id}"
        messages = self.scene.world.chat(GROUP).messages
        return [each.message_id for each in messages if each.from_bot and words in each.text]

    async def run(self, every: float) -> None:
        """An update now and then, until `stopped`."""
        while not self.stopped:
            self.act()
            await asyncio.sleep(every)

    async def watch(self) -> None:
        """Look again and again, until `stopped`."""
        while not self.stopped:
            self.look()
            await asyncio.sleep(0.02)

    @property
    def is_done(self) -> bool:
        """Whether all was done that was planned, and every question was answered, and all of it was confirmed."""
        answered = len(self._answered) == len(self.people["askers"])
        return not self._acts and answered and not self.oldest_waiting

    @property
    def oldest_waiting(self) -> float:
        """For how long the update that waits longest has waited, in seconds."""
        waiting = [sent.at for sent in self.updates.values() if not sent.confirmed]
        return monotonic() - min(waiting) if waiting else 0.0

    def serves_since(self, moment: float) -> bool:
        """Whether what was sent after that moment is confirmed, and nobody waits longer than a second."""
        fresh = any(sent.confirmed and sent.at > moment for sent in self.updates.values())
        return fresh and self.oldest_waiting < 1
