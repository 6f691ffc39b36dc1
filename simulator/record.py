"""What happened, for tests and for the page: calls, answers to presses, and a stream of events.

The rule: nothing here changes what the simulator does; `remember` bounds every list.
"""

import asyncio
import contextlib
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from simulator.clock import Clock

Json = dict[str, Any]
_EVENTS_KEPT = 10_000
"""A subscriber that reads slower than this loses the oldest events, not the simulator's memory."""


@dataclass(slots=True)
class Call:
    """One call of a bot: what it asked, when (`time.monotonic`), and what came of it."""

    method: str
    chat_id: int | None
    params: Json
    at: float
    status: int = 0
    """The HTTP status answered; 0 while unanswered, or for ever if a fault ate the answer."""
    description: str = ""
    """Telegram's words for a refusal."""
    fault: str | None = None
    """The planned fault that met this call."""
    done: bool = False
    """Whether the thing asked for was done, whatever was answered."""


@dataclass(slots=True)
class Press:
    """A pressed button whose spinner turns until answerCallbackQuery."""

    query_id: str
    person_id: int
    chat_id: int
    message_id: int
    bot_id: int
    data: str
    date: int


class Record:
    """The simulator's memory of what happened."""

    query_lifetime = timedelta(seconds=60)
    """A press older than this can no longer be answered."""

    def __init__(self, clock: Clock, remember: int | None) -> None:
        """`remember` keeps only that many calls, answers and presses; None keeps all."""
        self.clock = clock
        self.remember = remember
        self.calls: deque[Call] = deque(maxlen=remember)
        self.refused: deque[Call] = deque(maxlen=remember)
        """Calls that Telegram would refuse as malformed: always a mistake of the bot's."""
        self.answers: OrderedDict[str, Json] = OrderedDict()
        self.presses: OrderedDict[str, Press] = OrderedDict()
        """Presses not answered yet, by callback query id."""
        self._subscribers: list[asyncio.Queue[Json]] = []

    def unanswered(self) -> list[str]:
        """Ids of the presses whose spinner still turns."""
        return list(self.presses)

    def keep_press(self, press: Press) -> None:
        """Remember a press until it is answered."""
        self.presses[press.query_id] = press
        self._forget(self.presses)

    def answer_press(self, query_id: str, bot_id: int, answer: Json) -> Press | None:
        """Stop a spinner; None if that press is unknown, answered, somebody else's or too old."""
        press = self.presses.get(query_id)
        if press is None or press.bot_id != bot_id:
            return None
        if self.clock.unix() - press.date > self.query_lifetime.total_seconds():
            return None
        del self.presses[query_id]
        self.answers[query_id] = answer
        self._forget(self.answers)
        return press

    def _forget(self, kept: OrderedDict[str, Any]) -> None:
        if self.remember is not None and len(kept) > self.remember:
            kept.popitem(last=False)

    def subscribe(self) -> asyncio.Queue[Json]:
        """A queue that gets every event from now on."""
        queue: asyncio.Queue[Json] = asyncio.Queue(_EVENTS_KEPT)
        self._subscribers.append(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Json]) -> None:
        """Stop filling a queue; unknown queues are ignored."""
        with contextlib.suppress(ValueError):
            self._subscribers.remove(queue)

    @property
    def watched(self) -> bool:
        """Whether anybody reads events, so that building them is worth it."""
        return bool(self._subscribers)

    def publish(self, kind: str, chat_id: int | None = None, **facts: Any) -> None:
        """Tell every subscriber that something happened."""
        for queue in self._subscribers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait({"type": kind, "chat_id": chat_id, **facts})
