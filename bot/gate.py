"""The pace of all calls to Telegram: who may call now, whom to leave alone, and for how long.

The rule: nothing calls Telegram about people without a turn. With PostgreSQL the turns, the places of chats and the
silences Telegram asked for are shared with every other process through the table `pace`.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.clock import wall
from bot.lines import PATIENCE, Line, Reserve
from bot.shared_clock import SharedClock
from delivery import pacing
from delivery.pacing import Taking
from delivery.rules import Lane
from people.store import telegram_key
from storage.database import Database

FREE = 30.0
"""Calls a second that Telegram grants every bot; above it, alerts are paid broadcasts."""
MANY, LANE_MANY = 3, 2
"""Telegram refusing so many chats within `WINDOW` means the whole bot; so many of one lane, that lane."""
WINDOW = 5.0
VISITS_FIRST = 1.0
"""Seconds after a silence in which alerts still wait: in a few of them they would bring the next silence over all."""
SEEN = 10_000
"""So many chats are known before the quiet ones are forgotten."""
RECENT = 4.0
"""Seconds after which a chat's next reply is not noted for other processes: nobody else can have been quick."""
PERSON, GROUP = (1.05, 1), (4.05, 5)
"""Seconds of one place in a chat, and how many a quiet chat gets at once: one a second, twenty a minute."""
BURST = 3
"""How many replies a quiet person gets at once."""
EVERYBODY = "all"


class Gate:
    """Hands out turns and places; knows who asked to be left alone, and until when."""

    def __init__(self, rate: float, free: float = FREE, database: Database | None = None) -> None:
        """`rate` is the limit in messages a second, `free` what of it is no paid broadcast.

        With a `database` silences are kept, and on PostgreSQL everything is shared.
        """
        self._database = database
        self._shared = database if database and not database.is_sqlite else None
        plain = min(rate, free)
        self._clock = SharedClock()
        self.scale = max(1.0, plain / FREE)
        """A bot that was granted more for all may send more to each."""
        self._all = Line(rate, self._reserver(EVERYBODY))
        self._plain = Line(plain, self._reserver("plain")) if rate > free else None
        self._places: dict[int, float] = {}
        """By chat: when all places that were taken are paid for."""
        self._held: dict[int | str, float] = {}
        self._refused: list[tuple[float, int, int | None]] = []
        self._notes: set[asyncio.Task[Any]] = set()
        self._tidy_at = monotonic() + pacing.KEEP.total_seconds()
        self._alone_until = 0.0

    async def open(self) -> None:
        """Remember what Telegram asked processes before this one."""
        if self._database:
            async with self._database.reading() as session:
                self._heed(await pacing.holds(session, wall()))

    async def tidy(self) -> None:
        """Forget the pace of chats that have been quiet; whoever was erased leaves nothing here either."""
        if self._database and monotonic() >= self._tidy_at:
            self._tidy_at = monotonic() + pacing.KEEP.total_seconds()
            async with self._database.writing(fleeting=True) as session:
                await pacing.forget(session, wall())

    async def close(self) -> None:
        """Leave nothing running."""
        if self._notes:
            _, left = await asyncio.wait(self._notes, timeout=PATIENCE)
            for note in left:
                note.cancel()
        await asyncio.gather(self._all.close(), *([self._plain.close()] if self._plain else []))

    def rate(self, lane: Lane) -> float:
        """Messages a second that a lane can count on at most."""
        return self._plain.rate if self._plain and lane != Lane.ALERTS else self._all.rate

    @property
    def pays(self) -> bool:
        """Whether alerts are paid broadcasts."""
        return self._plain is not None

    async def turn(self, lane: Lane = Lane.REPLIES, *, paid: bool = False) -> None:
        """Wait for a turn; replies go before visits, these before alerts. What is not paid has a line of its own."""
        if self._plain and not paid:
            await self._plain.turn(lane)
        await self._all.turn(lane)

    async def place(self, chat_id: int) -> float:
        """Take the next place in a chat; seconds until it may be used."""
        period, burst = self._pace_of(chat_id, BURST)
        now = monotonic()
        recently = self._places.get(chat_id, 0.0) > now - RECENT
        wait = self._take(chat_id, now, period, burst)
        if self._shared and self.scale == 1.0 and recently:
            return max(wait, await self._shared_place(self._shared, chat_id))
        return wait

    async def places(self, session: AsyncSession, chat_ids: Sequence[int]) -> list[float]:
        """Take a place for each of these messages in the transaction that claims them; seconds until each may be used.

        The same chat may be there more than once.
        """
        now = monotonic()
        waits = [self._take(chat_id, now, *self._pace_of(chat_id)) for chat_id in chat_ids]
        if not self._shared or self.scale > 1.0:
            return waits
        takings: dict[str, Taking] = {}
        for budget, chat_id in zip(budgets := [*map(budget_of, chat_ids)], chat_ids, strict=True):
            taken = takings.get(budget)
            takings[budget] = Taking(taken.count + 1 if taken else 1, *self._pace_of(chat_id))
        first = await pacing.places(session, takings)
        for number, budget in enumerate(budgets):
            waits[number] = max(waits[number], first[budget])
            first[budget] += takings[budget].period
        return waits

    def hold(self, chat_id: int, seconds: float, lane: Lane = Lane.REPLIES) -> None:
        """Leave a chat alone for so long: Telegram said so. Two people of a lane at once, and it means the lane;
        three people, and it means everybody.
        """
        now = monotonic()
        self._held = {name: until for name, until in self._held.items() if until > now}
        self._hold(chat_id, budget_of(chat_id), seconds)
        if chat_id < 0:
            return  # a group's own measure is full, which says nothing of anybody else
        self._refused = [each for each in self._refused if each[0] > now - WINDOW] + [(now, chat_id, lane)]
        if len({chat for _, chat, of in self._refused if of == lane}) >= LANE_MANY and lane != Lane.REPLIES:
            self._hold(lane_name(lane), lane_name(lane), seconds)
        if len({chat for _, chat, _ in self._refused}) >= MANY:
            seconds = max(seconds, *(self._held.get(chat, now) - now for _, chat, _ in self._refused))
            self._hold(EVERYBODY, EVERYBODY, seconds)
            self._hold(lane_name(Lane.ALERTS), lane_name(Lane.ALERTS), seconds + VISITS_FIRST)

    def held(self, chat_id: int | None = None, lane: Lane | None = None) -> float:
        """Seconds for which this chat, this lane or (neither) the whole bot must be left alone; 0 when it need not."""
        if not self._held:
            return 0.0
        names: list[int | str] = [EVERYBODY]
        if lane is not None:
            names.append(lane_name(lane))
        if chat_id is not None:
            names += [chat_id, budget_of(chat_id)]
        return max(0.0, max(self._held.get(name, 0.0) for name in names) - monotonic())

    def _hold(self, name: int | str, budget: str, seconds: float) -> None:
        self._held[name] = max(self._held.get(name, 0.0), monotonic() + seconds)
        if self._database:
            note = asyncio.create_task(self._note(self._database, budget, seconds))
            self._notes.add(note)
            note.add_done_callback(self._notes.discard)

    async def _note(self, database: Database, budget: str, seconds: float) -> None:
        try:
            async with database.writing(fleeting=True) as session:
                await pacing.hold(session, budget, wall(), seconds)
        except Exception as error:
            log.event("pace-not-noted", level=30, error=error)

    def _heed(self, holds: dict[str, float]) -> None:
        now = monotonic()
        for budget, seconds in holds.items():
            self._held[budget] = max(self._held.get(budget, 0.0), now + seconds)

    def _reserver(self, line: str) -> Reserve | None:
        database = self._shared
        if database is None:
            return None

        async def reserve(count: int, step: float) -> tuple[float, float] | None:
            try:
                async with database.writing(fleeting=True) as session:
                    self._heed(await pacing.holds(session, wall()))
                    asked = monotonic()
                    block = await pacing.reserve(session, line, count, step)
                    self._clock.learn(block.now, asked, monotonic())
                    return block.first, self._clock.here(block.first)
            except Exception as error:
                log.event("pace-not-shared", level=30, error=error)
                return None

        return reserve

    def _pace_of(self, chat_id: int, replies: int = 1) -> tuple[float, int]:
        period, burst = GROUP if chat_id < 0 else PERSON
        return period / self.scale, max(burst, replies)

    def _take(self, chat_id: int, now: float, period: float, burst: int) -> float:
        if len(self._places) > SEEN:
            self._places = {chat: paid for chat, paid in self._places.items() if paid > now - RECENT}
        paid = max(self._places.get(chat_id, now), now)
        self._places[chat_id] = paid + period
        return max(0.0, paid - (burst - 1) * period - now)

    async def _shared_place(self, database: Database, chat_id: int) -> float:
        """What other processes leave of a chat; 0 when the database does not say at once: no reply waits for it."""
        now = monotonic()
        if now < self._alone_until:
            return 0.0
        asking = asyncio.create_task(
            self._ask_place(database, budget_of(chat_id), Taking(1, *self._pace_of(chat_id, BURST)))
        )
        self._notes.add(asking)
        asking.add_done_callback(self._notes.discard)
        await asyncio.wait({asking}, timeout=PATIENCE)
        if asking.done():
            return max(0.0, asking.result())
        self._alone_until = monotonic() + WINDOW
        return 0.0

    async def _ask_place(self, database: Database, budget: str, taking: Taking) -> float:
        try:
            async with database.writing(fleeting=True) as session:
                return (await pacing.places(session, {budget: taking}))[budget]
        except Exception as error:
            log.event("pace-not-shared", level=30, error=error)
            self._alone_until = monotonic() + WINDOW
            return 0.0


def budget_of(chat_id: int) -> str:
    """The name of a chat's budget: a keyed hash, for no table may show who was written to."""
    return pacing.CHAT + telegram_key(chat_id).hex()[:32]


def lane_name(lane: Lane) -> str:
    """The name of a lane's budget."""
    return f"lane:{int(lane)}"
