"""The limits of people around one update: asked before its turn is used, counted in the database.

The rule: nothing here decides alone whether somebody is over; memory only spares the database.

- The first update of a person in ten seconds costs this process no write. With the second, both are counted, and from
  then on each one. So a person who reaches several processes may do at most one more for each further process.
- Whoever is over in the database is over in memory until the window ends: the rest of a flood costs nothing.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from bot import log
from bot.incoming import Incoming
from handlers import routes
from handlers.press_codec import decode
from people import limits
from people.limits import LIMITS, Tally, What
from people.refusals import TooManyGuesses, TooManyTries
from storage.database import Database

REMEMBERED = 10_000
"""People kept in memory; of somebody forgotten, one update more is free."""

TIDIED = 2
"""With each new one so many are forgotten whose ten seconds are over: memory holds who is writing now."""


@dataclass(slots=True)
class _Seen:
    """What this process knows of somebody's current ten seconds."""

    first: int
    since: datetime
    counted: bool = False
    """Whether the first one is in the database."""
    mute_until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether nothing of it matters any more."""
        return now >= self.since + LIMITS[What.UPDATES][1] and not (self.mute_until and now < self.mute_until)


class Guard:
    """Knows who is over a limit. Safe to ask twice about the same update."""

    def __init__(self, database: Database) -> None:
        """Nobody has been seen yet."""
        self.database = database
        self._seen: OrderedDict[int, _Seen] = OrderedDict()

    def __len__(self) -> int:
        """Of how many people something is remembered."""
        return len(self._seen)

    def is_muted(self, telegram_id: int, now: datetime) -> bool:
        """Whether this person is known to be over, without a look at the database."""
        seen = self._seen.get(telegram_id)
        return bool(seen and seen.mute_until and seen.since <= now < seen.mute_until)  # the clock may have gone back

    async def update(self, incoming: Incoming, now: datetime) -> Tally | None:
        """Count an update; how its person stands, or None for a first one.

        Raises:
            Exception: whatever the database raises.
        """
        window = LIMITS[What.UPDATES][1]
        seen = self._seen.get(incoming.telegram_id)
        if seen is None or not seen.since <= now < seen.since + window:
            self._remember(incoming.telegram_id, _Seen(incoming.update_id, now), now)
            return None
        if not seen.counted and incoming.update_id == seen.first:
            return None  # delivered again
        times, since = (1, None) if seen.counted else (2, seen.since)
        async with self.database.counting() as session:
            tally = await limits.count(
                session, incoming.telegram_id, What.UPDATES, incoming.update_id, now, times=times, since=since
            )
        seen.counted = True
        if tally.is_over:
            seen.mute_until = tally.until
        return tally

    async def attempt(self, incoming: Incoming, now: datetime) -> What | None:
        """Count what an update tries, before it is tried; what it was counted as.

        Raises:
            TooManyTries, TooManyGuesses: one too many.
        """
        what = _tries(incoming)
        if what is None:
            return None
        async with self.database.counting() as session:
            tally = await limits.count(session, incoming.telegram_id, what, incoming.update_id, now)
        if tally.is_over:
            log.event("limit-reached", kind=what)
            if what is What.CODES:
                raise TooManyGuesses(tally.minutes(now))
            raise TooManyTries(tally.minutes(now))
        return what

    async def right(self, incoming: Incoming) -> None:
        """The code that was tried is none that does not work."""
        async with self.database.counting() as session:
            await limits.forgive(session, incoming.telegram_id, What.CODES)

    def forget(self, telegram_id: int) -> None:
        """Remember nothing of them any more."""
        self._seen.pop(telegram_id, None)

    def _remember(self, telegram_id: int, seen: _Seen, now: datetime) -> None:
        self._seen[telegram_id] = seen
        self._seen.move_to_end(telegram_id)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        for _ in range(TIDIED):
            if not next(iter(self._seen.values())).is_over(now):
                break
            self._seen.popitem(last=False)


def _tries(incoming: Incoming) -> What | None:
    if incoming.kind == "press":
        pressed = decode(incoming.text)
        return routes.BUTTONS[type(pressed)].counts if pressed else None
    if incoming.kind == "command" and incoming.text:
        route = routes.COMMANDS.get(incoming.command)
        return route.counts if route else None
    return None
