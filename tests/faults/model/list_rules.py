"""What people do on the waiting list: join, leave, accept, decline."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling import offers, waiting
from scheduling.refusals import Clash, TooManyBookings
from scheduling.rules import Status, Whom
from scheduling.waiting_rules import OfferState
from storage.refusal import Refusal
from storage.tables import Booking, Person
from tests.faults.model.ground import Ground, few
from tests.faults.model.scene import CLINICS, PLACES, SITES
from tests.faults.model.world import NOTHING_HERE


class ListRules(Ground):
    """The waiting list."""

    @rule(who=few, place=few, days=st.integers(1, 6), family=st.booleans(), earlier=st.booleans())
    def somebody_waits(self, who: int, place: int, days: int, family: bool, earlier: bool) -> None:
        person_id = self.who(who)
        clinic, service = PLACES[place % len(PLACES)]
        mine = [each for each in self.visits(person_id, Status.STANDING) if self.is_of(each, clinic, service)]
        visit = mine[0] if earlier and mine else None
        whom = Whom(visit.whom) if visit else Whom.FAMILY if family else Whom.SELF
        today = SITES[clinic].today(self.world.now)
        span = (today, today + timedelta(days=days))
        wish = waiting.Wanted(clinic, service, span, whom=whom, booking_id=visit.id if visit else None)

        async def join(session: AsyncSession) -> Any:
            person = await session.get(Person, person_id)
            if person is None or (visit and await session.get(Booking, visit.id) is None):
                return NOTHING_HERE
            return await waiting.join(session, person, wish, now=self.world.now)

        self.world.step("wait earlier" if visit else "wait", join)

    @precondition(lambda self: self.world.seen.waiting)
    @rule(which=few)
    def somebody_waits_no_more(self, which: int) -> None:
        lists = [each for each in self.world.seen.waiting.values() if each.state == "waiting"]
        if not lists:
            return
        wish = lists[which % len(lists)]

        async def leave(session: AsyncSession) -> Any:
            person = await session.get(Person, wish.person_id)
            return NOTHING_HERE if person is None else await waiting.leave(session, person, wish.id)

        self.world.step("leave", leave)

    @precondition(lambda self: self.world.seen.offers)
    @rule(which=few, over=st.booleans())
    def somebody_accepts(self, which: int, over: bool) -> None:
        found = self.offer(which, ended=over)
        if found is None:
            return
        offer, person_id = found
        slot = self.world.seen.slots[offer.slot_id]
        in_time = offer.state == OfferState.OPEN and self.world.now < offer.expires_at and not slot.closed

        async def accept(session: AsyncSession) -> Any:
            person = await session.get(Person, person_id)
            if person is None:
                return NOTHING_HERE
            return await offers.accept(
                session, person, offer.id, clinics=CLINICS, now=self.world.now, new_code=self.world.new_code
            )

        came = self.world.step("accept" if in_time else "accept late", accept)
        meddled = person_id in self.meddled and isinstance(came, Clash | TooManyBookings)
        refused = isinstance(came, Refusal) and not meddled
        assert not (in_time and refused), f"offers: one was accepted in time and refused: {came!r}"

    @precondition(lambda self: self.world.seen.offers)
    @rule(which=few)
    def somebody_declines(self, which: int) -> None:
        found = self.offer(which, ended=False)
        if found is None:
            return
        offer, person_id = found

        async def decline(session: AsyncSession) -> Any:
            person = await session.get(Person, person_id)
            return NOTHING_HERE if person is None else await offers.decline(session, person, offer.id)

        self.world.step("decline", decline)
