"""A clinic closes while people hold, confirm, are offered, move and cancel: nobody is left on a closed time."""

import asyncio
from collections import Counter
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import new_code
from delivery.rules import Kind
from scheduling import booking, closing, offers, openings, store
from scheduling.clinics import read_clinics
from scheduling.closing import Closing, Span
from scheduling.plans import Site, one_day
from scheduling.rules import Status, Why
from storage.database import Database
from storage.failures import is_transient
from storage.refusal import Refusal
from storage.tables import Booking, Hold, Offer, Owed, Person, Slot, Waiting
from tests.acts import ON_POSTGRESQL
from tests.faults.scene import ZONE, Known, Scene, open_days
from tests.faults.test_frozen import WAITS

SITE = Site("mae-sot", "Asia/Bangkok", 60, 60)
CLINICS = read_clinics()
WHY = ("book", "confirm", "offer", "move", "cancel")
"""What the people of a round do: one each, twice."""


async def again(scene: Scene, work: object) -> object:
    """Run a unit of work as the dispatcher does: a lost race three times at most, a refusal is an answer."""
    for _ in range(5):
        try:
            async with scene.database.writing() as session:
                return await work(session)  # type: ignore[operator]
        except Refusal:
            return None
        except Exception as error:
            if not is_transient(error):
                raise
    raise AssertionError("five lost races in a row")


async def prepare(scene: Scene, person: Known, why: str, slot: int, other: int) -> int:
    """What somebody has before the race: a visit in the time or beside it, a hold, an offer; its number."""
    now = scene.now()
    if why in ("move", "cancel"):
        return await scene.book(person, other if why == "move" else slot)
    async with scene.database.writing() as session:
        if why == "confirm":
            await store.hold_place(session, slot, person.id, Why.CONFIRM, now + timedelta(minutes=10))
        if why == "offer":
            day = now.date()
            wish = Waiting(
                person_id=person.id, clinic_id="mae-sot", service_key=store.service_key("vaccination"),
                service="vaccination", from_day=day, until_day=day + timedelta(days=30), joined_at=now,
            )  # fmt: skip
            session.add(wish)
            await session.flush()
            one = Offer(waiting_id=wish.id, slot_id=slot, made_at=now, expires_at=now + timedelta(hours=1))
            session.add(one)
            await session.flush()
            await store.hold_place(session, slot, person.id, Why.OFFER, one.expires_at, one.id)
            return one.id
    return 0


async def act(scene: Scene, person: Known, why: str, slot: int, number: int, wait: float) -> bool:
    """What somebody does while the clinic closes; whether they were in time."""
    await asyncio.sleep(wait)

    async def work(session: AsyncSession) -> bool:
        known, now = await session.get_one(Person, person.id), scene.now()
        if why in ("book", "confirm"):
            await booking.book(session, known, slot, clinics=CLINICS, now=now, new_code=new_code)
        elif why == "offer":
            await offers.accept(session, known, number, clinics=CLINICS, now=now, new_code=new_code)
        elif why == "move":
            await booking.move(session, known, number, slot, clinics=CLINICS, now=now)
        else:
            await booking.cancel(session, known, number, now=now)
        return True

    return bool(await again(scene, work))


async def close(scene: Scene, slot: int) -> Closing:
    async with scene.database.reading() as session:
        begin = (await session.get_one(Slot, slot)).starts_at
    span = Span(begin, begin + timedelta(minutes=1))
    done = await again(scene, lambda session: closing.close_times(session, None, SITE, [span], "ill", now=scene.now()))
    assert isinstance(done, Closing)
    return done


async def race(scene: Scene, rounds: int) -> Counter[str]:
    """Close one time after the other while ten people are at it; what happened, added up."""
    people = await scene.people(len(WHY) * 2)
    slots = await scene.slots(capacity=12, days=rounds // 12 + 2, every=10)
    happened: Counter[str] = Counter()
    for turn in range(rounds):
        slot, beside = slots[turn], slots[turn + rounds]
        acts = [(person, WHY[n % len(WHY)]) for n, person in enumerate(people)]
        numbers = [await prepare(scene, person, why, slot, beside) for person, why in acts]

        doing = [
            act(scene, person, why, slot, number, n * (turn % 4) * 0.006)
            for n, ((person, why), number) in enumerate(zip(acts, numbers, strict=True))
        ]
        *in_time, done = await asyncio.gather(*doing, close(scene, slot))
        assert isinstance(done, Closing)
        happened += Counter(ended=done.ended, kept=done.kept, in_time=in_time.count(True), late=in_time.count(False))
        await look(scene, slot, done)
        await clear(scene)
    return happened


async def look(scene: Scene, slot_id: int, done: Closing) -> None:
    """Nobody stands or holds a place on the closed time, counters equal rows, and each ended visit is owed one word."""
    async with scene.database.reading() as session:
        slot = await session.get_one(Slot, slot_id)
        left = list(await session.scalars(select(Booking).where(Booking.slot_id == slot_id)))
        held = list(await session.scalars(select(Hold).where(Hold.slot_id == slot_id)))
        offered = list(await session.scalars(select(Offer).where(Offer.slot_id == slot_id, Offer.state == "open")))
        assert slot.closed
        assert [one for one in left if one.status == Status.STANDING] == [], "left on a closed time"
        assert held == [], "held on a closed time"
        assert offered == [], "offered on a closed time"
        ended = [one.id for one in left if one.status == Status.CLOSED]
        told = list(await session.scalars(select(Owed.subject_id).where(Owed.kind == Kind.CLOSED)))
        assert sorted(set(told) & set(ended)) == sorted(ended), "somebody is not told"
        assert len(ended) == done.ended
        standing = Counter(await session.scalars(select(Booking.slot_id).where(Booking.status == Status.STANDING)))
        holds = Counter(await session.scalars(select(Hold.slot_id)))
        for each in await session.scalars(select(Slot)):
            assert (each.taken, each.held) == (standing[each.id], holds[each.id])
            assert each.taken + each.held <= each.capacity - each.walkin


async def clear(scene: Scene) -> None:
    """Take away what people still have, so that the next round begins with nobody busy."""
    async with scene.database.writing() as session:
        for hold in await session.scalars(select(Hold)):
            await store.release(session, hold)
        for one in await session.scalars(select(Booking).where(Booking.status == Status.STANDING)):
            if await store.change_status(session, one.id, Status.CANCELLED, scene.now()):
                await store.give_place(session, one.slot_id)
        for wish in await session.scalars(select(Waiting)):
            await session.delete(wish)


async def test_nobody_is_left_on_a_time_that_closes_while_they_hold_confirm_move_and_cancel(scene: Scene) -> None:
    happened = await race(scene, rounds=6 if scene.database.is_sqlite else 20)
    assert happened["ended"] > 0, "nobody was ever quick enough: the race was not run"
    assert happened["kept"] > 0
    assert min(happened["in_time"], happened["late"]) > 0, happened


@pytest.mark.soak
async def test_nobody_is_left_on_a_closed_time_in_two_hundred_races(scene: Scene) -> None:
    assert (await race(scene, rounds=200))["ended"] > 0


@ON_POSTGRESQL
async def test_without_clearing_what_is_held_the_race_is_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a closure that forgets the holds."""

    async def nothing(*_: object) -> list[tuple[Booking, Slot]]:
        return []

    monkeypatch.setattr(closing, "_clear", nothing)
    with pytest.raises(AssertionError, match="held on a closed time"):
        await race(scene, rounds=30)  # one is enough, and the first mostly is


async def open_while_closing(scene: Scene) -> int:
    """Open a morning, uncommitted, while it is closed; how many times are open in the closed time afterwards."""
    day = next(open_days(scene.now()))
    begin = datetime.combine(day, time(9), ZONE)
    template = one_day("mae-sot", "vaccination", day, time(9), time(12))
    span = Span(begin, begin + timedelta(hours=3))

    async def shut() -> None:
        async with scene.database.writing() as session:
            await closing.close_times(session, None, SITE, [span], now=scene.now())

    async with scene.database.writing() as session:
        await openings.make(session, None, template, SITE, 30, now=scene.now())
        shutting = asyncio.create_task(shut())
        if scene.database.is_sqlite:
            await asyncio.sleep(0.5)
            assert not shutting.done()
        else:
            await until_it_waits(scene.database, shutting)
    await shutting
    async with scene.database.reading() as session:
        return len(list(await session.scalars(select(Slot).where(Slot.closed.is_(False)))))


async def until_it_waits(database: Database, task: asyncio.Task[None]) -> None:
    """For a row that another has: the clinic's, or whatever it comes to first without that."""
    while not task.done():
        async with database.reading() as session:
            if await session.scalar(text(WAITS)):
                return
        await asyncio.sleep(0.02)


async def test_a_time_that_opens_and_closes_at_the_same_moment_is_closed(scene: Scene) -> None:
    assert await open_while_closing(scene) == 0


@ON_POSTGRESQL
async def test_without_the_clinics_row_times_stay_open_in_a_closed_morning(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: opening and closing do not wait for each other."""

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(store, "hold_clinic", nothing)
    assert await open_while_closing(scene) > 0
