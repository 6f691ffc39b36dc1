"""What nurses do to a clinic's times: open, change, end, resize, close."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import capacity, closing, making, openings, rules
from tests.faults.model.ground import Ground, few, some
from tests.faults.model.scene import PLACES, SITES, ZONE
from tests.faults.model.world import NOTHING_HERE


class ClinicRules(Ground):
    """The clinic's calendar."""

    @rule(nurse=few, place=few, hour=st.integers(8, 11), places=st.integers(1, 3), share=st.sampled_from((0, 34)))
    def a_nurse_opens(self, nurse: int, place: int, hour: int, places: int, share: int) -> None:
        clinic, service = PLACES[place % len(PLACES)]
        self.open(nurse, clinic, service, hour, places, share)

    @rule(nurse=few, which=few, places=st.integers(1, 3), days=st.sampled_from((range(7), (2, 3), (3, 4))))
    def a_nurse_changes_an_opening(self, nurse: int, which: int, places: int, days: Sequence[int]) -> None:
        async def change(session: AsyncSession) -> Any:
            opening, clinic = await self.opening(session, which)
            if opening is None:
                return NOTHING_HERE
            template = replace(making.template_of(opening), capacity=places, weekdays=frozenset(days))
            return await openings.change(session, self.nurse(nurse), opening, template, clinic, now=self.world.now)

        self.world.step("change opening", change)

    @rule(nurse=few, which=few, ahead=few)
    def a_nurse_ends_an_opening(self, nurse: int, which: int, ahead: int) -> None:
        async def end(session: AsyncSession) -> Any:
            opening, clinic = await self.opening(session, which)
            if opening is None:
                return NOTHING_HERE
            on = clinic.today(self.world.now) + timedelta(days=ahead)
            return await openings.end(session, self.nurse(nurse), opening, on, clinic, now=self.world.now)

        self.world.step("end opening", end, once=False)

    @rule(nurse=few, which=some, places=st.integers(1, 3))
    def a_nurse_changes_how_many_places(self, nurse: int, which: int, places: int) -> None:
        slot = self.slot(which)
        if slot is None or slot.closed:
            return
        given = slot.taken + slot.held
        over = rules.overbooked(places, min(slot.walkin, max(0, places - given)), given)

        async def resize(session: AsyncSession) -> Any:
            return await capacity.resize(
                session, self.nurse(nurse), slot.id, slot.capacity, places, over, now=self.world.now
            )

        self.world.step("resize", resize, once=False, over=[(slot.id, over)])

    @rule(nurse=few, clinic=few, ahead=few, begins=st.sampled_from((0, 9, 10)), hours=st.sampled_from((1, 24)))
    def a_nurse_closes(self, nurse: int, clinic: int, ahead: int, begins: int, hours: int) -> None:
        site = SITES[PLACES[clinic % len(PLACES)][0]]
        day = site.today(self.world.now) + timedelta(days=ahead)
        begin = datetime.combine(day, time(begins), ZONE)
        span = closing.Span(begin, begin + timedelta(hours=hours))

        async def close(session: AsyncSession) -> Any:
            return await closing.close_times(session, self.nurse(nurse), site, [span], "doctor ill", now=self.world.now)

        self.world.step("close", close, once=False)
