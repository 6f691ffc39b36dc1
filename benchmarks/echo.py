"""A full screen of this bot beside bare echoes: webhook, person, database, screen, sent, against text in, text out.

The rule: all bots run all the time, and those whose turn it is not are stopped (SIGSTOP), so that a round is one after
the other within seconds, on the same load generator and the same Bot API server.
"""

from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from benchmarks.figures import Bar, Report, ratio, spread, table
from benchmarks.ground import RING, Ground, move_in
from benchmarks.load import Run, Server, post, presses, says, server
from benchmarks.telegram import Telegram, telegram
from handlers.press_codec import encode
from handlers.presses.asking import BrowseTopics

AT_ONCE = 16
PEOPLE = 20_000
"""So many that nobody writes twice in ten seconds, but where the row says so."""
ECHOES = ("aiohttp", "aiogram", "stock PTB")
MENU, MINE, CATEGORIES, QUICK = "/menu", "/mine", "a button: the topics", "/menu, everybody six times"
SCREENS = (MENU, MINE, CATEGORIES, QUICK)
BARS = (("aiohttp", 0.25), ("aiogram", 1.3), ("stock PTB", 5.0))


@dataclass
class Measured:
    """The rounds of one bot with one screen."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Microseconds of the bot for each update."""
    middle: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    """Milliseconds within which half of all, and 99 of 100, were answered."""
    megabytes: float = 0.0

    def add(self, run: Run, before: dict[str, float], after: dict[str, float]) -> None:
        """One round."""
        self.rates.append(run.rate)
        self.cpu.append(1e6 * (after["cpu"] - before["cpu"]) / len(run.each))
        self.middle.append(run.within(0.5))
        self.slowest.append(run.within(0.99))
        self.megabytes = after["megabytes"]


async def screens(ground: Ground, *, rounds: int, updates: int) -> Report:
    """Every bot in every round."""
    found: dict[tuple[str, str], Measured] = defaultdict(Measured)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(telegram())
        bots: dict[str, Server] = {}
        for kind in ECHOES:
            bots[kind] = await stack.enter_async_context(server(kind, api.url, ground.folder))
        for kind in ground.kinds:
            database = await stack.enter_async_context(ground.database(kind, f"screens-{kind.lower()}"))
            await move_in(database, range(1, PEOPLE + 1))
            made = server("this bot", api.url, ground.folder, database.url, ring=RING.written())
            bots[kind] = await stack.enter_async_context(made)
        for bot in bots.values():
            await post([bot.port], says(range(PEOPLE - 99, PEOPLE + 1), MENU), AT_ONCE)
            bot.pause()
        first = 1
        for _ in range(rounds):
            for name, bot in bots.items():
                for screen in SCREENS if name in ground.kinds else (MENU,):
                    await _round(api, bot, screen, first, updates, found[name, screen])
                    first = first + updates if first + 3 * updates < PEOPLE else 1
    return _report(ground, found, f"{rounds} rounds of {updates} updates, {AT_ONCE} at once")


async def _round(api: Telegram, bot: Server, screen: str, first: int, updates: int, found: Measured) -> None:
    people = range(first, first + updates)
    if screen == CATEGORIES:
        bodies = presses(people, encode(BrowseTopics()))
    elif screen == QUICK:
        bodies = says([first + number % (updates // 6) for number in range(updates)], MENU)
    else:
        bodies = says(people, screen)
    with bot.awake():
        before, shown = await bot.used(), api.shown
        run = await post([bot.port], bodies, AT_ONCE)
        found.add(run, before, await bot.used())
        if api.shown - shown < updates:
            raise RuntimeError(f"{updates} updates, {api.shown - shown} screens: {screen}")


def _report(ground: Ground, found: dict[tuple[str, str], Measured], how: str) -> Report:
    rows = []
    for (name, screen), one in found.items():
        what = "an echo" if name in ECHOES else screen
        against = [ratio(one.rates, found[echo, MENU].rates) for echo in ECHOES]
        cost = f"{spread(one.cpu).median:,.0f}"
        waits = [f"{spread(each).median:.1f}" for each in (one.middle, one.slowest)]
        rows.append((_named(ground, name), what, spread(one.rates), *against, cost, *waits, f"{one.megabytes:.0f}"))
    head = "Bot|Screen|updates/s|/ aiohttp|/ aiogram|/ stock PTB|CPU us|p50 ms|p99 ms|MB"
    bars = []
    for kind in ground.kinds:
        for echo, least in BARS:
            compared = ratio(found[kind, MENU].rates, found[echo, MENU].rates)
            bars.append(
                Bar(f"full screen (/menu), {kind}", f">= {least} x {echo}", str(compared), compared.median >= least)
            )
    rates = {_named(ground, name): spread(one.rates) for (name, screen), one in found.items() if screen == MENU}
    return Report("A full screen beside bare echoes", [f"{how}.", "", *table(head, rows)], bars, rates)


def _named(ground: Ground, name: str) -> str:
    return f"this bot, {name}" if name in ground.kinds else name
