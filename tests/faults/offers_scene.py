"""A waiting list in a test: people in line, places that are taken, and a race for each place that is freed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import new_code
from scheduling import booking, offers, waiting
from scheduling.clinics import read_clinics
from scheduling.waiting import Wanted
from storage.database import Database
from storage.failures import is_transient
from storage.refusal import Refusal
from storage.tables import Booking, Hold, Person, Slot
from tests.conftest import next_wednesday
from tests.faults.scene import Known, Scene

CLINICS = read_clinics()


async def write(database: Database, what: Callable[[AsyncSession], Awaitable[object]]) -> None:
    """A transaction as the bot makes them: places go on before the commit, a lost race is run again."""
    for _ in range(5):
        try:
            async with database.writing() as session:
                await what(session)
                await offers.pass_on(session, CLINICS, next_wednesday())
                return
        except Exception as error:
            if not is_transient(error):
                raise
    raise AssertionError("five lost races in a row")


async def line_up(scene: Scene, many: int, letter: int = 20) -> list[Known]:
    """People who wait for any time, in the order of the list."""
    people = await scene.people(many)
    today = scene.now().date()
    async with scene.database.writing() as session:
        for place, known in enumerate(people):
            person = await session.get_one(Person, known.id)
            wish = Wanted("mae-sot", "vaccination", (today, today + timedelta(days=letter)))
            await waiting.join(session, person, wish, now=scene.now() - timedelta(hours=many - place))
    return people


async def full(scene: Scene, many: int) -> list[tuple[Known, int]]:
    """So many places, each taken by somebody: who, and which visit."""
    holders = await scene.people(many)
    slots = await scene.slots(capacity=2)
    async with scene.database.writing() as session:
        none_left = update(Slot).where(Slot.id.in_(slots[many // 2 :]))
        await session.execute(none_left.values(capacity=0), execution_options={"synchronize_session": False})
    return [(known, await scene.book(known, slots[place // 2])) for place, known in enumerate(holders)]


async def race(scene: Scene, taken: list[tuple[Known, int]], snatchers: list[Known]) -> int:
    """Free each place while people hammer on it; how many of them got one."""
    done = asyncio.Event()
    got = 0
    tries: Counter[int] = Counter()

    async def hammer(known: Known, slot_id: int) -> None:
        nonlocal got
        while not done.is_set():
            try:
                async with scene.database.writing() as session:
                    person = await session.get_one(Person, known.id)
                    await booking.book(session, person, slot_id, clinics=CLINICS, now=scene.now(), new_code=new_code)
            except Refusal:
                tries[known.id] += 1
                await asyncio.sleep(0.005)
            except Exception as error:
                if not is_transient(error):
                    raise
            else:
                got += 1
                return

    async with scene.database.reading() as session:
        where = {visit: (await session.get_one(Booking, visit)).slot_id for _, visit in taken}
    slots = sorted(set(where.values()))
    hammering = [asyncio.create_task(hammer(known, slots[place % len(slots)])) for place, known in enumerate(snatchers)]

    async def everybody_tried() -> None:
        before = dict(tries)
        for known, task in zip(snatchers, hammering, strict=True):
            while tries[known.id] < before.get(known.id, 0) + 2 and not task.done():  # noqa: ASYNC110 - the first may have begun before
                await asyncio.sleep(0.005)

    await everybody_tried()
    for who, visit in taken:

        async def cancel(session: AsyncSession, who: Known = who, visit: int = visit) -> None:
            person = await session.get_one(Person, who.id)
            await booking.cancel(session, person, visit, now=scene.now())

        await write(scene.database, cancel)
        await asyncio.sleep(0.02)
    await everybody_tried()
    done.set()
    await asyncio.gather(*hammering)
    return got


async def held(scene: Scene) -> tuple[int, int]:
    """Places held, and rows that hold them."""
    async with scene.database.reading() as session:
        places = await session.scalar(select(func.sum(Slot.held)))
        return int(places or 0), int(await session.scalar(select(func.count(Hold.id))) or 0)
