"""Once an hour, whatever is old enough is forgotten. Safe to run twice, late, or in several processes at once."""

from datetime import datetime, timedelta

from bot import log
from bot.clock import Now
from delivery.retention import forget_settled
from people.retention import forget_the_silent
from scheduling.retention import forget_old_visits
from storage.database import Database, is_outage

EVERY = timedelta(hours=1)


class Housekeeping:
    """Remembers when it last ran; a new process begins with a run."""

    def __init__(self, database: Database, now: Now) -> None:
        """`now` is the clock of people: in the demo, moving it forward makes things be forgotten."""
        self.database, self.now = database, now
        self._next: datetime | None = None

    async def run_if_due(self) -> bool:
        """Forget what is old enough, if an hour has passed since the last time."""
        now = self.now()
        if self._next and now < self._next:
            return False
        try:
            await self.run(now)
        except Exception as error:
            if not is_outage(error):
                raise
            return False  # the database is away: the next beat tries again
        self._next = now + EVERY
        return True

    async def run(self, now: datetime) -> None:
        """Each package forgets its own, in a transaction of its own."""
        for name, forget in (
            ("visits", forget_old_visits),
            ("messages", forget_settled),
            ("people", forget_the_silent),
        ):
            async with self.database.writing() as session:
                count = await forget(session, now)
            if count:
                log.event("forgotten", kind=name, count=count)
