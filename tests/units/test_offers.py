"""When an offer is told and how long it stands; and that whatever happens, no place is promised twice."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import new_code
from people.recognise import settle_language
from scheduling import booking, lapsing, offers, store, waiting
from scheduling.clinics import Clinic, read_clinics
from scheduling.refusals import OfferGone
from scheduling.rules import Status, Why
from scheduling.store import waiting as rows
from scheduling.waiting import Wanted
from scheduling.waiting_rules import GRACE, OfferState, Part, after_quiet, offer_times, speaks, wanted
from storage import keys
from storage.database import Database
from storage.refusal import Refusal
from storage.tables import Booking, Hold, Offer, Person, Slot, Waiting
from tests.conftest import BANGKOK, RING, next_wednesday

CLINICS = read_clinics()
CLINIC: Clinic = CLINICS.clinics["mae-sot"]
DAY = next_wednesday().date()


def at(days: int, clock: str) -> datetime:
    return datetime.combine(DAY + timedelta(days=days), time.fromisoformat(clock), BANGKOK)


@pytest.mark.parametrize(
    ("now", "visit", "told", "until"),
    [
        ("0 10:00", "3 09:30", "0 10:00", "0 11:00"),
        ("0 10:00", "2 09:30", "0 10:00", "0 11:00"),
        ("0 10:00", "1 09:30", "0 10:00", "0 10:30"),
        ("0 10:00", "0 15:00", "0 10:00", "0 10:10"),
        ("0 10:00", "0 11:08", "0 10:00", "0 10:08"),  # never beyond the notice
        ("0 20:00", "1 09:30", "1 07:00", "1 07:10"),  # at night it waits for the morning, and is short by then
        ("0 19:59", "1 09:30", "0 19:59", "0 20:29"),
        ("1 06:59", "1 09:30", "1 07:00", "1 07:10"),
        ("0 23:00", "4 09:30", "1 07:00", "1 08:00"),
    ],
)
def test_an_offer_is_told_by_day_and_stands_the_longer_the_further_the_visit(
    now: str, visit: str, told: str, until: str
) -> None:
    def moment(written: str) -> datetime:
        days, clock = written.split()
        return at(int(days), clock)

    times = offer_times(moment(visit), CLINIC, moment(now))
    assert times is not None
    assert (times.told_at, times.expires_at) == (moment(told), moment(until))


@pytest.mark.parametrize(("now", "visit"), [("10:00", "11:04"), ("10:00", "10:30"), ("10:00", "09:00")])
def test_what_nobody_could_answer_in_time_is_not_offered(now: str, visit: str) -> None:
    assert offer_times(at(0, visit), CLINIC, at(0, now)) is None


def test_a_night_that_leaves_no_morning_to_answer_offers_nothing() -> None:
    assert offer_times(at(1, "08:00"), CLINIC, at(0, "22:00")) is None


def test_quiet_hours_by_day_are_kept_too() -> None:
    siesta = CLINIC.model_copy(update={"quiet_from": time(12), "quiet_until": time(13)})
    assert after_quiet(at(0, "12:30"), siesta) == at(0, "13:00")
    assert after_quiet(at(0, "23:30"), siesta) == at(0, "23:30")


def test_a_wish_is_about_its_days_its_part_of_the_day_and_its_language() -> None:
    days = (DAY, DAY + timedelta(days=1))
    assert wanted(Part.MORNING, "", days, at(1, "11:59"), "", BANGKOK)
    assert not wanted(Part.MORNING, "", days, at(1, "12:00"), "", BANGKOK)
    assert wanted(Part.AFTERNOON, "", days, at(1, "12:00"), "", BANGKOK)
    assert not wanted(Part.ANY, "", days, at(2, "09:00"), "", BANGKOK)
    assert not wanted(Part.ANY, "my", days, at(0, "09:00"), "km,th", BANGKOK)
    assert speaks("my", "km,my")
    assert speaks("my", "")


ACTS = ("book", "cancel", "join", "take", "decline", "pass", "close", "leave", "beat", "block")
Step = tuple[str, int, int]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 2)), min_size=5, max_size=40))
def test_whatever_happens_no_place_is_promised_twice(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    path = tmp_path_factory.mktemp("offers") / "house.db"
    shutil.copy(sqlite_template, path)
    asyncio.run(_play(path, steps))
    shutil.rmtree(path.parent)


async def _play(path: Path, steps: list[Step]) -> None:
    keys.use(RING)
    database = Database(f"sqlite:///{path}")
    try:
        world = World(database)
        await world.open()
        for step in steps:
            await world.does(*step)
            await world.check()
    finally:
        await database.close()


class World:
    """Six people, three times of a clinic with one or two places, and a clock."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, next_wednesday()
        self.people: list[int] = []
        self.slots: list[int] = []

    async def open(self) -> None:
        async with self.database.writing() as session:
            for number in range(6):
                self.people.append((await settle_language(session, 100 + number, "my", self.now)).id)
            for number, capacity in enumerate((1, 2, 1)):
                session.add(self._slot(number, capacity))
            await session.flush()
            self.slots = list(await session.scalars(select(Slot.id).order_by(Slot.starts_at)))

    def _slot(self, number: int, capacity: int) -> Slot:
        starts_at = at(1, "09:00") + timedelta(minutes=(0, 20, 60)[number])  # the first two overlap
        key = store.service_key("vaccination")
        return Slot(
            clinic_id="mae-sot",
            service_key=key,
            service="vaccination",
            starts_at=starts_at,
            minutes=30,
            capacity=capacity,
        )

    async def does(self, act: str, who: int, what: int) -> None:
        """One act of one person, in a transaction as the bot makes them; a refusal undoes it."""
        acts: dict[str, Callable[[AsyncSession, Person, int], Awaitable[object]]] = {
            "book": self._book,
            "cancel": self._cancel,
            "join": self._join,
            "take": self._take,
            "decline": self._decline,
            "leave": self._leave,
            "close": self._close,
            "block": self._block,
        }
        if act == "pass":
            self.now += timedelta(minutes=(7, 31, 240)[what])
        if act in ("pass", "beat"):
            await self._beat()
            return
        try:
            async with self.database.writing() as session:
                asked = await self._asked(session) if act in ("take", "decline") else self.people
                if not asked:
                    return
                person = await session.get_one(Person, asked[who % len(asked)])
                await acts[act](session, person, self.slots[what])
                await offers.pass_on(session, CLINICS, self.now)
        except Refusal:
            pass

    async def _asked(self, session: AsyncSession) -> list[int]:
        """Who holds an offer: only they have something to answer."""
        stands = select(Waiting.person_id).join(Offer, Offer.waiting_id == Waiting.id)
        return list(await session.scalars(stands.where(Offer.state == OfferState.OPEN).order_by(Offer.id)))

    async def _beat(self) -> None:
        async with self.database.writing() as session:
            while await lapsing.lapse(session, self.now, most=1):
                await offers.pass_on(session, CLINICS, self.now)
            for slot_id in await offers.wanted_slots(session, CLINICS, self.now):
                await offers.match(session, CLINICS, slot_id, self.now)
            await waiting.end_lists(session, CLINICS, self.now)

    async def _book(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        await booking.book(session, person, slot_id, clinics=CLINICS, now=self.now, new_code=new_code)

    async def _cancel(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        for visit in await booking.visits_to_come(session, person, self.now):
            await booking.cancel(session, person, visit.booking.id, now=self.now)

    async def _join(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        today = self.now.date()
        part = list(Part)[slot_id % 2]
        wish = Wanted("mae-sot", "vaccination", (today, today + timedelta(days=7)), part)
        made = await waiting.join(session, person, wish, now=self.now)
        await offers.look_for(session, CLINICS, made, self.now)

    async def _take(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        for offer, _, slot in await rows.open_offers(session, person.id):
            in_time = self.now <= offer.expires_at and not slot.closed
            try:
                await offers.accept(session, person, offer.id, clinics=CLINICS, now=self.now, new_code=new_code)
            except OfferGone:
                assert not in_time, "an offer was refused within its time"
                raise
            except Refusal as refusal:
                raise AssertionError(f"something stood in the way of an offer: {type(refusal).__name__}") from refusal

    async def _decline(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        for offer, _, _ in await rows.open_offers(session, person.id):
            await offers.decline(session, person, offer.id)

    async def _leave(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        for wish in await rows.lists_of(session, person.id):
            await waiting.leave(session, person, wish.id)

    async def _close(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        slot = await session.get_one(Slot, slot_id)
        if slot_id == self.slots[-1]:  # one of them: the others stay in play
            slot.closed = True
            await session.flush()

    async def _block(self, session: AsyncSession, person: Person, slot_id: int) -> None:
        person.reachable = not person.reachable
        await session.flush()

    async def check(self) -> None:
        """What must hold after every step."""
        async with self.database.reading() as session:
            slots = {slot.id: slot for slot in await session.scalars(select(Slot))}
            standing = list(await session.scalars(select(Booking).where(Booking.status == Status.STANDING)))
            holds = list(await session.scalars(select(Hold)))
            stands = select(Offer, Waiting).join(Waiting, Waiting.id == Offer.waiting_id)
            found = (await session.execute(stands.where(Offer.state == OfferState.OPEN))).all()
        taken, held = Counter(each.slot_id for each in standing), Counter(each.slot_id for each in holds)
        for slot in slots.values():
            assert (slot.taken, slot.held) == (taken[slot.id], held[slot.id])
            assert slot.taken + slot.held <= slot.capacity - slot.walkin
        kept = {(each.person_id, each.slot_id): each.expires_at for each in holds if each.why == Why.OFFER}
        promised = {(wish.person_id, offer.slot_id): offer.expires_at + GRACE for offer, wish in found}
        assert kept == promised, "an offer without its place, or a place without its offer"
        assert len({person for person, _ in promised}) == len(promised), "two offers to one person"
        mine = Counter(each.person_id for each in standing)
        mine.update(person for person, _ in promised)
        assert max(mine.values(), default=0) <= 2
        spans = [(each.person_id, slots[each.slot_id].starts_at) for each in standing]
        spans += [(person, slots[slot_id].starts_at) for person, slot_id in promised]
        for person, start in spans:
            assert sum(who == person and abs(other - start) < timedelta(minutes=30) for who, other in spans) == 1
