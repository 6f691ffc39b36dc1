"""How the bot gets on: the facts behind `/status` and `python -m bot status`.

The rule: counts and ages, rounded, of nobody in particular. What somebody should look at has a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alerts.store.going import count_live
from delivery.claiming import backlog
from delivery.rules import Lane
from delivery.standing import last_sent, waiting_wipes
from scheduling.calling import SILENT_AFTER
from scheduling.store.ahead import count_ahead
from scheduling.store.calling import oldest_waiting
from storage.census import count_people, count_set_aside

OWED_TOO_LONG = timedelta(minutes=5)
"""A message about a visit that has been due for so long, where nothing is wrong, is none."""
WIPE_TOO_LONG = timedelta(minutes=10)
"""The same for messages that must be deleted from a chat."""
TRIES = 3
"""After so many failures an update is set aside (`bot/quarantine.py`)."""


@dataclass(frozen=True)
class Owed:
    """One lane."""

    due: int
    """Messages that should have gone out by now."""
    oldest: timedelta
    """For how long the first of them has waited."""
    sent_at: datetime | None
    """When the newest one went out."""


@dataclass(frozen=True)
class Standing:
    """How things stand at a moment."""

    now: datetime
    people: int
    visits: int
    """Still to come."""
    lanes: Mapping[Lane, Owed]
    reminders: timedelta
    """For how long the oldest due reminder has waited."""
    alerts: Mapping[str, int]
    """Under way, by state."""
    set_aside: int
    """Updates of the last day that failed three times."""
    wipes: int
    """Chats with messages that should be deleted by now."""
    oldest_wipe: timedelta

    @property
    def troubles(self) -> list[str]:
        """What somebody should look at, by name."""
        found = {
            "reminders-silent": self.reminders >= SILENT_AFTER,
            "owed-late": self.lanes[Lane.VISITS].oldest >= OWED_TOO_LONG,
            "wipes-late": self.oldest_wipe >= WIPE_TOO_LONG,
            "alert-held": bool(self.alerts.get("held")),
            "set-aside": self.set_aside > 0,
        }
        return [name for name, is_so in found.items() if is_so]


async def look(session: AsyncSession, now: datetime) -> Standing:
    """Count everything once."""
    waiting, sent = await backlog(session, now), await last_sent(session)
    lanes = {}
    for lane in Lane:
        count, since = waiting.get(lane, (0, now))
        lanes[lane] = Owed(count, now - since, sent.get(lane))
    silent = await oldest_waiting(session, now)
    wipes, wipe_since = await waiting_wipes(session, now)
    return Standing(
        now=now,
        people=await count_people(session),
        visits=await count_ahead(session, now),
        lanes=lanes,
        reminders=now - silent if silent else timedelta(0),
        alerts=await count_live(session),
        set_aside=await count_set_aside(session, now, TRIES),
        wipes=wipes,
        oldest_wipe=now - wipe_since if wipe_since else timedelta(0),
    )


def rounded(count: int) -> int:
    """A count without its small change: down to two figures; below ten it is 0."""
    unit = int(10 ** max(1, len(str(count)) - 2))
    return count // unit * unit
