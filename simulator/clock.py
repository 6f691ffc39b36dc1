"""The simulator's clock: real time plus an offset that only ever grows.

The rule: everything people see (dates, 48 hours, expiry) goes by this clock; waits and rates go by
`time.monotonic`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that runs with real time and can be moved forward."""

    def __init__(self) -> None:
        """Start at the present."""
        self.offset = timedelta()
        self.listeners: list[Callable[[datetime], None]] = []
        """Called with the new instant after every jump."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def unix(self) -> int:
        """The present in whole seconds, as the Bot API writes dates."""
        return int(self.now().timestamp())

    def advance(self, by: timedelta) -> datetime:
        """Jump forward and tell every listener.

        Raises:
            ValueError: a jump backwards, which Telegram's clock never makes.
        """
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        self.offset += by
        now = self.now()
        for listener in list(self.listeners):
            listener(now)
        return now

    def advance_to(self, instant: datetime) -> datetime:
        """Jump forward to an aware instant; an instant already past raises ValueError."""
        return self.advance(instant - self.now())
