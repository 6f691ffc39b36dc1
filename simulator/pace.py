"""The law of rates, as Telegram's side sees it: who sent what, how fast.

The rule: real seconds (`time.monotonic`), never the simulated clock; a refused call does not count as sent.
"""

import math
from collections import Counter, deque
from collections.abc import Callable
from time import monotonic

PAID_LIMIT = 1000
"""Calls a second with `allow_paid_broadcast`."""
_SWEEP = 10_000
"""Forget idle chats whenever this many are known, so that memory follows activity."""


class Pace:
    """Measures every paced call and, unless `enforce` is off, refuses what Telegram would.

    `breaches` counts calls over the law, refused or not: "second" (over `limit` in any sliding second),
    "chat" (a private chat beyond a burst of `chat_burst`, refilled by one a second), "group" (over
    `group_limit` in any sliding minute) and "early" (before a given `retry_after` had passed).
    """

    def __init__(
        self,
        limit: int = 30,
        *,
        group_limit: int = 20,
        chat_burst: int = 5,
        chat_refused_above: int = 20,
        enforce: bool = True,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """A private chat is refused (429) only above `chat_refused_above`, more gently than it is judged."""
        self.limit = limit
        self.group_limit = group_limit
        self.chat_burst = chat_burst
        self.chat_refused_above = chat_refused_above
        self.enforce = enforce
        self.breaches: Counter[str] = Counter()
        self.chat_breaches: Counter[int] = Counter()
        """The "chat" breaches, by chat."""
        self.most_in_a_second = 0
        self.counted = 0
        """Paced calls let through so far."""
        self._now = now
        self._second: dict[int, deque[float]] = {}
        self._free: dict[int, deque[float]] = {}
        """The same without paid broadcasts, which do not use up what is free."""
        self._debts: dict[tuple[int, int], float] = {}
        self._minutes: dict[tuple[int, int], deque[float]] = {}
        self._held: dict[tuple[int, int], float] = {}

    @classmethod
    def unlimited(cls) -> "Pace":
        """A pace for tests that need speed: nothing is refused or called a breach."""
        huge = 10**9
        return cls(huge, group_limit=huge, chat_burst=huge, chat_refused_above=huge)

    def weigh(self, bot_id: int, chat_id: int, paid: bool = False) -> int | None:
        """Count one call; seconds to wait if it must be refused, else None."""
        now, key = self._now(), (bot_id, chat_id)
        waits = [
            self._weigh_hold(key, now),
            self._weigh_second(bot_id, now, paid),
            self._weigh_group(key, now) if chat_id < 0 else self._weigh_chat(key, now),
        ]
        if self.enforce and any(waits):
            seconds = max(waits)
            self.hold(bot_id, chat_id, seconds)
            return seconds
        self.counted += 1
        second = self._second[bot_id]
        second.append(now)
        if not paid:
            self._free[bot_id].append(now)
        self.most_in_a_second = max(self.most_in_a_second, len(second))
        if chat_id < 0:
            self._minutes[key].append(now)
        else:
            self._debts[key] = max(self._debts.get(key, now), now) + 1
        return None

    def hold(self, bot_id: int, chat_id: int, seconds: float) -> None:
        """Expect no call to this chat for so long: it was answered 429."""
        self._held[bot_id, chat_id] = self._now() + seconds

    def _weigh_hold(self, key: tuple[int, int], now: float) -> int:
        until = self._held.get(key, now)
        if until <= now:
            self._held.pop(key, None)
            return 0
        self.breaches["early"] += 1
        return math.ceil(until - now)

    def _weigh_second(self, bot_id: int, now: float, paid: bool) -> int:
        second, free = self._second.setdefault(bot_id, deque()), self._free.setdefault(bot_id, deque())
        for calls in (second, free):
            while calls and calls[0] <= now - 1:
                calls.popleft()
        if len(second) < max(PAID_LIMIT, self.limit) and (paid or len(free) < self.limit):
            return 0
        self.breaches["second"] += 1
        return 1

    def _weigh_group(self, key: tuple[int, int], now: float) -> int:
        minute = self._minutes.setdefault(key, deque())
        while minute and minute[0] <= now - 60:
            minute.popleft()
        if len(minute) < self.group_limit:
            return 0
        self.breaches["group"] += 1
        return max(1, math.ceil(minute[0] + 60 - now))

    def _weigh_chat(self, key: tuple[int, int], now: float) -> int:
        debt = max(0.0, self._debts.get(key, now) - now) + 1
        if debt > self.chat_burst:
            self.breaches["chat"] += 1
            self.chat_breaches[key[1]] += 1
        if len(self._debts) > _SWEEP:
            self._debts = {known: until for known, until in self._debts.items() if until > now}
        return max(0, math.ceil(debt - self.chat_refused_above))
