"""When more comes than the house can take, the noisiest give way first.

The rule: memory only, and only about what comes in. What goes out (receipts, reminders, alerts) is never shed, and
neither is a danger sign: it was answered before anybody is asked here.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MOST = 50
"""Updates in the house at once before some are shed. Telegram holds at most 100 posts open: half of them stay free."""
SPAN = 10.0
"""Seconds over which a person's noise is counted."""
QUIET = 2
"""Whoever sent no more than this in `SPAN` is never shed."""
REMEMBERED = 10_000
"""People whose noise is remembered; whoever was heard longest ago is forgotten first."""
TIDIED = 2
"""With each update so many people are forgotten who were silent for `SPAN`: twice as many as can come to be known."""
LOUDEST = 200
"""Updates that are counted of one person: louder makes no difference."""


@dataclass(eq=False)
class Place:
    """An update that is in the house."""

    telegram_id: int
    begun: bool = False
    """Its turn has come: it is not shed any more."""
    shed: bool = False
    """It gave way: it must have no effect when its turn comes."""


class Crowd:
    """Everybody who is in the house now, and how often they came lately."""

    def __init__(self, most: int = MOST, seconds: Callable[[], float] = time.monotonic) -> None:
        """`most` updates may be in the house at once; `seconds` is a clock that never goes back."""
        self.most, self._seconds = most, seconds
        self._inside: dict[Place, None] = {}
        self._heard: OrderedDict[int, list[tuple[float, int]]] = OrderedDict()

    def __len__(self) -> int:
        """Updates in the house now, without those that gave way."""
        return len(self._inside)

    @contextmanager
    def place(self, telegram_id: int, update_id: int = 0) -> Iterator[Place]:
        """A place for one update; in a house too full, the noisiest who still wait give way, perhaps this one.

        With `update_id`, one that was delivered several times, also at once, makes its person no noisier.
        """
        place = Place(telegram_id)
        self._hear(telegram_id, update_id)
        self._inside[place] = None
        if len(self._inside) > self.most:
            self._shed_one()
        try:
            yield place
        except Exception:
            self._forget(telegram_id, update_id)  # it comes again: a person is no noisier because we were away
            raise
        finally:
            self._inside.pop(place, None)

    def noise(self, telegram_id: int) -> int:
        """How many updates came from somebody in the last ten seconds."""
        heard = self._heard.get(telegram_id)
        if heard is None:
            return 0
        since = self._seconds() - SPAN
        heard[:] = [each for each in heard if each[0] > since]
        return len(heard)

    @property
    def remembered(self) -> int:
        """Of how many people something is remembered."""
        return len(self._heard)

    def _hear(self, telegram_id: int, update_id: int) -> None:
        now = self._seconds()
        heard = self._heard.setdefault(telegram_id, [])
        if not update_id or all(known != update_id for _, known in heard):
            heard.append((now, update_id))
            del heard[:-LOUDEST]
        self._heard.move_to_end(telegram_id)
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        for _ in range(TIDIED):
            quietest = next(iter(self._heard.values()), None)
            if quietest is None or (quietest and quietest[-1][0] > now - SPAN):
                break
            self._heard.popitem(last=False)

    def _forget(self, telegram_id: int, update_id: int) -> None:
        if heard := self._heard.get(telegram_id):
            last = next((each for each in reversed(heard) if each[1] == update_id), None)
            if last is not None:
                heard.remove(last)

    def _shed_one(self) -> None:
        """Of the noisiest person's updates that wait, the newest: the order of those that stay is kept."""
        waiting = [place for place in self._inside if not place.begun]
        noise = {telegram_id: self.noise(telegram_id) for telegram_id in {place.telegram_id for place in waiting}}
        loudest = max(noise, key=noise.__getitem__, default=None)
        if loudest is None or noise[loudest] <= QUIET:
            return
        victim = next(place for place in reversed(waiting) if place.telegram_id == loudest)
        victim.shed = True
        del self._inside[victim]
