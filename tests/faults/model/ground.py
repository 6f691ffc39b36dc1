"""Where the model's commands stand: who and what there is to act on, chosen by small numbers.

The rule: whom and what a step is about is chosen from the picture before it; whether that may be done, the house says.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import time
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.request import House
from people.recognise import settle_language
from scheduling import openings, plans, store
from scheduling.plans import Site
from scheduling.rules import Status, Why
from scheduling.undoing import UNDO_LIFE
from scheduling.waiting_rules import OfferState
from storage.tables import Opening, Person
from tests.faults.model.scene import CLINICS, PLACES, SITES
from tests.faults.model.world import NOTHING_HERE, World

few, some = st.integers(0, 3), st.integers(0, 11)
MOST_PEOPLE = 4
HOURS = 2
"""How long the model's clinics are open for one service on one day."""
Act = Callable[[AsyncSession, Person, Any], Awaitable[Any]]


class Ground(RuleBasedStateMachine):
    """Two clinics, two nurses, a handful of people, and the steps by which they are found."""

    fresh: ClassVar[Callable[[], str]]
    """Makes an empty database."""
    runner: ClassVar[asyncio.Runner]
    house: ClassVar[House]
    """Words what is owed."""
    tally: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(type(self).fresh(), type(self).runner, type(self).tally, type(self).house)
        self.people: list[int] = []
        self.nurses: list[int] = []
        self._ids = iter(range(1000, 9999))
        self.meddled: set[int] = set()
        """People whose visits staff changed: what is offered to them may clash since."""

    def teardown(self) -> None:
        try:
            self.world.verify()
        finally:
            self.world.close()

    def comes(self) -> int:
        """Somebody new; the number of their row."""

        async def come(session: AsyncSession) -> int:
            person = await settle_language(session, next(self._ids), "en", self.world.now)
            return person.id

        return int(self.world.step("come", come, once=False))

    def open(self, nurse: int, clinic: str, service: str, hour: int, places: int, share: int) -> None:
        """Make an opening for every day from today on."""
        site, minutes = SITES[clinic], CLINICS.services[service].minutes
        template = plans.Template(
            clinic, service, plans.ALL_WEEK, time(hour), time(hour + HOURS), minutes, places,
            site.today(self.world.now), walkin_share=share,
        )  # fmt: skip

        async def make(session: AsyncSession) -> Any:
            return await openings.make(session, self.nurse(nurse), template, site, minutes, now=self.world.now)

        self.world.step("open", make)

    async def opening(self, session: AsyncSession, which: int) -> tuple[Opening | None, Site]:
        """One of the openings, and the clinic it belongs to."""
        site = SITES[PLACES[which % len(PLACES)][0]]
        known = await store.openings_of(session, site.clinic_id, site.today(self.world.now))
        return (known[which % len(known)] if known else None), site

    def who(self, number: int) -> int:
        """One of the people."""
        return self.people[number % len(self.people)]

    def nurse(self, number: int) -> int:
        """One of the nurses."""
        return self.nurses[number % len(self.nurses)]

    def undoable(self) -> list[int]:
        """Nurses who changed something lately, the last first."""
        now = self.world.now
        lately = [each for each in self.world.seen.deeds.values() if each.undone_at is None]
        lately = [each for each in lately if each.done_at > now - UNDO_LIFE]
        return list(dict.fromkeys(each.person_id for each in sorted(lately, key=lambda each: -each.id)))

    def slot(self, number: int) -> Row[Any] | None:
        """One of the next times."""
        ahead = self.world.seen.by_time()
        return ahead[number % min(len(ahead), 8)] if ahead else None

    def visits(self, person_id: int | None, *statuses: Status) -> list[Row[Any]]:
        """Somebody's visits with these statuses, the next first; None: everybody's."""
        found = [
            each
            for each in self.world.seen.bookings.values()
            if each.status in statuses and person_id in (None, each.person_id)
        ]
        return sorted(found, key=lambda each: (self.world.seen.slots[each.slot_id].starts_at, each.code))

    def is_of(self, visit: Row[Any], clinic: str, service: str) -> bool:
        """Whether a visit is one of this service at this clinic."""
        slot = self.world.seen.slots[visit.slot_id]
        return (slot.clinic_id, slot.service_key) == (clinic, store.service_key(service))

    def held(self, number: int) -> Row[Any] | None:
        """A time that is being booked."""
        holds = [each for each in self.world.seen.holds.values() if each.why == Why.CONFIRM]
        return holds[number % len(holds)] if holds else None

    def offer(self, number: int, *, ended: bool) -> tuple[Row[Any], int] | None:
        """An offer, open or over, with the person it was made to."""
        picture = self.world.seen
        found = [each for each in picture.offers.values() if (each.state != OfferState.OPEN) == ended]
        if not found:
            return None
        offer = found[number % len(found)]
        return offer, picture.waiting[offer.waiting_id].person_id

    def for_slot(self, name: str, number: int, which: int, act: Act) -> None:
        """One of the people does something about one of the next times."""
        person_id, slot = self.who(number), self.slot(which)
        if slot is None:
            return

        async def do(session: AsyncSession) -> Any:
            person = await session.get(Person, person_id)
            return NOTHING_HERE if person is None else await act(session, person, slot.id)

        self.world.step(name, do)

    def for_visit(self, name: str, number: int, which: int, act: Act, *statuses: Status) -> None:
        """One of the people does something about one of their visits."""
        person_id = self.who(number)
        found = self.visits(person_id, *(statuses or (Status.STANDING,)))
        if not found:
            return
        visit = found[which % len(found)]

        async def do(session: AsyncSession) -> Any:
            person = await session.get(Person, person_id)
            return NOTHING_HERE if person is None else await act(session, person, visit)

        self.world.step(name, do)
