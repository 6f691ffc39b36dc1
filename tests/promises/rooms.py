"""What the matrix plays with: every way in as an update, people of every role, and a look at every table."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count

from sqlalchemy import select, text

from alerts.rules import State
from answers.topics import load_topics
from bot.clock import new_code
from people import choices
from people.authority import Action, Role
from people.recognise import settle_language
from scheduling import booking, plans
from scheduling import openings as scheduling_openings
from scheduling.clinics import read_clinics
from storage.database import Database
from storage.tables import Alert, AlertText, Approval, Closure, Grant, Person, Pin, Question, Queued, Slot, Table
from tests.promises.talks import conversations

NOW = datetime(2026, 12, 2, 3, tzinfo=UTC)
OWN, OTHER, NONE = "mae-sot", "bangkok", ""
IDS = count(70_000)
LAID_DOWN = {
    table.name: ", ".join(column.name for column in table.columns if column.name != "last_seen")
    for table in Table.metadata.sorted_tables
    if table.name != "limits"
}
"""Every table with its columns, without what counts also refused tries, and without the day of the last update."""


@dataclass(frozen=True)
class Given:
    """Rows that everybody's buttons are about; by clinic where they belong to one."""

    alert_id: int
    question_id: int
    grant_id: int
    approvals: dict[str, int]
    bookings: dict[str, tuple[int, int, str]]
    """Number of the visit and of its slot, and its code."""
    openings: dict[str, int]
    closures: dict[str, int]
    entries: dict[str, int]
    talks: dict[str, int]
    drafts: dict[str, int]
    topic: str
    category: str


async def somebody(database: Database, role: Role | None) -> Person:
    """A person with one role (staff and leads at `OWN`), who has just entered the PIN."""
    async with database.writing() as session:
        person = await settle_language(session, next(IDS), "en", NOW)
        await choices.agree(session, person, NOW)
        if role:
            clinic = OWN if role in (Role.STAFF, Role.LEAD) else ""
            session.add(Grant(person_id=person.id, role=role, clinic_id=clinic, granted_on=NOW.date()))
            until = NOW + timedelta(minutes=9)
            session.add(Pin(person_id=person.id, pin_hash=b"\0" * 48, misses=0, open_until=until))
    return person


def stranger() -> Person:
    """Somebody who never chose a language: no row."""
    return Person(id=0, telegram_id=str(next(IDS)))


async def given(database: Database) -> Given:
    """Other people's visits, drafts, questions, proposals and roles."""
    author, aye, nurse = await somebody(database, Role.OPERATOR), await somebody(database, None), {}
    approvals, bookings, made, closures = {}, {}, {NONE: 2**61}, {NONE: 2**61}
    entries = {NONE: 2**61}
    for clinic in (OWN, OTHER):
        nurse[clinic] = await somebody(database, None)
        async with database.writing() as session:
            session.add(Grant(person_id=nurse[clinic].id, role=Role.STAFF, clinic_id=clinic, granted_on=NOW.date()))
            day = NOW.date() + timedelta(days=1)
            template = plans.one_day(clinic, "vaccination", day, time(9), time(12), 30, 40)
            site = plans.Site(clinic, "Asia/Bangkok", 60, 60)
            opening, _ = await scheduling_openings.make(session, None, template, site, 30, now=NOW)
            made[clinic] = opening.id
            slot = (await session.scalars(select(Slot).where(Slot.clinic_id == clinic).limit(1))).one()
            person = await session.get_one(Person, aye.id) if clinic == OWN else nurse[clinic]
            visit = await booking.book(session, person, slot.id, clinics=read_clinics(), now=NOW, new_code=new_code)
            bookings[clinic] = (visit.booking.id, slot.id, visit.booking.code)
            subject = f"export:{clinic}:{NOW.date()}:1"
            asked = _approval(Action.EXPORT, subject, nurse[clinic].id, clinic)
            session.add(asked)
            await session.flush()
            approvals[clinic] = asked.id
            far = NOW + timedelta(days=20)
            closure = Closure(clinic_id=clinic, starts_at=far, ends_at=far + timedelta(hours=1))
            session.add(closure)
            await session.flush()
            closures[clinic] = closure.id
            entry = Queued(
                clinic_id=clinic,
                day=NOW.date(),
                number=900,
                service="vaccination",
                language="en",
                state="here",
                came_at=NOW,
            )
            session.add(entry)
            await session.flush()
            entries[clinic] = entry.id
    async with database.writing() as session:
        alert = Alert(state=State.DRAFT, author_id=author.id, created_at=NOW)
        question = Question(update_id=1, language="en", text="Where do I get glasses?", asked_on=NOW.date())
        session.add_all([alert, question])
        await session.flush()
        session.add(AlertText(alert_id=alert.id, language="en", text="Boil your water."))
        asked = _approval(Action.APPROVE_ALERT, f"alert:{alert.id}", author.id, "")
        session.add(asked)
        await session.flush()
        approvals[NONE] = asked.id
        grant = (await session.scalars(select(Grant).where(Grant.person_id == nurse[OTHER].id))).one()
    bookings[NONE] = (2**61, 2**61, "ZZZZZZ")
    topic, *_ = load_topics().values()
    talks, drafts = await conversations(database, aye.id, (OWN, OTHER), NOW)
    return Given(
        alert.id,
        question.id,
        grant.id,
        approvals,
        bookings,
        made,
        closures,
        entries,
        talks,
        drafts,
        topic.id,
        topic.category,
    )


def _approval(action: Action, subject: str, proposer: int, clinic: str) -> Approval:
    return Approval(
        action=action,
        subject=subject,
        clinic_id=clinic,
        content_hash=b"1" * 32,
        proposer_id=proposer,
        expires_at=NOW + timedelta(hours=1),
    )


async def contents(database: Database) -> dict[str, int]:
    """A hash of each table as it lies there, sealed, without what every update may write."""
    found = {}
    async with database.reading() as session:
        for name, columns in LAID_DOWN.items():
            rows = (await session.execute(text(f"SELECT {columns} FROM {name}"))).all()
            found[name] = hash(frozenset(map(tuple, rows)))
    return found
