"""One database and its clock, on which steps are made as the bot makes them, and looked at after each."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.beats.offering import Offering
from bot.clock import wall
from delivery import claiming
from delivery.claiming import Ending
from delivery.rules import Kind, Outcome
from handlers.request import House
from handlers.wording import word
from scheduling import offers
from scheduling.rules import Status
from storage import keys
from storage.audit_check import verify
from storage.database import Database
from storage.refusal import Refusal
from storage.tables import Owed, Table
from tests.conftest import RING
from tests.faults.model import picture
from tests.faults.model.invariants import INVARIANTS, Known, Step
from tests.faults.model.picture import Picture
from tests.faults.model.scene import BEGIN, CLINICS

Result = TypeVar("Result")
What = Callable[[AsyncSession], Awaitable[Any]]
"""What one step does, in a transaction of its own."""
NOTHING_HERE = object()
"""The answer of a step that had nobody or nothing to act on."""


@dataclass(frozen=True)
class Done:
    """A step that was made, so that it can be made again."""

    name: str
    what: What
    once: bool
    """Whether the same again must change nothing."""


class World:
    """A database of the model; `tally` counts steps by what came of them, over all worlds of a run."""

    def __init__(self, url: str, runner: asyncio.Runner, tally: Counter[str], house: House) -> None:
        """An empty database at `url`."""
        self.url, self.runner, self.tally = url, runner, tally
        self.house = house
        keys.use(RING)
        self.database = Database(url)
        self.now = BEGIN
        self.known = Known()
        self.history: list[Done] = []
        self.erased: set[int] = set()
        self.sent: set[str] = set()
        self._just_now: Done | None = None
        self._codes = count(0)
        self.seen: Picture = self.run(self._look())

    def run(self, what: Coroutine[Any, Any, Result]) -> Result:
        """Wait for something."""
        return self.runner.run(what)

    def new_code(self) -> str:
        """A code that nobody has."""
        return f"C{next(self._codes):05d}"

    def step(self, name: str, what: What, *, once: bool = True, over: Iterable[tuple[int, int]] = ()) -> Any:
        """Make one step and look at everything; what came of it, or the refusal.

        Args:
            once: the same again must change nothing.
            over: by how many a preview said that times would be overbooked.
        """
        for slot_id, most in over:
            self.known.flagged[slot_id] = max(self.known.flagged[slot_id], most)
        done = Done(name, what, once)
        self.history = [*self.history[-30:], done]
        came = self._make(done)
        self._just_now = done
        return came

    def again(self, done: Done) -> None:
        """Make a step once more, whenever that is."""
        self._make(Done(f"{done.name} again", done.what, done.once))

    def twice(self) -> None:
        """Make the last step once more at once: nothing may change."""
        last = self._just_now
        if last and last.once:
            before = self.seen
            self.again(last)
            table = before.same_as(self.seen)
            assert not table, f"twice: {last.name} done twice changed {table}"

    def goes_on(self, by: timedelta) -> None:
        """Time passes."""
        self.now += by
        self._just_now = None
        self.seen = self.run(self._look())

    def beats(self) -> None:
        """What the bot does every second: ended holds go back, free places are offered."""
        self._around("beat", lambda: Offering(self.database, CLINICS, lambda: self.now).run())

    def sends(self) -> None:
        """What is due goes out, worded from the rows as they are at this moment; Telegram takes everything."""
        self._around("send", self._send)

    def restart(self) -> None:
        """The process ends; another one opens the database."""

        async def reopen() -> None:
            await self.database.close()
            self.database = Database(self.url)

        self._around("restart", reopen)

    def verify(self) -> None:
        """The audit log is whole."""

        async def read() -> Any:
            async with self.database.reading() as session:
                return (await verify(session)).faults

        faults = self.run(read())
        assert faults == (), f"audit: {faults}"

    def close(self) -> None:
        """Nobody needs this world any more."""
        self.run(self.database.close())

    def _make(self, done: Done) -> Any:
        answer: Any = None

        async def make() -> None:
            nonlocal answer
            answer = await self._transact(done.what)

        return self._around(done.name, make, lambda: answer)

    def _around(
        self,
        name: str,
        make: Callable[[], Coroutine[Any, Any, Any]],
        answer: Callable[[], Any] = lambda: None,
    ) -> Any:
        before, self._just_now = self.seen, None

        async def both() -> list[Any]:
            await make()
            self.seen = await self._look()
            async with self.database.reading() as session:
                return await picture.entries_since(session, before.entries)

        entries = self.run(both())
        came = answer()
        refused = isinstance(came, Refusal)
        outcome = type(came).__name__ if refused else "nothing" if came is NOTHING_HERE else "done"
        self.tally[f"{name}: {outcome}"] += 1
        step = Step(name, before, self.seen, entries, self.known, refused)
        faults = [fault for check in INVARIANTS for fault in check(step)]
        if gone := self.erased & set(self.seen.people):
            faults.append(f"erased: {gone} are known again")
        assert not faults, f"after {name} ({outcome}): " + "; ".join(faults)
        return came

    async def _transact(self, what: What) -> Any:
        """As `bot/unit.py` does: places go on before the commit, and a refusal leaves nothing."""
        try:
            async with self.database.writing(fleeting=True) as session:
                came = await what(session)
                await offers.pass_on(session, CLINICS, self.now)
                return came
        except Refusal as refusal:
            return refusal

    async def _send(self) -> None:
        sent: list[Owed] = []
        async with self.database.writing(fleeting=True) as session:
            rows = await claiming.claim(session, self.now, wall(), 100)
            for row in rows:
                worded, _ = await word(session, self.house, row, self.now)
                outcome = worded if isinstance(worded, Outcome) else Outcome.SENT
                await claiming.end(session, [Ending(row, outcome)], wall())
                self.tally[f"{row.kind} {outcome}"] += 1
                if outcome == Outcome.SENT:
                    sent.append(row)
        at_once = Counter(row.subject_id for row in sent if row.kind == Kind.REMINDER)
        assert max(at_once.values(), default=0) <= 1, "sent: two reminders of one visit at once"
        for row in sent:
            assert row.key not in self.sent, f"sent: {row.key} went out twice"
            self.sent.add(row.key)
            if row.kind == Kind.REMINDER:
                self._mind_reminder(row)

    def _mind_reminder(self, row: Owed) -> None:
        booking = self.seen.bookings.get(row.subject_id)
        assert booking is not None, f"sent: a reminder of a visit that is gone: {row.key}"
        assert booking.status == Status.STANDING, f"sent: a reminder of a visit that is {booking.status}"
        assert f":{booking.id}.{booking.moves}:" in row.key, "sent: a reminder of a time the visit has no more"
        assert booking.confirmed_at is None, "sent: a reminder to somebody who said that they come"
        assert self.now < self.seen.slots[booking.slot_id].starts_at, "sent: a reminder after the visit"

    async def _look(self) -> Picture:
        async with self.database.reading() as session:
            return await picture.take(session, self.now)


def empty_sqlite(template: Path, folder: Path, number: int) -> str:
    """A new database file."""
    copy = folder / f"model{number % 4}.db"
    for leftover in folder.glob(f"{copy.name}*"):
        leftover.unlink()
    shutil.copy(template, copy)
    return f"sqlite:///{copy}"


async def empty_postgresql(url: str) -> str:
    """The same database, with nothing in it, counting from 1."""
    database = Database(url)
    names = ", ".join(f'"{table.name}"' for table in Table.metadata.sorted_tables)
    async with database.writing() as session:
        await session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    await database.close()
    return url
