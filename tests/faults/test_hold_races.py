"""Holding and booking at once. Whatever happens, taken and held together never exceed what there is."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import new_code
from scheduling import booking, holding, lapsing, offers, store
from scheduling.booking import Details
from scheduling.refusals import SlotFull, SlotGone
from scheduling.rules import Whom, Why
from simulator.world import World
from storage.database import Database, changed
from storage.failures import is_transient
from storage.refusal import Refusal
from storage.tables import Booking, Hold, Person, Slot
from tests.acts import ON_POSTGRESQL
from tests.faults.scene import CLINICS, Known, Scene


@pytest.fixture
def scene(database: Database) -> Scene:
    """Without a Telegram: nothing is sent here."""
    return Scene(database, World())


async def test_holding_and_booking_at_once_never_gives_more_than_there_is(scene: Scene) -> None:
    """Thirty people hold, confirm, choose another time, cancel and let go, all at once; places and rows agree."""
    people, slots = await scene.people(30), (await scene.slots(capacity=3, every=60))[:3]
    seen = await _hold_and_book(scene, people, slots, rounds=3)
    assert set(seen) <= {"held", "kept", "cancelled", "SlotFull", "TooManyBookings", "BookingGone"}, seen
    assert min(seen["held"], seen["kept"], seen["cancelled"], seen["SlotFull"]) > 0, f"the race was not run: {seen}"


@ON_POSTGRESQL
async def test_without_counting_what_is_held_more_is_given_than_there_is(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a place is taken without a look at what is held."""

    async def take(session: AsyncSession, slot_id: int) -> bool:
        free = (Slot.id == slot_id, Slot.taken < Slot.capacity, Slot.closed.is_(False))
        return await changed(session, update(Slot).where(*free).values(taken=Slot.taken + 1)) == 1

    monkeypatch.setattr(store, "take_place", take)
    monkeypatch.setattr("scheduling.rules.places_left", lambda capacity, walkin, given: 1)
    people, slots = await scene.people(30), (await scene.slots(capacity=3, every=60))[:3]
    with pytest.raises(AssertionError, match="more than there is"):
        await _hold_and_book(scene, people, slots, rounds=4)


async def _hold_and_book(scene: Scene, people: list[Known], slots: list[int], rounds: int) -> Counter[str]:
    """What came of it all; looks at the places all the while."""
    ends, done = Counter[str](), asyncio.Event()

    async def act(what: str, do: Callable[[AsyncSession], Awaitable[object]]) -> None:
        for _ in range(5):
            try:
                async with scene.database.writing() as session:
                    await do(session)
                    await offers.pass_on(session, CLINICS, scene.now())
                ends[what] += 1
                return
            except Refusal as refusal:
                ends[type(refusal).__name__] += 1
                return
            except Exception as error:
                if not is_transient(error):
                    raise
        raise AssertionError("five lost races in a row")

    async def person(known: Known, chance: random.Random) -> None:
        for _ in range(rounds):
            slot_id, other = chance.sample(slots, 2)
            await act("held", partial(_hold, scene, known=known, slot_id=slot_id))
            if chance.random() < 0.3:
                await act("held", partial(_hold, scene, known=known, slot_id=other))
            if chance.random() < 0.7:
                await act("kept", partial(_book, scene, known=known, slot_id=slot_id))
            if chance.random() < 0.6:
                await act("cancelled", partial(_cancel_one, scene, known=known))

    async def beat() -> None:
        while not done.is_set():
            await asyncio.sleep(0.02)
            async with scene.database.writing() as session:
                await lapsing.lapse(session, scene.now() + timedelta(minutes=chance.choice((0, 0, 30))), most=1)

    async def look() -> None:
        while not done.is_set():
            await asyncio.sleep(0.01)
            async with scene.database.reading() as session:
                for slot in await session.scalars(select(Slot).where(Slot.id.in_(slots))):
                    assert 0 <= slot.taken + slot.held <= slot.capacity, "more than there is"

    chance = random.Random(5)
    looking = [asyncio.create_task(look()), asyncio.create_task(beat())]
    await asyncio.gather(*(person(known, random.Random(known.id)) for known in people))
    done.set()
    await asyncio.gather(*looking)
    await scene.standing()
    async with scene.database.reading() as session:
        rows = Counter(await session.scalars(select(Hold.slot_id)))
        held = {slot.id: slot.held for slot in await session.scalars(select(Slot).where(Slot.held > 0))}
    assert held == dict(rows), "a place is held without a row, or not"
    assert max(Counter(await _holders(scene)).values(), default=0) <= 1, "somebody holds two times"
    return ends


async def _holders(scene: Scene) -> list[int]:
    async with scene.database.reading() as session:
        return list(await session.scalars(select(Hold.person_id)))


async def _hold(scene: Scene, session: AsyncSession, known: Known, slot_id: int) -> None:
    person = await session.get_one(Person, known.id)
    await holding.hold(session, person, slot_id, clinics=CLINICS, now=scene.now())


async def _book(scene: Scene, session: AsyncSession, known: Known, slot_id: int, whom: Whom = Whom.SELF) -> None:
    person = await session.get_one(Person, known.id)
    now = scene.now()
    await booking.book(session, person, slot_id, Details(whom), clinics=CLINICS, now=now, new_code=new_code)


async def _cancel_one(scene: Scene, session: AsyncSession, known: Known) -> None:
    person = await session.get_one(Person, known.id)
    for visit in (await booking.visits_to_come(session, person, scene.now()))[:1]:
        await booking.cancel(session, person, visit.booking.id, now=scene.now())


async def test_oneself_and_the_family_at_once_get_two_places_and_never_three(scene: Scene) -> None:
    [known], slot = await scene.people(1), (await scene.slots(capacity=10))[0]

    async def tap(whom: Whom) -> None:
        for _ in range(5):
            try:
                async with scene.database.writing() as session:
                    await _book(scene, session, known, slot, whom)
                return
            except Exception as error:
                if not is_transient(error):
                    raise

    await asyncio.gather(*(tap((Whom.SELF, Whom.FAMILY)[number % 2]) for number in range(10)))
    async with scene.database.reading() as session:
        kept = list(await session.scalars(select(Booking.whom)))
        assert (await session.get_one(Slot, slot)).taken == 2
    assert sorted(kept) == ["family", "self"]


async def test_a_hold_that_lapses_while_it_is_confirmed_gives_one_place_or_none(scene: Scene) -> None:
    """Thirty holds lapse at the very moment of their confirmation, while others take what goes back."""
    people, slots = await scene.people(90), await scene.slots(capacity=1, every=5)
    late = scene.now() + timedelta(minutes=11)

    async def race(turn: int) -> int:
        holder, other, third = people[turn * 3 : turn * 3 + 3]
        slot = slots[turn]
        async with scene.database.writing() as session:
            await _hold(scene, session, holder, slot)

        async def lapse() -> None:
            async with scene.database.writing() as session:
                for hold in await store.expired_holds(session, late):
                    if hold.slot_id == slot:
                        await store.release(session, hold)

        *kept, _ = await asyncio.gather(*(_confirm(scene, each, slot) for each in (holder, other, third)), lapse())
        return sum(bool(each) for each in kept)

    for turn in range(30):
        assert await race(turn) <= 1
    standing = await scene.standing()
    assert len({each.slot_id for each in standing}) == len(standing)
    async with scene.database.reading() as session:
        assert list(await session.scalars(select(Hold).where(Hold.why == Why.CONFIRM))) == []
        assert list(await session.scalars(select(Slot.id).where(Slot.held != 0))) == []


async def _confirm(scene: Scene, known: Known, slot_id: int) -> bool:
    """Confirm as the dispatcher does: a lost race is run again."""
    for _ in range(5):
        try:
            async with scene.database.writing() as session:
                await _book(scene, session, known, slot_id)
        except (SlotFull, SlotGone):
            return False
        except Exception as error:
            if not is_transient(error):
                raise
        else:
            return True
    raise AssertionError("five lost races in a row")
