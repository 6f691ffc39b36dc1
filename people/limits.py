"""How often one person may do something: counted in the database, the same for every process.

The rule: a try is counted before it is made, in a transaction of its own, so that a refusal that rolls back
does not give it back, and of many made at once no more than allowed go through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from people.store import limits as store
from storage import keys


class What(StrEnum):
    """What is counted."""

    UPDATES = "updates"
    BOOKINGS = "bookings"
    """Tries to take a place or to move to one, kept or not."""
    HOLDS = "holds"
    """Choices of a time, each of which keeps a place for minutes."""
    CODES = "codes"
    """Codes and links that do not work; one that works is given back."""


LIMITS: Mapping[What, tuple[int, timedelta]] = {
    What.UPDATES: (20, timedelta(seconds=10)),
    What.BOOKINGS: (5, timedelta(hours=1)),
    What.HOLDS: (40, timedelta(hours=1)),
    What.CODES: (5, timedelta(minutes=15)),
}
"""How many within which time. A window begins with the first one and does not move: whoever waits is free again."""


@dataclass(frozen=True)
class Tally:
    """How somebody stands."""

    count: int
    """In the current window, this one included."""
    most: int
    until: datetime
    """When the window ends."""
    times: int = 1
    """How many of the count this one stood for."""

    @property
    def is_over(self) -> bool:
        """Whether this one is one too many."""
        return self.count > self.most

    @property
    def is_first_over(self) -> bool:
        """Whether nobody was told so yet in this window; the same again when it is delivered again."""
        return self.is_over and self.count - self.times <= self.most

    def minutes(self, now: datetime) -> int:
        """Whole minutes until the window ends, at least one."""
        return max(1, -int((now - self.until).total_seconds() // 60))


async def count(
    session: AsyncSession,
    telegram_id: int,
    what: What,
    update_id: int,
    now: datetime,
    *,
    times: int = 1,
    since: datetime | None = None,
) -> Tally:
    """Count one more; the database decides, in one statement. The update that was counted last is not counted again.

    Args:
        times: how many this stands for; with `since`, when the first of them was. See `bot/guard.py`.
    """
    most, window = LIMITS[what]
    counted, began_at = await store.count_up(session, _who(telegram_id), what, update_id, now, window, times, since)
    return Tally(counted, most, began_at + window, times)


async def forgive(session: AsyncSession, telegram_id: int, what: What) -> None:
    """Give one back: it was none that counts."""
    await store.count_down(session, _who(telegram_id), what)


async def forget(session: AsyncSession, telegram_id: int) -> None:
    """Forget how often this person did anything: for somebody who leaves."""
    await store.drop_limits(session, _who(telegram_id))


def _who(telegram_id: int) -> bytes:
    """A blind index under a context of its own: a row cannot be matched with a person's."""
    return keys.in_use().blind(str(telegram_id), "limits.who")
