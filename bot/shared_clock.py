"""The clock that all processes share, the database's, as this process knows it.

The rule: an answer that took long says little of what time it is there; the quickest answer of late says most.
"""

DRIFT = 1e-4
"""Seconds by which two clocks may part in one."""


class SharedClock:
    """Turns the database's time into ours (`time.monotonic`)."""

    def __init__(self) -> None:
        """Nothing is known before the first answer."""
        self._offset = 0.0
        self._unsure = float("inf")
        self._learnt = 0.0

    def learn(self, there: float, asked: float, answered: float) -> None:
        """The other clock said `there` at some time between our asking and its answer."""
        offset, unsure = there - (asked + answered) / 2, (answered - asked) / 2
        known = self._unsure + (answered - self._learnt) * DRIFT
        was_set = abs(offset - self._offset) > unsure + known
        if unsure <= known or was_set:
            self._offset, self._unsure, self._learnt = offset, unsure, answered

    def here(self, there: float) -> float:
        """When that is by our clock."""
        return there - self._offset
