"""A clinic, its people and its desk, as `a_day` plays them."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from handlers.press_codec import encode
from handlers.presses.queue import MarkDone, MarkMissing
from scheduling.rules import Stage
from storage.tables import Booking, Owed, Queued
from tests.conftest import BANGKOK, next_wednesday
from tests.flows.day_page import Told
from tests.house import House, Someone

CLINIC, SERVICE = "mae-sot", "vaccination"
PAGE = Path(__file__).parents[2] / "docs" / "a-day.md"
LANGUAGES = ("my", "my", "km", "my", "th")
"""Of the people in turn."""
MINUTES = (10, 12, 15, 9, 11, 14)
"""How long people take in turn."""
LATE, ROOMS, EVERY = 40, 3, 15
Found = TypeVar("Found", Booking, Queued)


@dataclass(frozen=True)
class Plan:
    """How many come, and how many do not."""

    booked: int
    walk_ins: int
    missing: int

    @property
    def morning(self) -> int:
        """Visits before noon; the others are in the afternoon, which will be closed."""
        return self.booked * 3 // 5


FULL, SMALL = Plan(60, 15, 5), Plan(12, 3, 1)


@dataclass
class Visitor:
    """Somebody with a visit."""

    someone: Someone
    language: str
    code: str
    starts_at: datetime
    booking_id: int = 0
    misses: bool = False
    blocks: bool = False
    early: bool = False
    """Comes in the morning although the visit is in the afternoon."""


@dataclass
class Day:
    """What happened."""

    plan: Plan
    house: House
    visitors: list[Visitor] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    late_at: datetime | None = None
    """When the desk said that the clinic runs late."""
    seen: int = 0
    """Calls of the bot that are in `told` already."""

    def at(self, clock: str, days: int = 1) -> datetime:
        """A time of the day itself, or of another one counted from the day before."""
        return datetime.combine(self.first + timedelta(days=days), time.fromisoformat(clock), BANGKOK)

    @property
    def first(self) -> date:
        """The day before: people book."""
        return next_wednesday().date()

    def note(self) -> None:
        """Keep what the bot has sent since."""
        calls = list(self.house.simulator.world.calls)
        now = self.house.now.astimezone(BANGKOK)
        for call in calls[self.seen :]:
            text = call.params.get("text") or call.params.get("caption")
            if call.chat_id and call.done and text and call.method != "answerCallbackQuery":
                self.told.append(Told(now, call.chat_id, str(text), call.method.startswith("edit")))
        self.seen = len(calls)


class Desk:
    """The nurse, and what she types."""

    def __init__(self, day: Day, nurse: Someone) -> None:
        self.day, self.nurse = day, nurse
        self.inside: list[tuple[datetime, int]] = []
        self.served = 0
        self.typed: list[tuple[datetime, str, str]] = []

    async def types(self, text: str) -> str:
        shown = await self.nurse.says(text)
        return self._note(text, shown)

    async def taps(self, label: str, data: str = "") -> str:
        shown = await (self.nurse.presses(data) if data else self.nurse.taps(label))
        return self._note(f"[{label}]", shown)

    def _note(self, what: str, shown: str) -> str:
        self.typed.append((self.day.house.now.astimezone(BANGKOK), what, shown))
        self.day.note()
        return shown

    async def work(self) -> None:
        """Finish whoever is ready, call into every free room."""
        now = self.day.house.now
        for over, entry_id in [each for each in self.inside if each[0] <= now]:
            self.inside.remove((over, entry_id))
            entry = await one(self.day.house, Queued, entry_id)
            if entry.booking_id and self.served % 2:
                booking = await one(self.day.house, Booking, entry.booking_id)
                await self.types(f"/done {booking.code}")
            else:
                await self.taps(f"✅ {entry.number} done", encode(MarkDone(entry_id)))
        while len(self.inside) < ROOMS and await waiting(self.day.house):
            await self.types("/next")
            entry = await last_called(self.day.house)
            self.inside.append((now + timedelta(minutes=MINUTES[self.served % len(MINUTES)]), entry.id))
            self.served += 1

    async def mark_missing(self) -> None:
        """Tap whoever the queue asks about."""
        shown = await self.types("/queue")
        for visitor in self.day.visitors:
            if f"{visitor.code} did not come" in " ".join(self.nurse.labels) and visitor.code in shown:
                await self.taps(f"{visitor.code} did not come", encode(MarkMissing(visitor.booking_id)))


async def pass_until(day: Day, moment: datetime) -> None:
    """Let time pass, stopping wherever something is due, as real time would."""
    clock = day.house.simulator.world.clock
    while True:
        async with day.house.app.database.reading() as session:
            waiting_rows = (Owed.state == "pending", Owed.due_at > day.house.now, Owed.due_at <= moment)
            due = await session.scalar(select(func.min(Owed.due_at)).where(*waiting_rows))
        if due is None:
            break
        clock.advance_to(max(due, clock.now()))
        await day.house.quiet()
        day.note()
    if moment > clock.now():
        clock.advance_to(moment)
    await day.house.quiet()
    day.note()


async def waiting(house: House) -> bool:
    """Whether anybody waits to be called."""
    async with house.app.database.reading() as session:
        return bool(await session.scalar(select(func.count()).select_from(Queued).where(Queued.state == Stage.HERE)))


async def last_called(house: House) -> Queued:
    """Whoever was called last."""
    async with house.app.database.reading() as session:
        called = select(Queued).where(Queued.state == Stage.CALLED).order_by(Queued.called_at.desc(), Queued.id.desc())
        return (await session.scalars(called.limit(1))).one()


async def one(house: House, table: type[Found], key: int) -> Found:
    """One row as it is now."""
    async with house.app.database.reading() as session:
        return await session.get_one(table, key)
