"""What people do about their own visits: book, hold, confirm, move, cancel, say that they come, answer a closure."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import answering, booking, holding, keeping, series
from scheduling.booking import Details
from scheduling.rules import Status, Whom, Why
from storage.tables import Person, Slot
from tests.faults.model.ground import Ground, few, some
from tests.faults.model.scene import CLINICS, PLACES, ZONE
from tests.faults.model.world import NOTHING_HERE


class PersonRules(Ground):
    """A person's own visits."""

    @rule(who=few, which=some, family=st.booleans())
    def somebody_books(self, who: int, which: int, family: bool) -> None:
        whom = Whom.FAMILY if family else Whom.SELF
        self.for_slot("book", who, which, lambda session, person, slot_id: booking.book(
            session, person, slot_id, Details(whom), clinics=CLINICS, now=self.world.now, new_code=self.world.new_code
        ))  # fmt: skip

    @rule(who=few, which=some, family=st.booleans())
    def somebody_holds(self, who: int, which: int, family: bool) -> None:
        self.for_slot("hold", who, which, lambda session, person, slot_id: holding.hold(
            session, person, slot_id, clinics=CLINICS, now=self.world.now, family=family
        ))  # fmt: skip

    @precondition(lambda self: self.held(0))
    @rule(who=few, family=st.booleans())
    def somebody_confirms_a_hold(self, who: int, family: bool) -> None:
        held = self.held(who)
        if held is None:
            return
        whom, slot_id, kept = Whom.FAMILY if family else Whom.SELF, held.slot_id, held.expires_at > self.world.now

        async def keep(session: AsyncSession) -> Any:
            person = await session.get(Person, held.person_id)
            if person is None:
                return NOTHING_HERE
            return await booking.book(
                session, person, slot_id, Details(whom), clinics=CLINICS, now=self.world.now,
                new_code=self.world.new_code,
            )  # fmt: skip

        self.world.step("confirm hold" if kept else "confirm late", keep)

    @precondition(lambda self: self.held(0))
    @rule(who=few, family=st.booleans())
    def somebody_books_a_series(self, who: int, family: bool) -> None:
        details = Details(Whom.FAMILY if family else Whom.SELF)
        held = self.held(who)
        if held is None or self.world.seen.slots[held.slot_id].service != PLACES[0][1]:
            return

        async def book(session: AsyncSession) -> Any:
            person = await session.get(Person, held.person_id)
            first = await session.get(Slot, held.slot_id)
            if person is None or first is None:
                return NOTHING_HERE
            found = await series.find(session, person, first, details, clinics=CLINICS, now=self.world.now)
            slots = [first.id, *(each.slot.id for each in found if each.slot)]
            return await series.book(
                session, person, slots, details, clinics=CLINICS, now=self.world.now, new_code=self.world.new_code
            )

        self.world.step("book series", book, once=False)

    @precondition(lambda self: self.world.seen.standing())
    @rule(who=few, which=few)
    def somebody_cancels(self, who: int, which: int) -> None:
        self.for_visit("cancel", who, which, lambda session, person, visit: booking.cancel(
            session, person, visit.id, now=self.world.now
        ))  # fmt: skip

    @precondition(lambda self: any(each.series for each in self.world.seen.standing()))
    @rule(who=few, which=few)
    def somebody_cancels_a_series(self, who: int, which: int) -> None:
        self.for_visit("cancel series", who, which, lambda session, person, visit: series.cancel_later(
            session, person, visit.id, now=self.world.now
        ))  # fmt: skip

    @precondition(lambda self: self.world.seen.standing())
    @rule(who=few, which=few, to=some)
    def somebody_moves(self, who: int, which: int, to: int) -> None:
        slot = self.slot(to)
        if slot:
            self.for_visit("move", who, which, lambda session, person, visit: booking.move(
                session, person, visit.id, slot.id, clinics=CLINICS, now=self.world.now
            ))  # fmt: skip

    @precondition(lambda self: self.world.seen.standing())
    @rule(who=few, which=few, moves=st.integers(0, 1))
    def somebody_says_they_come(self, who: int, which: int, moves: int) -> None:
        self.for_visit("coming", who, which, lambda session, person, visit: keeping.confirm(
            session, person, visit.id, visit.moves - moves, now=self.world.now
        ))  # fmt: skip

    @precondition(lambda self: self.world.seen.standing())
    @rule(who=few, which=few)
    def somebody_is_late(self, who: int, which: int) -> None:
        self.for_visit("late", who, which, lambda session, person, visit: keeping.say_late(
            session, person, visit.id, 20, now=self.world.now
        ))  # fmt: skip

    @precondition(lambda self: self.world.seen.standing())
    @rule(who=few, which=few)
    def somebody_is_here(self, who: int, which: int) -> None:
        self.for_visit("here", who, which, lambda session, person, visit: keeping.arrive(
            session, person, visit.id, zone=ZONE, now=self.world.now
        ))  # fmt: skip

    @precondition(lambda self: self.visits(None, Status.CLOSED))
    @rule(who=few, which=few, to=some, kept=st.booleans())
    def somebody_answers_a_closure(self, who: int, which: int, to: int, kept: bool) -> None:
        person_id = self.who(who)
        closed = [each for each in self.visits(person_id, Status.CLOSED) if not each.answer]
        if not closed:
            return
        visit = closed[which % len(closed)]
        hold = next(
            (h for h in self.world.seen.holds.values() if h.why == Why.CLOSURE and h.subject_id == visit.id), None
        )
        slot = self.slot(to)
        slot_id = hold.slot_id if hold and kept else slot.id if slot else 0

        async def answer(session: AsyncSession) -> Any:
            person = await session.get(Person, person_id)
            if person is None:
                return NOTHING_HERE
            return await answering.take_instead(session, person, visit.id, slot_id, clinics=CLINICS, now=self.world.now)

        self.world.step("take kept" if hold and kept else "take other", answer)

    @precondition(lambda self: self.visits(None, Status.CLOSED))
    @rule(who=few, which=few)
    def somebody_wants_no_other_time(self, who: int, which: int) -> None:
        self.for_visit("want none", who, which, lambda session, person, visit: answering.want_none(
            session, person, visit.id, now=self.world.now
        ), Status.CLOSED)  # fmt: skip
