"""What an update costs with few people and with many, each with a row that is owed next month.

The rule: the same bot with the same screens, round by round on the small and on the large database, and nobody writes
twice: within ten seconds that is counted, which costs as much as the screen.
"""

from contextlib import AsyncExitStack
from datetime import timedelta

from sqlalchemy import insert

from benchmarks.echo import Measured
from benchmarks.figures import Bar, Report, ratio, spread, table
from benchmarks.ground import BATCH, RING, Ground, move_in
from benchmarks.load import Server, post, says, server
from benchmarks.telegram import telegram
from bot.clock import wall
from delivery.rules import POLICIES, Kind
from storage.database import Database
from storage.tables import Owed

AT_ONCE = 16
MOST = 1.3
FIRST = 200
"""People who write before the clock runs, and not again."""
SCREENS = ("/menu", "/mine")


async def size(ground: Ground, *, rounds: int, updates: int, sizes: tuple[int, ...]) -> Report:
    """CPU of the bot for each update, the largest against the smallest."""
    rows, bars = [], []
    for kind in ground.kinds:
        found = {many: Measured() for many in sizes}
        each = min(updates, (sizes[0] - FIRST) // rounds)
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(telegram())
            bots: dict[int, Server] = {}
            for many in sizes:
                database = await stack.enter_async_context(ground.database(kind, f"size-{kind.lower()}-{many}"))
                await move_in(database, range(1, many + 1))
                await _owe(database, many)
                made = server("this bot", api.url, ground.folder, database.url, ring=RING.written())
                bots[many] = await stack.enter_async_context(made)
                await post([bots[many].port], says(range(1, FIRST + 1), "/menu"), AT_ONCE)
                bots[many].pause()
            for number in range(rounds):
                for many, bot in bots.items():
                    with bot.awake():
                        before = await bot.used()
                        turns = range(number * each, (number + 1) * each)
                        people = [FIRST + 1 + turn * 7919 % (many - FIRST) for turn in turns]
                        bodies = [says([one], SCREENS[one % len(SCREENS)])[0] for one in people]
                        found[many].add(await post([bot.port], bodies, AT_ONCE), before, await bot.used())
        compared = ratio(found[sizes[-1]].cpu, found[sizes[0]].cpu)
        rows += [(kind, f"{many:,}", spread(one.cpu), spread(one.rates)) for many, one in found.items()]
        named = f"{sizes[-1]:,} against {sizes[0]:,} people and owed rows, {kind}"
        bars.append(Bar(named, f"CPU of an update <= {MOST} x", str(compared), compared.median <= MOST))
    return Report("Cost against size", table("Database|people and owed rows|CPU us|updates/s", rows), bars)


async def _owe(database: Database, many: int) -> None:
    """A reminder next month for everybody."""
    due = wall() + timedelta(days=30)
    async with database.writing() as session:
        for start in range(1, many + 1, BATCH):
            rows = [
                {
                    "key": f"benchmark:{one}",
                    "kind": Kind.REMINDER,
                    "lane": POLICIES[Kind.REMINDER].lane,
                    "person_id": one,
                    "subject_id": one,
                    "due_at": due + timedelta(seconds=one % 3600),
                    "expires_at": due + timedelta(days=1),
                    "state": "pending",
                }
                for one in range(start, min(start + BATCH, many + 1))
            ]
            await session.execute(insert(Owed), rows)
