"""Who and what there is in a campaign: people put into the database in bulk, an alert by the use cases, due reminders.

The number of a person's row is the number of their chat, so that rows and calls are compared without opening a seal.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alerts import report, running, writing
from alerts.report import Report
from alerts.rules import CANCEL_WINDOW, Quiet, State
from alerts.store import going
from benchmarks.delivery.calls import BLOCKED_EVERY, MARK
from bot.clock import new_code, wall
from delivery.rules import Kind
from locales.languages import LANGUAGES
from people import rules
from people.authority import Role
from people.store import telegram_key
from scheduling import booking, openings, plans
from scheduling.clinics import read_clinics
from scheduling.plans import Site
from storage.database import Database
from storage.tables import Booking, Grant, Owed, Person, Slot
from storage.types import draw_reference
from tests.faults.scene import open_days

FIRST = 1_000_000 * BLOCKED_EVERY + 1
"""The first chat's number."""
OPERATOR = 900
SHARES = {"my": 40, "th": 20, "km": 25, "en": 15}
"""Of a hundred people."""
NO_NIGHT = Quiet(time(0), time(0))
SITE = Site("mae-sot", "Asia/Bangkok", 60, 60)
TEXTS = {
    "en": "Cholera near the river. Boil your water before you drink it. {mark}",
    "th": "พบอหิวาตกโรคใกล้แม่น้ำ โปรดต้มน้ำก่อนดื่ม {mark}",
    "my": "မြစ်အနီးတွင် ကာလဝမ်းရောဂါ ဖြစ်နေသည်။ ရေကို ကျိုချက်ပြီးမှ သောက်ပါ။ {mark}",
    "km": "មានជំងឺអាសន្នរោគនៅជិតទន្លេ។ សូមដាំទឹកឱ្យពុះមុនពេលផឹក។ {mark}",
}


def language_of(chat: int) -> str:
    """In which language somebody reads."""
    place = chat * 37 % 100
    for language, share in SHARES.items():
        if place < share:
            return language
        place -= share
    raise AssertionError


def reminded(many: int) -> range:
    """The chats of people with a visit. They want no alerts, and none of them has blocked the bot."""
    return range(FIRST - many * BLOCKED_EVERY, FIRST, BLOCKED_EVERY)


async def move_in(database: Database, many: int, with_visits: int) -> None:
    """So many people who want alerts, and so many more with a visit whose ticket went out long ago; an operator."""
    chats = [*range(FIRST, FIRST + many), *reminded(with_visits), OPERATOR]
    async with database.writing() as session:
        for some in _batches(chats, 2000):
            await session.execute(insert(Person), [_person(chat) for chat in some])
        session.add(Grant(person_id=OPERATOR, role=Role.OPERATOR, clinic_id="", granted_on=wall().date()))
    await _book(database, with_visits)


def _person(chat: int) -> dict[str, object]:
    today = wall().date()
    return {
        "id": chat,
        "telegram_id": str(chat),
        "telegram_key": telegram_key(chat),
        "language": language_of(chat) if chat >= FIRST else LANGUAGES[0],
        "wants_alerts": chat >= FIRST,
        "consent_version": rules.CONSENT_VERSION,
        "consent_day": today,
        "last_seen": today,
    }


async def _book(database: Database, many: int) -> None:
    """The first of them books as people do; the visits of the others are made from that one."""
    if not many:
        return
    now, everybody = wall(), reminded(many)
    template = plans.one_day("mae-sot", "vaccination", next(open_days(now)), time(9), time(10), 30, 2)
    async with database.writing() as session:
        await openings.make(session, None, template, SITE, 30, now=now)
        slot_id = (await session.scalars(select(Slot.id).order_by(Slot.starts_at))).first()
        assert slot_id
        person = await session.get_one(Person, everybody[0])
        visit = await booking.book(session, person, slot_id, clinics=read_clinics(), now=now, new_code=new_code)
        await session.execute(delete(Owed).where(Owed.kind == Kind.RECEIPT))
        await session.flush()
        pattern = await _rows(session, Booking, Booking.id == visit.booking.id)
        owed = await _rows(session, Owed, Owed.kind == Kind.REMINDER)
        bookings, reminders = [], []
        for chat in everybody[1:]:
            own = {"id": draw_reference(), "person_id": chat, "code": new_code()}
            bookings.append(pattern[0] | own)
            for row in owed:
                key = row["key"].replace(str(visit.booking.id), str(own["id"]))
                copy = row | {"person_id": chat, "subject_id": own["id"], "key": key}
                reminders.append({name: value for name, value in copy.items() if name != "id"})
        if bookings:
            await session.execute(insert(Booking), bookings)
            await session.execute(insert(Owed), reminders)
        await session.execute(update(Slot).where(Slot.id == slot_id).values(capacity=many, taken=many))


async def _rows(session: AsyncSession, table: type[Booking | Owed], which: ColumnElement[bool]) -> list[dict[str, Any]]:
    found = await session.execute(select(*table.__table__.columns).where(which))
    return [dict(row) for row in found.mappings()]


async def remind(database: Database, begin: datetime, seconds: float) -> dict[int, datetime]:
    """Let all reminders fall due within these seconds, evenly; by chat, when."""
    due: dict[int, datetime] = {}
    async with database.writing() as session:
        first = select(Owed).where(Owed.kind == Kind.REMINDER, Owed.key.endswith("day-before")).order_by(Owed.id)
        rows = list(await session.scalars(first))
        for number, row in enumerate(rows):
            row.due_at = begin + timedelta(seconds=seconds * number / len(rows))
            due[row.person_id or 0] = row.due_at
    return due


async def propose(database: Database, *, life_safety: bool = False) -> int:
    """An alert to everybody who wants alerts, in all languages, that has been approved just now; its number."""
    before = wall() - CANCEL_WINDOW
    async with database.writing() as session:
        author = await session.get_one(Person, OPERATOR)
        draft = await writing.draft_of(session, author, before)
        for language, text in TEXTS.items():
            words = text.format(mark=MARK.decode())
            await writing.write_text(session, author, draft.alert.id, language, words, frame=100)
        draft.alert.life_safety = life_safety
        await session.flush()
        await writing.fix(session, draft.alert)
        return draft.alert.id


async def send(database: Database, alert_id: int) -> None:
    """Owe it to everybody; the window in which it can still be stopped is over."""
    async with database.writing() as session:
        await writing.send(session, alert_id, now=wall() - CANCEL_WINDOW, quiet=NO_NIGHT)


async def is_over(database: Database, alert_id: int) -> bool:
    """Whether every row of it has ended."""
    async with database.reading() as session:
        return not await going.anything_left(session, alert_id)


async def let_go_if_held(database: Database, alert_id: int) -> bool:
    """Do what an operator does with an alert that has stopped by itself: look, and let it go on."""
    async with database.reading() as session:
        found = await report.report_on(session, alert_id)
    if found.alert.state != State.HELD:
        return False
    async with database.writing() as session:
        operator = await session.get_one(Person, OPERATOR)
        return await running.resume(session, operator, alert_id, now=wall())


async def report_on(database: Database, alert_id: int) -> Report:
    """What became of the alert."""
    async with database.reading() as session:
        return await report.report_on(session, alert_id)


async def rows_of(database: Database, kind: Kind) -> dict[int, tuple[str, int, str]]:
    """State, claim number and reason of every row of a kind, by chat; of reminders, those that `remind` made due."""
    wanted = select(Owed.person_id, Owed.state, Owed.claim, Owed.reason).where(Owed.kind == kind)
    if kind == Kind.REMINDER:
        wanted = wanted.where(Owed.key.endswith("day-before"))
    async with database.reading() as session:
        return {chat: (state, claim, reason) for chat, state, claim, reason in await session.execute(wanted) if chat}


async def reminders_left(database: Database) -> int:
    """How many reminders that are due have not gone out."""
    left = Owed.state.in_(("pending", "claimed")) & Owed.key.endswith("day-before")
    async with database.reading() as session:
        count = await session.scalar(select(func.count()).where(Owed.kind == Kind.REMINDER, left))
        return int(count or 0)


def audience_by_language(many: int) -> dict[str, int]:
    """How many of them read which language."""
    return dict(Counter(language_of(chat) for chat in range(FIRST, FIRST + many)))


def _batches(chats: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(chats), size):
        yield chats[start : start + size]
