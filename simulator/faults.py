"""Planned trouble: which calls meet which fault.

The rule: a fault says whether the thing was done before trouble came; tests rely on that difference.
"""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from simulator.errors import BLOCKED, Refusal, too_many_requests

DONE_FIRST = frozenset({"reset_after", "timeout_after", "500_after", "garbled", "cut"})
"""Faults that do the thing and then spoil the answer."""
KINDS = DONE_FIRST | {
    "reset",
    "timeout",
    "500",
    "502",
    "503",
    "504",
    "400",
    "401",
    "403",
    "404",
    "409",
    "429",
    "slow",
}
_WORDS = {
    "400": "Bad Request: planned",
    "401": "Unauthorized",
    "403": f"Forbidden: {BLOCKED}",
    "404": "Not Found",
    "409": "Conflict: planned",
}


@dataclass(slots=True)
class Fault:
    """One rule: calls to meet it, and what they meet."""

    kind: str
    """Nothing done: reset, timeout, 500 and the like, 4xx. Done: slow, and the kinds of `DONE_FIRST`."""
    detail: str = ""
    method: str = "*"
    """A method's name, or a pattern such as "send*"."""
    chat_id: int | None = None
    nth: int | None = None
    """Only the nth matching call, counted from 1."""
    count: int | None = None
    """Only this many calls."""
    probability: float = 1.0
    delay: float = 0.0
    """Real seconds before anything happens, unless it is released earlier."""
    seen: int = 0
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def hold_up(self) -> None:
        """Wait for the delay, or until somebody sets `released`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.delay):
                await self.released.wait()

    @property
    def done_first(self) -> bool:
        """Whether the thing asked for happens all the same."""
        return self.kind in DONE_FIRST

    @property
    def hides_answer(self) -> bool:
        """Whether the caller never learns what came of it."""
        return self.kind in DONE_FIRST

    def refusal(self) -> Refusal | None:
        """The refusal this fault answers with, if it is one."""
        if self.kind == "429":
            return too_many_requests(int(self.detail or 1))
        if self.kind in _WORDS:
            return Refusal(int(self.kind), self.detail or _WORDS[self.kind])
        return None


class Faults:
    """The rules in force, tried in the order they were added; the first that applies wins."""

    def __init__(self, seed: int = 0) -> None:
        """`seed` makes the rules with a probability repeatable."""
        self.rules: list[Fault] = []
        self._random = random.Random(seed)

    def add(
        self,
        what: str,
        method: str = "*",
        *,
        chat_id: int | None = None,
        nth: int | None = None,
        count: int | None = None,
        probability: float = 1.0,
        delay: float = 0.0,
    ) -> Fault:
        """Plan trouble. `what` is a kind, perhaps with a detail: "429:7", "400:Bad Request: chat not found".

        A description without Telegram's prefix gets it. An unknown kind is a ValueError.
        """
        kind, _, detail = what.partition(":")
        if kind not in KINDS:
            raise ValueError(f"no fault is called {kind}")
        if kind == "400" and detail and not detail.startswith("Bad Request: "):
            detail = f"Bad Request: {detail}"
        if kind == "403" and detail and not detail.startswith("Forbidden: "):
            detail = f"Forbidden: {detail}"
        rule = Fault(kind, detail.strip(), method, chat_id, nth, count, probability, delay)
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """End all planned trouble."""
        self.rules.clear()

    def meet(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault this call meets, if any."""
        for rule in self.rules:
            if not fnmatchcase(method, rule.method) or rule.chat_id not in (None, chat_id):
                continue
            rule.seen += 1
            if rule.nth is not None and rule.seen != rule.nth:
                continue
            if rule.count is not None and rule.hits >= rule.count:
                continue
            if rule.probability < 1 and self._random.random() >= rule.probability:
                continue
            rule.hits += 1
            return rule
        return None
