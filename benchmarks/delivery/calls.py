"""What was called, by whom it was called: every call about people, what it was about and what became of it.

The rule: plain columns of numbers, read in one process and judged in another.
"""

from array import array
from collections import Counter
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Self

MARK = b"A7X9"
"""Stands in every language of the alert and in no other message."""
BLOCKED_EVERY = 50
"""One of so many chats has blocked the bot."""


class Kind(IntEnum):
    """What a call was about."""

    OTHER = 0
    ALERT = 1
    REMINDER = 2


class Fate(IntEnum):
    """What became of a call. Done: it counts as arrived, whatever was answered."""

    DONE = 0
    RESET_AFTER = 1
    ERROR_AFTER = 2
    ERROR = 3
    THROTTLED = 4
    BLOCKED = 5


DONE = (Fate.DONE, Fate.RESET_AFTER, Fate.ERROR_AFTER)
AMBIGUOUS = (Fate.RESET_AFTER, Fate.ERROR_AFTER, Fate.ERROR)


@dataclass(frozen=True)
class Trouble:
    """Shares of calls that meet a fault; `blocked` is a share of chats."""

    throttled: float = 0.10
    reset_after: float = 0.01
    error: float = 0.01
    """Half of these were done before they failed."""
    blocked: bool = True
    retry_after: int = 1
    burst: float = 0.0
    """Seconds in which, once one call is throttled, all calls are: Telegram slows the bot, not a chat."""


Times = list[tuple[float, float]]


@dataclass
class Calls:
    """Every call about people, in the order they were read; `at` and `since` are monotonic.

    A call came at `at`, or, if the server was kept from looking just then, at any moment from `since` to `at`.
    """

    at: "array[float]" = field(default_factory=lambda: array("d"))
    since: "array[float]" = field(default_factory=lambda: array("d"))
    chat: "array[int]" = field(default_factory=lambda: array("q"))
    kind: "array[int]" = field(default_factory=lambda: array("b"))
    fate: "array[int]" = field(default_factory=lambda: array("b"))
    paid: "array[int]" = field(default_factory=lambda: array("b"))

    def written(self) -> bytes:
        """All of it, to be read in another process."""
        return b"".join(getattr(self, each.name).tobytes() for each in fields(self))

    @classmethod
    def read(cls, written: bytes, count: int) -> Self:
        """What `written` gave, of so many calls."""
        calls, start = cls(), 0
        for each in fields(cls):
            column = getattr(calls, each.name)
            end = start + count * column.itemsize
            column.frombytes(written[start:end])
            start = end
        return calls

    def arrived(self, kind: Kind, since: float = 0.0, until: float = float("inf")) -> Counter[int]:
        """Copies by chat."""
        each = zip(self.at, self.chat, self.kind, self.fate, strict=True)
        return Counter(chat for at, chat, of, fate in each if of == kind and fate in DONE and since <= at < until)

    def times(self, *, unpaid: bool = False) -> Times:
        """When calls came, of all or of those that are no paid broadcast: `since` and `at` of each."""
        each = zip(self.since, self.at, self.paid, strict=True)
        return [(since, at) for since, at, paid in each if not (unpaid and paid)]

    def fates(self, kind: Kind) -> Counter[int]:
        """How many calls of a kind met which fate."""
        return Counter(fate for of, fate in zip(self.kind, self.fate, strict=True) if of == kind)


def busiest_second(times: Times) -> tuple[int, float]:
    """The most calls that surely came within one second, and when that began. Both columns of `times` ascend."""
    ended, most, when = 0, 0, 0.0
    for begun, (since, _) in enumerate(times):
        while ended < len(times) and times[ended][1] < since + 1:
            ended += 1
        if ended - begun > most:
            most, when = ended - begun, since
    return most, when
