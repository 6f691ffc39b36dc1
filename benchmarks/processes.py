"""Two processes of the bot on one PostgreSQL against one: screens that only read, and bookings.

The rule: both run all the time; while one is asked, the other has nothing to do. On a machine of two cores PostgreSQL
and the load generator stand beside them, so what a second process adds here is the least it adds anywhere.
"""

from contextlib import AsyncExitStack

from benchmarks.bookings import open_times
from benchmarks.figures import Bar, Report, ratio, spread, table
from benchmarks.ground import RING, Ground, move_in
from benchmarks.load import post, presses, says, server
from benchmarks.telegram import telegram
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace

AT_ONCE = 32
LEAST = 1.6


async def processes(ground: Ground, *, rounds: int, updates: int) -> Report:
    """In each round one, then both."""
    rates: dict[tuple[str, int], list[float]] = {}
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram())
        database = await stack.enter_async_context(ground.database("PostgreSQL", "processes"))
        await move_in(database, range(1, 4 * (rounds + 1) * updates))
        slots = await open_times(database)
        bots = [
            await stack.enter_async_context(
                server("this bot", api.url, ground.folder / str(number), database.url, ring=RING.written())
            )
            for number in range(2)
        ]
        ports = [bot.port for bot in bots]
        await post(ports, says(range(1, updates), "/menu"), AT_ONCE)
        first = updates
        for _ in range(rounds):
            for many in (1, 2):
                people = range(first, first + updates)
                screens = await post(ports[:many], says(people, "/menu"), AT_ONCE)
                booked = [encode(KeepPlace(slots[one % len(slots)], False, "", False)) for one in people]
                bodies = [presses([one], data)[0] for one, data in zip(people, booked, strict=True)]
                made = await post(ports[:many], bodies, AT_ONCE)
                rates.setdefault(("screens", many), []).append(screens.rate)
                rates.setdefault(("bookings", many), []).append(made.rate)
                first += updates
    rows, bars = [], []
    for what in ("screens", "bookings"):
        one, two = rates[what, 1], rates[what, 2]
        rows.append((what, spread(one), spread(two), compared := ratio(two, one)))
        bars.append(Bar(f"two processes against one, {what}", f">= {LEAST} x", str(compared), compared.median >= LEAST))
    return Report("Two processes on PostgreSQL", table("What|one, /s|two, /s|ratio", rows), bars)
