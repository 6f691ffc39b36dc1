"""`python -m tests.flows.a_day`: the day of one clinic, end to end, written to docs/a-day.md.

The bot is the real one, against the simulator; people tap and staff type as they would. What the day promises is
asserted at its end: everybody was told once, nobody was forgotten.
"""

import asyncio
import hashlib
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from answers.ask import Finder
from answers.texts import TopicTexts
from answers.topics import load_topics
from handlers.press_codec import encode
from handlers.presses.closing import TakeInstead, WantNone
from handlers.presses.queue import HowLong, MarkDone, MarkMissing
from handlers.presses.visits import ImHere
from locales.catalogue import Catalogues
from people.authority import Role
from scheduling import openings, plans
from scheduling.rules import Stage, Status, Why
from simulator.delivery import Patience
from simulator.pace import Pace
from simulator.server import Simulator
from storage.tables import Booking, Hold, Owed, Person, Queued, Slot
from tests.acts import spoken, take
from tests.conftest import BANGKOK, TOKEN, next_wednesday, settings_for
from tests.flows import day_page
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
    late_at: datetime = datetime.max
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


async def live(house: House, plan: Plan) -> tuple[Day, Desk]:
    """Live the day: people book the day before, come, wait, are called, are told."""
    day = Day(plan, house)
    await _open(day)
    desk = Desk(day, await house.staff(500, Role.STAFF, CLINIC))
    await _book(day)
    day.note()
    await pass_until(day, day.at("08:30"))
    await _morning(day, desk)
    await _afternoon(day, desk)
    await pass_until(day, day.at("18:00"))
    await desk.types("/closures")
    await check(day)
    return day, desk


async def _open(day: Day) -> None:
    """Two days, morning and afternoon."""
    site = plans.site_of(CLINIC, day.house.app.house.clinics.clinics[CLINIC])
    minutes = day.house.app.house.clinics.services[SERVICE].minutes
    for days in (1, 2):
        on = day.first + timedelta(days=days)
        for begins, ends in ((time(9), time(12)), (time(13), time(16))):
            template = plans.one_day(CLINIC, SERVICE, on, begins, ends, EVERY, 3)
            async with day.house.app.database.writing() as session:
                await openings.make(session, None, template, site, minutes, now=day.house.now)


async def _book(day: Day) -> None:
    """Everybody books for themselves; a few will not come, one will block the bot, one comes early."""
    async with day.house.app.database.reading() as session:
        ours = (Slot.starts_at >= day.at("00:00"), Slot.starts_at < day.at("00:00", 2))
        times = list(await session.scalars(select(Slot.starts_at).where(*ours).order_by(Slot.starts_at)))
    halves = {True: [at for at in times if at < day.at("12:00")], False: [at for at in times if at >= day.at("12:00")]}
    for number in range(day.plan.booked):
        morning = number < day.plan.morning
        place = number if morning else number - day.plan.morning
        starts_at = halves[morning][place % len(halves[morning])]
        language = LANGUAGES[number % len(LANGUAGES)]
        someone = await day.house.person(2000 + number, language)
        code = await take(someone, starts_at, CLINIC, SERVICE)
        day.visitors.append(Visitor(someone, language, code, starts_at.astimezone(BANGKOK)))
        day.house.advance(seconds=20)
    async with day.house.app.database.reading() as session:
        ids = {code: number for number, code in (await session.execute(select(Booking.id, Booking.code))).all()}
    for number, visitor in enumerate(day.visitors):
        visitor.booking_id = ids[visitor.code]
        visitor.misses = number < day.plan.morning and number % 7 == 3 and number // 7 < day.plan.missing
    afternoon = day.visitors[day.plan.morning :]
    afternoon[0].early, afternoon[1].blocks = True, True


async def _morning(day: Day, desk: Desk) -> None:
    """From half past eight until nobody waits: the doctor comes late, and at noon falls ill."""
    coming = {v.code: v.starts_at - timedelta(minutes=10 + 5 * (i % 4)) for i, v in enumerate(day.visitors)}
    walk_ins = [day.at("08:45") + timedelta(minutes=11 * each) for each in range(day.plan.walk_ins)]
    now, late_told, closed = day.at("08:30"), False, False
    while True:
        for visitor in day.visitors:
            due = day.at("10:20") if visitor.early else coming[visitor.code]
            if due == now and not visitor.misses and (visitor.starts_at < day.at("12:00") or visitor.early):
                await _comes(day, desk, visitor)
        while walk_ins and walk_ins[0] <= now:
            walk_ins.pop(0)
            language = ("burmese", "khmer", "")[len(walk_ins) % 3]
            await desk.types(f"/walkin {SERVICE} {language}".strip())
        if not late_told and now >= day.at("08:50"):
            await desk.types(f"/late {LATE}")
            await desk.taps(_yes(day))
            day.late_at, late_told = day.house.now, True
        if now >= day.at("09:00") + timedelta(minutes=LATE):
            await desk.work()
        if now.minute == 45 and now >= day.at("10:30"):
            await desk.mark_missing()
        if not closed and now >= day.at("12:00"):
            await _falls_ill(day, desk)
            closed = True
        day.note()
        if closed and now >= day.at("13:20") and not desk.inside and not await waiting(day.house):
            return
        now += timedelta(minutes=5)
        await pass_until(day, now)


async def _comes(day: Day, desk: Desk, visitor: Visitor) -> None:
    """By a tap on the own phone, or at the desk with the code."""
    if visitor.early:
        await desk.types(f"/walkin {visitor.code}")
    elif visitor.booking_id % 2:
        await visitor.someone.presses(encode(ImHere(visitor.booking_id)))
        async with day.house.app.database.reading() as session:
            entry = (await session.scalars(select(Queued.id).where(Queued.booking_id == visitor.booking_id))).one()
        await visitor.someone.presses(encode(HowLong(entry)))
    else:
        await desk.types(f"/here {visitor.code}")
    day.note()


async def _falls_ill(day: Day, desk: Desk) -> None:
    for visitor in day.visitors:
        if visitor.blocks:
            day.house.simulator.world.block(visitor.someone.id)
    await desk.types(f"/close {CLINIC} today 12:30-17:00 doctor ill")
    await desk.taps(_yes(day))


async def _afternoon(day: Day, desk: Desk) -> None:
    """People answer: most take what is kept for them, some do not want it, one says nothing."""
    async with day.house.app.database.reading() as session:
        kept = dict((await session.execute(select(Hold.subject_id, Hold.slot_id).where(Hold.why == Why.CLOSURE))).all())
    answering = [v for v in day.visitors if v.starts_at >= day.at("12:00") and not (v.early or v.blocks)]
    for number, visitor in enumerate(answering):
        if number == 0:
            continue
        if number == 1:
            await visitor.someone.presses(encode(WantNone(visitor.booking_id)))
        else:
            await visitor.someone.presses(encode(TakeInstead(visitor.booking_id, kept[visitor.booking_id])))
        day.note()
    await desk.types("/closures")


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


async def check(day: Day) -> None:
    """Everybody was told once, nobody was forgotten."""
    plan, figures = day.plan, day.figures
    async with day.house.app.database.reading() as session:
        bookings = {b.id: b for b in await session.scalars(select(Booking))}
        entries = list(await session.scalars(select(Queued)))
        owed = list(await session.scalars(select(Owed)))
        slots = {s.id: s for s in await session.scalars(select(Slot))}
        reachable = {p.id: p.reachable for p in await session.scalars(select(Person))}
    became = Counter(booking.status for booking in bookings.values())
    moved = [b for b in bookings.values() if b.status == Status.STANDING]
    afternoon = plan.booked - plan.morning
    assert len(bookings) == plan.booked
    assert became[Status.NO_SHOW] == plan.missing
    assert became[Status.DONE] == plan.morning - plan.missing
    assert became[Status.CANCELLED] + became[Status.CLOSED] + len(moved) == afternoon
    assert all(slots[b.slot_id].starts_at > day.at("00:00", 2) for b in moved), "nobody is left on the closed afternoon"
    numbers = [entry.number for entry in entries]
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), "every number once"
    assert len(numbers) == plan.morning - plan.missing + plan.walk_ins + 1
    assert all(entry.state == Stage.DONE for entry in entries), "everybody who came was seen"
    now = day.house.now
    assert not [row for row in owed if row.state in ("pending", "claimed") and row.due_at <= now], (
        "nothing is left unsent"
    )
    came = {entry.booking_id: entry.came_at for entry in entries if entry.booking_id}
    sent: Counter[str] = Counter()
    for visitor in day.visitors:
        got = {kind: day_page.of_kind(day, visitor, sentences) for kind, sentences in SENT.items()}
        sent.update({kind: len(told) for kind, told in got.items() if kind != TICKETS})
        tickets = [told for told in got[TICKETS] if told.at < day.at("17:00", 0)]
        assert tickets, (visitor, [told.text for told in day.told if told.chat_id == visitor.someone.id][:6])
        sent[TICKETS] += len(tickets)
        assert len(got[LATE_TOLD]) <= 1, "nobody hears of the delay twice"
        arrived = came.get(visitor.booking_id)
        assert all(arrived is None or told.at <= arrived for told in got[LATE_TOLD]), (
            "who is there is not told to come later"
        )
        on_the_way = visitor.starts_at < day.at("12:00") and (arrived is None or arrived > day.late_at)
        assert len(got[LATE_TOLD]) == 1 or not on_the_way or visitor.early, "whoever is on the way is told"
        closed = visitor.starts_at >= day.at("12:00") and not visitor.early
        assert len(got[CLOSED_TOLD]) == int(closed and not visitor.blocks), (
            "told of the closed time once, or not at all"
        )
        assert 1 <= len([told for told in got[REMINDERS] if told.at < day.at("16:00")]) <= 2, (
            "the day before, the same day"
        )
    lost = [v for v in day.visitors if v.blocks]
    assert [reachable[bookings[v.booking_id].person_id or 0] for v in lost] == [False] * len(lost), "on the call list"
    figures |= {
        "Visits booked the day before": plan.booked,
        "People without a visit": plan.walk_ins,
        "Seen": len(entries),
        "Did not come": became[Status.NO_SHOW],
        "Came early and gave a later time back": became[Status.CANCELLED],
        "Visits ended by the closed afternoon": sum(
            v.starts_at >= day.at("12:00") and not v.early for v in day.visitors
        ),
        "Took the time that was kept for them": len(moved),
        "Wanted no other time, or have not answered": became[Status.CLOSED],
        "Could not be reached: on the call list": len(lost),
    }
    figures |= dict(sent)


TICKETS, REMINDERS = "Tickets sent", "Reminders sent"
LATE_TOLD, CLOSED_TOLD = "Told that the clinic runs late", "Told that the afternoon is closed"
SENT: dict[str, tuple[str, ...]] = {
    TICKETS: ("Your code: <b>{code}</b>", "Code: <b>{code}</b>"),
    REMINDERS: ("Reminder: tomorrow at {time}, Thai time.", "Reminder: today at {time}, Thai time."),
    LATE_TOLD: ("The clinic runs about {minutes} minutes late. You can come at {time}.",),
    CLOSED_TOLD: ("We are sorry. The clinic must close at that time, so this visit cannot take place:",),
}
"""Messages by the sentence that tells them from others."""


def version() -> str:
    """What the page was written by: it is out of date when this changes."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]


def _yes(day: Day) -> str:
    return spoken(day.house, "en", "✅ Yes, do it")


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


async def main() -> int:
    """Live the whole day and write the page."""
    with tempfile.TemporaryDirectory(prefix="front-door-day-") as folder:
        simulator = Simulator(pace=Pace.unlimited(), patience=Patience(first=0.05, longest=0.2), page=False)
        simulator.world.register(TOKEN)
        simulator.world.clock.advance_to(next_wednesday())
        finder = Finder.load(Path(folder) / "finder", None, TopicTexts(load_topics(), Catalogues()).for_search())
        async with simulator:
            house = House(settings_for(simulator.url, f"sqlite:///{folder}/day.db"), simulator, finder)
            async with house:
                day, desk = await live(house, FULL)
                PAGE.write_text(day_page.written(day, desk.typed, version()), "utf-8")
    print(
        f"{PAGE}: {len(day.told)} messages", *(f"{label}: {count}" for label, count in day.figures.items()), sep="\n  "
    )
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
