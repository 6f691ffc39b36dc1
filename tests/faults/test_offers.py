"""Many who wait, few places, two processes: each place is promised once, each accepted offer gives a visit."""

import asyncio
import random
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.beats.offering import Offering
from bot.clock import new_code
from delivery.rules import Kind
from scheduling import booking, offers, store
from scheduling.refusals import OfferGone
from scheduling.rules import Why
from scheduling.store import waiting as rows
from scheduling.waiting_rules import OfferState
from simulator.world import World
from storage.database import Database, changed
from storage.tables import Hold, Offer, Person, Slot, Waiting
from tests.acts import ON_POSTGRESQL
from tests.conftest import next_wednesday
from tests.faults.offers_scene import CLINICS, full, held, line_up, race, write
from tests.faults.scene import Known, Scene

WAITING, PLACES = 50, 12


@pytest.fixture
def scene(database: Database) -> Scene:
    """Without a Telegram, by day: at night offers are only prepared."""
    return Scene(database, World(), now=next_wednesday)


@ON_POSTGRESQL
async def test_fifty_answer_while_two_processes_free_the_places(scene: Scene, database_url: str) -> None:
    taken = await full(scene, PLACES)
    people = await line_up(scene, WAITING)
    second = Database(database_url)
    accepted: list[int] = []
    refused: list[str] = []
    try:
        pools = [scene.database, second]
        done = asyncio.Event()
        chance = random.Random(5)

        async def free() -> None:
            async def one(place: int, who: Known, booking_id: int) -> None:
                async def cancel(session: AsyncSession) -> None:
                    person = await session.get_one(Person, who.id)
                    await booking.cancel(session, person, booking_id, now=scene.now())

                await asyncio.sleep(chance.random() * 0.5)
                await write(pools[place % 2], cancel)

            await asyncio.gather(*(one(place, who, visit) for place, (who, visit) in enumerate(taken)))

        yes = {known.id for place, known in enumerate(people) if place % 3 == 2}

        async def answers(pool: Database) -> None:
            while not done.is_set():
                async with pool.reading() as session:
                    stands = select(Offer.id, Waiting.person_id).join(Waiting, Waiting.id == Offer.waiting_id)
                    found = (await session.execute(stands.where(Offer.state == OfferState.OPEN))).all()
                asked = [partial(reply, offer_id=offer_id, person_id=person_id) for offer_id, person_id in found]
                await asyncio.gather(*(write(pool, each) for each in asked))  # both answer: every tap comes twice
                await asyncio.sleep(0.05)

        async def reply(session: AsyncSession, offer_id: int, person_id: int) -> None:
            person = await session.get_one(Person, person_id)
            if person_id not in yes:
                await offers.decline(session, person, offer_id)
                return
            try:
                await offers.accept(session, person, offer_id, clinics=CLINICS, now=scene.now(), new_code=new_code)
                accepted.append(offer_id)
            except OfferGone:
                refused.append("gone")

        async def beats(pool: Database) -> None:
            offering = Offering(pool, CLINICS, scene.now)
            while not done.is_set():
                await offering.run()
                await asyncio.sleep(0.05)

        beating = [asyncio.create_task(beats(pool)) for pool in pools]
        answering = [asyncio.create_task(answers(pool)) for pool in pools]
        await free()
        async with asyncio.timeout(120):
            while len(set(accepted)) < PLACES:  # noqa: ASYNC110 - the beats bring it about
                await asyncio.sleep(0.05)
        done.set()
        await asyncio.gather(*beating, *answering)
    finally:
        await second.close()
    assert refused == [], "an accepted offer was refused"
    standing = await scene.standing()
    assert len(standing) == PLACES
    assert len({each.person_id for each in standing}) == PLACES, "somebody got two"
    assert {each.person_id for each in standing} <= {known.id for known in people}
    assert await held(scene) == (0, 0)
    assert (await scene.states(Kind.RECEIPT))["pending"] == PLACES


@ON_POSTGRESQL
async def test_a_place_that_goes_back_is_never_snatched_from_who_waits(scene: Scene) -> None:
    """Forty people try to book each place the moment it is free; only those who wait for it get one."""
    taken = await full(scene, PLACES)
    people = await line_up(scene, PLACES)
    snatchers = await scene.people(40)
    snatched = await race(scene, taken, snatchers)
    assert snatched == 0
    assert await held(scene) == (PLACES, PLACES)
    async with scene.database.reading() as session:
        offered = set(await session.scalars(select(Hold.person_id).where(Hold.why == Why.OFFER)))
    assert offered == {known.id for known in people}


@ON_POSTGRESQL
async def test_where_places_go_on_after_the_commit_they_are_snatched(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same race, with nothing done before the commit."""

    async def nothing(*_: object) -> int:
        return 0

    monkeypatch.setattr(offers, "pass_on", nothing)
    taken = await full(scene, PLACES)
    await line_up(scene, PLACES)
    assert await race(scene, taken, await scene.people(40)) > 0


@ON_POSTGRESQL
async def test_without_its_condition_one_place_is_promised_to_several(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a place is held after a look, not by a conditional UPDATE, and nobody has the slot in hand."""

    async def not_in_hand(session: AsyncSession, slot_id: int) -> Slot | None:
        return await rows.fresh(session, Slot, slot_id)

    async def hold_unguarded(
        session: AsyncSession, slot_id: int, person_id: int, why: str, expires_at: datetime, subject_id: int = 0
    ) -> Hold | None:
        seen = (await session.execute(select(Slot.taken, Slot.held, Slot.capacity).where(Slot.id == slot_id))).one()
        await asyncio.sleep(0.05)
        if seen.taken + seen.held >= seen.capacity:
            return None
        await changed(session, update(Slot).where(Slot.id == slot_id).values(held=Slot.held + 1))
        hold = Hold(slot_id=slot_id, person_id=person_id, why=why, expires_at=expires_at, subject_id=subject_id)
        session.add(hold)
        await session.flush()
        return hold

    await line_up(scene, 10)
    [slot, *others] = await scene.slots(capacity=1)
    async with scene.database.writing() as session:
        await changed(session, update(Slot).where(Slot.id.in_(others)).values(capacity=0))

    async def match() -> None:
        async with scene.database.writing() as session:
            await offers.match(session, CLINICS, slot, scene.now())

    with monkeypatch.context() as broken:
        broken.setattr(store, "hold_place", hold_unguarded)
        broken.setattr(rows, "slot_in_hand", not_in_hand)
        await asyncio.gather(*(match() for _ in range(4)))
    assert (await held(scene))[0] > 1, "the guard is not what keeps it to one"


async def test_any_number_of_beats_at_once_offer_each_place_once(scene: Scene) -> None:
    people = await line_up(scene, 10)
    [slot, *others] = await scene.slots(capacity=3)
    async with scene.database.writing() as session:
        await changed(session, update(Slot).where(Slot.id.in_(others)).values(capacity=0))
    beats = [Offering(scene.database, CLINICS, scene.now) for _ in range(4)]
    for _ in range(3):
        await asyncio.gather(*(each.run() for each in beats))
    assert await held(scene) == (3, 3)
    async with scene.database.reading() as session:
        offered = set(await session.scalars(select(Hold.person_id).where(Hold.slot_id == slot)))
    assert offered == {known.id for known in people[:3]}, "not those who waited longest"


@ON_POSTGRESQL
@pytest.mark.parametrize("table", [Person, Slot])
async def test_whoever_was_busy_for_a_moment_is_offered_the_place_at_the_next_beat(
    scene: Scene, table: type[Person | Slot]
) -> None:
    await line_up(scene, 1)
    [_, *others] = await scene.slots(capacity=1)
    async with scene.database.writing() as session:
        await changed(session, update(Slot).where(Slot.id.in_(others)).values(capacity=0))
    offering = Offering(scene.database, CLINICS, scene.now)
    async with scene.database.writing() as busy:
        await busy.execute(select(table.id).with_for_update())
        assert await offering.run() == 0
    assert await held(scene) == (0, 0)
    assert await offering.run() == 1
    assert await held(scene) == (1, 1)


async def test_a_beat_is_cheap_when_nobody_waits_and_when_a_thousand_do(scene: Scene) -> None:
    """Nobody waits: one statement. A thousand wait, the clinic is full: a handful, and no writing."""
    await scene.slots(capacity=1, days=20, every=10)
    offering = Offering(scene.database, CLINICS, scene.now)
    statements = _count(scene.database)
    await offering.run()
    assert len(statements) == 1
    people = await scene.people(4)
    today = scene.now().date()
    async with scene.database.writing() as session:
        await changed(session, update(Slot).values(taken=1))
        rows_ = [
            {
                "person_id": people[number % 4].id,
                "clinic_id": "mae-sot",
                "service_key": store.service_key("vaccination"),
                "service": "vaccination",
                "from_day": today,
                "until_day": today + timedelta(days=7 + number % 24),
                "part": ("any", "morning", "afternoon")[number % 3],
                "whom": "self",
                "interpreter": "",
                "state": "waiting",
                "joined_at": scene.now() - timedelta(minutes=number),
            }
            for number in range(1000)
        ]
        await session.execute(insert(Waiting), rows_)
    statements.clear()
    await offering.run()
    assert len(statements) <= 5
    assert not [each for each in statements if not each.lstrip().upper().startswith("SELECT")]


def _count(database: Database) -> list[str]:
    seen: list[str] = []
    for engine in {database.reader.sync_engine, database.writer.sync_engine}:

        def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
    return seen
