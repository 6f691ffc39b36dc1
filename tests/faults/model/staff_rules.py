"""What nurses do for one person and in the queue of the day, and how they take it back."""

from datetime import timedelta
from typing import Any

from hypothesis.stateful import precondition, rule
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import acting, ending, queue, rules, undoing
from scheduling.rules import Status
from storage.tables import Booking, Person, Queued, Slot
from tests.faults.model.ground import Ground, few, some
from tests.faults.model.scene import CLINICS, PLACES, ZONE
from tests.faults.model.world import NOTHING_HERE

CHANGEABLE = (Status.STANDING, Status.CLOSED)


class StaffRules(Ground):
    """The desk."""

    @rule(nurse=few, which=some)
    def the_desk_books(self, nurse: int, which: int) -> None:
        slot = self.slot(which)
        if slot is None:
            return
        over = rules.overbooked(slot.capacity, slot.walkin, slot.taken + slot.held + 1)

        async def book(session: AsyncSession) -> Any:
            return await acting.book_for(
                session, self.nurse(nurse), slot.id, over, now=self.world.now, new_code=self.world.new_code
            )

        self.world.step("desk books", book, once=False, over=[(slot.id, over)])

    @precondition(lambda self: self.world.seen.standing())
    @rule(nurse=few, which=few, to=some)
    def the_desk_moves(self, nurse: int, which: int, to: int) -> None:
        found, slot = self.visits(None, *CHANGEABLE), self.slot(to)
        if not found or slot is None:
            return
        visit = found[which % len(found)]
        if not self.is_of(visit, slot.clinic_id, slot.service):
            return
        over = rules.overbooked(slot.capacity, slot.walkin, slot.taken + slot.held + 1)

        async def move(session: AsyncSession) -> Any:
            if await session.get(Booking, visit.id) is None:
                return NOTHING_HERE
            return await acting.move_for(
                session, self.nurse(nurse), visit.id, slot.id, over, clinics=CLINICS, now=self.world.now
            )

        self.meddled.add(visit.person_id)
        self.world.step("desk moves", move, once=False, over=[(slot.id, over)])

    @precondition(lambda self: self.world.seen.standing())
    @rule(nurse=few, which=few)
    def the_desk_calls_off(self, nurse: int, which: int) -> None:
        found = self.visits(None, Status.STANDING)
        if not found:
            return
        visit = found[which % len(found)]

        async def call_off(session: AsyncSession) -> Any:
            if await session.get(Booking, visit.id) is None:
                return NOTHING_HERE
            return await acting.call_off(session, self.nurse(nurse), visit.id, "weather", now=self.world.now)

        self.world.step("desk calls off", call_off, once=False)

    @precondition(lambda self: self.undoable())
    @rule(which=few)
    def a_nurse_takes_back(self, which: int) -> None:
        self._take_back(which)

    @precondition(lambda self: self.undoable())
    @rule(which=few)
    def a_nurse_thinks_again(self, which: int) -> None:
        """The same: a nurse's change is taken back often, or hardly anything would be."""
        self._take_back(which)

    def _take_back(self, which: int) -> None:
        nurses = self.undoable()
        nurse_id = nurses[which % len(nurses)]

        deeds = [each for each in self.world.seen.deeds.values() if each.person_id == nurse_id and not each.undone_at]
        last = max(deeds, key=lambda each: each.id)

        async def undo(session: AsyncSession) -> Any:
            return await undoing.take_back(session, nurse_id, last.id, CLINICS, self.world.now)

        self.meddled.update(self.people)
        self.world.step(f"undo {last.kind}", undo, once=False)

    # the queue of the day

    @precondition(lambda self: self.world.seen.standing())
    @rule(which=few, nurse=few)
    def the_desk_sees_somebody_arrive(self, which: int, nurse: int) -> None:
        self._at_desk("desk: here", which, lambda session, visit, slot, person, entry: queue.arrive(
            session, visit, slot, person, zone=ZONE, now=self.world.now, nurse_id=self.nurse(nurse)
        ))  # fmt: skip

    @precondition(lambda self: self.world.seen.standing())
    @rule(which=few, nurse=few)
    def somebody_comes_early(self, which: int, nurse: int) -> None:
        self._at_desk("desk: early", which, lambda session, visit, slot, person, entry: queue.come_early(
            session, self.nurse(nurse), visit, slot, person, zone=ZONE, now=self.world.now
        ), once=False)  # fmt: skip

    @precondition(lambda self: self.world.seen.standing())
    @rule(which=few, nurse=few)
    def somebody_was_missed(self, which: int, nurse: int) -> None:
        self._at_desk("desk: no-show", which, lambda session, visit, slot, person, entry: ending.miss(
            session, self.nurse(nurse), entry, visit, slot, slot.clinic_id, self.world.now
        ))  # fmt: skip

    @precondition(lambda self: self.world.seen.standing())
    @rule(which=few, nurse=few)
    def somebody_was_seen(self, which: int, nurse: int) -> None:
        self._at_desk("desk: done", which, lambda session, visit, slot, person, entry: ending.finish(
            session, self.nurse(nurse), entry, visit, slot, slot.clinic_id, self.world.now, zone=ZONE
        ))  # fmt: skip

    @precondition(lambda self: self.world.seen.queue)
    @rule(nurse=few, clinic=few)
    def a_nurse_calls_the_next(self, nurse: int, clinic: int) -> None:
        async def call(session: AsyncSession) -> Any:
            at = PLACES[clinic % len(PLACES)][0]
            called = await queue.call_next(session, self.nurse(nurse), at, zone=ZONE, now=self.world.now)
            return called or NOTHING_HERE

        self.world.step("desk: next", call, once=False)

    @rule(nurse=few, clinic=few)
    def somebody_walks_in(self, nurse: int, clinic: int) -> None:
        async def walk_in(session: AsyncSession) -> Any:
            at = PLACES[clinic % len(PLACES)][0]
            return await queue.walk_in(session, self.nurse(nurse), at, zone=ZONE, now=self.world.now)

        self.world.step("desk: walk-in", walk_in, once=False)

    def _at_desk(self, name: str, which: int, act: Any, *, once: bool = True) -> None:
        """Something about one of the visits that are near."""
        seen = self.world.seen
        near = [
            each
            for each in self.visits(None, Status.STANDING, Status.NO_SHOW)
            if abs(seen.slots[each.slot_id].starts_at - seen.now) < timedelta(hours=16)
        ]
        if not near:
            return
        booking_id = near[which % len(near)].id

        async def do(session: AsyncSession) -> Any:
            visit = await session.get(Booking, booking_id)
            if visit is None:
                return NOTHING_HERE
            slot = await session.get_one(Slot, visit.slot_id)
            person = await session.get(Person, visit.person_id) if visit.person_id else None
            entry = await session.scalar(select(Queued).where(Queued.booking_id == booking_id))
            return await act(session, visit, slot, person, entry)

        self.world.step(name, do, once=once)
