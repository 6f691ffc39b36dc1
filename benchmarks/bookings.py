"""Bookings through the bot, from the tap to the sent screen, beside the same use case on the bare database.

The rule: everybody books one visit, 64 people at once, and no time runs full; what the bot does besides (limits, the
receipt it sends, the sealed rows) is part of what is measured.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import time as clock
from datetime import timedelta

from sqlalchemy import select

from benchmarks.figures import Bar, Report, ratio, spread, table
from benchmarks.ground import RING, Ground, move_in
from benchmarks.load import post, presses, says, server
from benchmarks.telegram import telegram
from bot.clock import new_code, wall
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from people.store import find_person
from scheduling import booking, openings, plans
from scheduling.clinics import read_clinics
from scheduling.plans import Site
from storage.database import Database
from storage.tables import Slot

AT_ONCE = 64
LEAST = {"SQLite": 250, "PostgreSQL": 350}
"""Bookings a second."""
SHARE = 0.6
"""Of the bare database's rate."""
SITE = Site("mae-sot", "Asia/Bangkok", 60, 60)
CLINICS = read_clinics()


async def bookings(ground: Ground, *, rounds: int, people: int) -> Report:
    """In each round first the bare database, then the bot."""
    rows, bars = [], []
    for kind in ground.kinds:
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(telegram())
            database = await stack.enter_async_context(ground.database(kind, f"bookings-{kind.lower()}"))
            await move_in(database, range(1, rounds * people + AT_ONCE + 1))
            slots = await open_times(database)
            own = await stack.enter_async_context(ground.database(kind, f"bare-{kind.lower()}"))
            await move_in(own, range(1, rounds * people + 1))
            own_slots = await open_times(own)
            made = server("this bot", api.url, ground.folder, database.url, ring=RING.written())
            bot = await stack.enter_async_context(made)
            await post([bot.port], says(range(1, AT_ONCE + 1), "/menu"), AT_ONCE)
            bare, through, slowest, first = [], [], [], AT_ONCE + 1
            for _ in range(rounds):
                bot.pause()  # it has a database of its own, so it can hold up nobody
                bare.append(await _bare(own, range(first - AT_ONCE, first - AT_ONCE + people), own_slots))
                bot.resume()
                taps = [(one, slots[one % len(slots)]) for one in range(first, first + people)]
                bodies = [presses([one], encode(KeepPlace(slot, False, "", False)))[0] for one, slot in taps]
                run = await post([bot.port], bodies, AT_ONCE)
                through.append(run.rate)
                slowest.append(run.within(0.99))
                first += people
                await _check(database, first - AT_ONCE - 1)
        share = ratio(through, bare)
        rows.append((kind, spread(bare), spread(through), share, f"{spread(slowest).median:,.0f}"))
        rate = spread(through)
        bars.append(Bar(f"booking, 64 people, {kind}", f">= {LEAST[kind]}/s", str(rate), rate.median >= LEAST[kind]))
        bars.append(Bar(f"... of the bare database, {kind}", f">= {SHARE} x", str(share), share.median >= SHARE))
    head = "Database|bare, bookings/s|through the bot|share|p99 ms"
    return Report("Booking, 64 people at once", table(head, rows), bars)


async def open_times(database: Database) -> list[int]:
    """Times of the next days with room for everybody."""
    now = wall()
    async with database.writing() as session:
        for days in range(2, 10):
            template = plans.one_day(
                "mae-sot", "vaccination", (now + timedelta(days=days)).date(), clock(9), clock(12), 30, 50
            )
            await openings.make(session, None, template, SITE, 30, now=now)
        for slot in await session.scalars(select(Slot)):
            slot.capacity = 1_000_000
        return list(await session.scalars(select(Slot.id).order_by(Slot.starts_at)))


async def _bare(database: Database, people: range, slots: list[int]) -> float:
    """Bookings a second of the use case alone, in a transaction each."""
    waiting = iter(people)

    async def one_after_another() -> None:
        for one in waiting:
            async with database.writing() as session:
                person = await find_person(session, one)
                assert person
                slot = slots[one % len(slots)]
                await booking.book(session, person, slot, clinics=CLINICS, now=wall(), new_code=new_code)

    begun = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return len(people) / (time.perf_counter() - begun)


async def _check(database: Database, wanted: int) -> None:
    async with database.reading() as session:
        taken = sum(await session.scalars(select(Slot.taken)))
    if taken != wanted:
        raise RuntimeError(f"{taken} bookings instead of {wanted}")
