"""The whole model: people come and go, time passes, the bot does its part, and everything may happen again."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from people import leaving
from people.store import mark_unreachable
from scheduling import booking, openings, retention
from storage.tables import Person
from tests.faults.model.clinic_rules import ClinicRules
from tests.faults.model.ground import MOST_PEOPLE, few, some
from tests.faults.model.list_rules import ListRules
from tests.faults.model.person_rules import PersonRules
from tests.faults.model.picture import rows_about
from tests.faults.model.scene import JUMPS, PLACES, SITES
from tests.faults.model.staff_rules import StaffRules


class Calendar(ClinicRules, PersonRules, ListRules, StaffRules):
    """Everything that may happen to a calendar."""

    @initialize(places=st.integers(1, 2), share=st.sampled_from((0, 0, 34)))
    def begins(self, places: int, share: int) -> None:
        for _ in range(2):
            self.nurses.append(self.comes())
        for _ in range(3):
            self.people.append(self.comes())
        for clinic, service in PLACES:
            self.open(0, clinic, service, 9, places, share)

    @precondition(lambda self: len(self.people) < MOST_PEOPLE)
    @rule()
    def somebody_comes(self) -> None:
        self.people.append(self.comes())

    @precondition(lambda self: len(self.people) > 2)
    @rule(who=few)
    def somebody_is_erased(self, who: int) -> None:
        person_id = self.people.pop(who % len(self.people))

        async def erase(session: AsyncSession) -> Any:
            person = await session.get_one(Person, person_id)
            await booking.give_everything_up(session, person)
            return await leaving.erase(session, person, {}, self.world.now)

        async def left() -> list[str]:
            async with self.world.database.reading() as session:
                return await rows_about(session, person_id)

        self.world.erased.add(person_id)
        self.world.step("erase", erase, once=False)
        self.world.history = [done for done in self.world.history if done.name != "erase"]
        found = self.world.run(left())
        assert not found, f"erased: the person still stands in {found}"

    @rule(who=few)
    def somebody_blocks_or_comes_back(self, who: int) -> None:
        person_id = self.who(who)
        reachable = self.world.seen.people[person_id].reachable

        async def block(session: AsyncSession) -> Any:
            if reachable:
                return await mark_unreachable(session, person_id)
            return await session.execute(update(Person).where(Person.id == person_id).values(reachable=True))

        self.world.step("block" if reachable else "unblock", block)

    @rule(by=st.sampled_from(JUMPS), beats=st.booleans())
    def time_passes(self, by: timedelta, beats: bool) -> None:
        self.world.goes_on(by)
        if beats:
            self.world.beats()
            self.world.sends()

    @rule(what=st.sampled_from(("beat", "beat", "send", "send", "day", "restart")))
    def the_bot_does_its_part(self, what: str) -> None:
        match what:
            case "beat":
                self.world.beats()
            case "send":
                self.world.sends()
            case "restart":
                self.world.restart()
            case _:
                self.world.step("daily step", self._day)

    @precondition(lambda self: self.world.history)
    @rule()
    def the_last_is_done_twice(self) -> None:
        self.world.twice()

    @precondition(lambda self: self.world.history)
    @rule(which=some)
    def an_old_button_is_pressed(self, which: int) -> None:
        self.world.again(self.world.history[which % len(self.world.history)])

    async def _day(self, session: AsyncSession) -> None:
        for site in SITES.values():
            await openings.fill_days_to_come(session, site, self.world.now)
        await retention.forget_old_visits(session, self.world.now)

    # What is drawn more often than the rest: a rule counts once for each of its names.
    books_too = books_as_well = books_again = PersonRules.somebody_books
    holds_too = holds_as_well = PersonRules.somebody_holds
    confirms_too = PersonRules.somebody_confirms_a_hold
    cancels_too = PersonRules.somebody_cancels
    moves_too = moves_as_well = PersonRules.somebody_moves
    answers_too = answers_as_well = PersonRules.somebody_answers_a_closure
    waits_too = ListRules.somebody_waits
    accepts_too = accepts_as_well = ListRules.somebody_accepts
    desk_moves_too = desk_moves_as_well = StaffRules.the_desk_moves
    passes_too = time_passes
