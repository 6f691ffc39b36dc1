"""`python -m tests.flows.a_day`: the day of one clinic, end to end, written to docs/a-day.md.

The bot is the real one, against the simulator; people tap and staff type as they would. What the day promises is
asserted at its end: everybody was told once, nobody was forgotten.
"""

import asyncio
import hashlib
import sys
import tempfile
from datetime import time, timedelta
from pathlib import Path

from sqlalchemy import select

from answers.ask import Finder
from answers.texts import TopicTexts
from answers.topics import load_topics
from handlers.press_codec import encode
from handlers.presses.closing import TakeInstead, WantNone
from handlers.presses.queue import HowLong
from handlers.presses.visits import ImHere
from locales.catalogue import Catalogues
from people.authority import Role
from scheduling import openings, plans
from scheduling.rules import Why
from simulator.delivery import Patience
from simulator.pace import Pace
from simulator.server import Simulator
from storage.tables import Booking, Hold, Queued, Slot
from tests.acts import spoken, take
from tests.conftest import BANGKOK, TOKEN, next_wednesday, settings_for
from tests.flows import day_page
from tests.flows.day_check import check
from tests.flows.day_scene import (
    CLINIC,
    EVERY,
    FULL,
    LANGUAGES,
    LATE,
    SERVICE,
    Day,
    Desk,
    Plan,
    Visitor,
    pass_until,
    waiting,
)
from tests.house import House

WRITERS = ("a_day.py", "day_check.py", "day_page.py", "day_scene.py")
PAGE = Path(__file__).parents[2] / "docs" / "a-day.md"


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


def version() -> str:
    """What the page was written by: it is out of date when this changes."""
    return hashlib.sha256(b"".join((Path(__file__).parent / name).read_bytes() for name in WRITERS)).hexdigest()[:16]


def _yes(day: Day) -> str:
    return spoken(day.house, "en", "✅ Yes, do it")


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
