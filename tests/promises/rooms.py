"""What the matrix plays with: every way in as an update, people of every role, and a look at every table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from alerts.rules import State
from answers.topics import load_topics
from bot.clock import new_code, new_secret
from bot.incoming import Incoming
from handlers import previews
from handlers.press_codec import Press, encode
from handlers.presses.asking import Helped
from handlers.presses.desk import ConfirmDesk
from handlers.request import Fetched
from handlers.routes import BUTTONS, COMMANDS, STEPS
from people import choices, dialogue
from people.authority import RULES, Action, Role
from people.recognise import settle_language
from scheduling import booking, plans
from scheduling import openings as scheduling_openings
from scheduling.clinics import read_clinics
from storage.database import Database
from storage.tables import Alert, AlertText, Approval, Closure, Grant, Person, Pin, Question, Queued, Slot, Table
from tests.promises.drafts import DRAFTS
from tests.promises.talks import conversations

NOW = datetime(2026, 12, 2, 3, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Bangkok")
OWN, OTHER, NONE = "mae-sot", "bangkok", ""
UPDATES = count(50_000_000)
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


@dataclass(frozen=True)
class Way:
    """One way in: a command, a button, a step, at a clinic or at none."""

    name: str
    action: Action
    clinic: str
    enter: Callable[["Given", Person, Database], Awaitable[Incoming]]
    names_clinic: bool = True
    """False: what is asked for says nothing of a clinic, so it is about those of the asker."""
    waits: bool = False
    """Whether the asker has to be in a step, which is a row of its own."""


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


ARGUMENTS = {
    "today": "{clinic}",
    "sheet": "{clinic} tomorrow",
    "open": "{clinic} vaccination tomorrow 09:00-12:00 every 20m x2",
    "close": "{clinic} tomorrow 13:00-17:00",
    "export": "{clinic} tomorrow",
    "noshow": "{code}",
    "here": "{code}",
    "done": "{code}",
    "queue": "{clinic}",
    "next": "{clinic}",
    "walkin": "{clinic}",
    "late": "{clinic} 40",
    "closures": "{clinic}",
    "desk": "{clinic}",
    "find": "{code}",
    "move": "{code} tomorrow 10:00",
    "cancel": "{code} ill",
    "undo": "{clinic}",
    "feed": "{clinic}",
    "slots": "{clinic} tomorrow",
    "capacity": "{clinic} vaccination tomorrow 09:00 x45",
    "template": "{clinic}",
    "holidays": "{clinic} 2027",
    "audit": "5",
    "inbox": "{clinic}",
    "staff_group": "{clinic}",
}
"""What is typed behind a command."""
CODED = frozenset({"noshow", "find", "here", "done"})
"""Commands that name a visit by its code: one of another clinic looks unknown."""
PREVIEWS: dict[str, dict[str, Any]] = {
    "open": {"template": plans.one_day("mae-sot", "vaccination", date(2026, 12, 4), time(9), time(10)).written()},
    "close": {"spans": [["2026-12-04T09:00:00+07:00", "2026-12-04T10:00:00+07:00"]], "reason": ""},
    "holiday": {"day": "2026-12-24", "closed": True, "name": "Training"},
}
"""Previews that can be confirmed without a row of their own, and their drafts."""


def ways() -> list[Way]:
    """Every route, at each clinic where its action belongs to one."""
    found: list[Way] = []
    for name, route in COMMANDS.items():
        for clinic in _clinics(route.action):
            named = bool(clinic) and name not in CODED
            found.append(Way(f"/{name}", route.action, clinic, _command(name, clinic), named))
    for kind, route in BUTTONS.items():
        if kind is ConfirmDesk:
            continue
        for clinic in _clinics(route.action):
            found.append(Way(kind.__name__, route.action, clinic, _button(kind, clinic)))
    for change, draft in PREVIEWS.items():
        action = previews.CHANGES[change].action
        for clinic in _clinics(action):
            found.append(Way(f"ConfirmDesk {change}", action, clinic, _confirm(change, draft, clinic), waits=True))
    for step, route in STEPS.items():
        found.append(Way(f"step {step}", route.action, NONE, _step(step), waits=True))
    found.append(Way("a recording", Action.EDIT_CONTENT, NONE, _recording))
    found.append(Way("an alert file", Action.WRITE_ALERT, NONE, _alert_file))
    return found


def _clinics(action: Action) -> tuple[str, ...]:
    return (OWN, OTHER, NONE) if RULES[action].scope == "clinic" else (NONE,)


def _command(name: str, clinic: str) -> Callable[[Given, Person, Database], Awaitable[Incoming]]:
    async def enter(given: Given, person: Person, _database: Database) -> Incoming:
        text = ARGUMENTS.get(name, "").format(clinic=clinic, code=given.bookings[clinic][2]).strip()
        return _incoming("command", person, text=text, command=name)

    return enter


def _button(kind: type[Press], clinic: str) -> Callable[[Given, Person, Database], Awaitable[Incoming]]:
    async def enter(given: Given, person: Person, _database: Database) -> Incoming:
        return _incoming("press", person, text=encode(press_of(kind, clinic, given)), replied="Where do I get glasses?")

    return enter


def press_of(kind: type[Press], clinic: str, given: Given) -> Press:
    """A button as it could stand on somebody's screen. A field with a new name must be given its value here."""
    scoped = RULES[BUTTONS[kind].action].scope == "clinic"
    visit, slot, _ = given.bookings[clinic if scoped else OWN]
    values: dict[str, object] = {
        "language": "en", "invite": new_secret(), "shared": True, "wanted": True, "purpose": "book", "zawgyi": False,
        "topic": given.topic, "category": given.category, "province": "63", "yes": True,
        "choice": "alerts", "alert_topic": "flood", "muted": True, "listed": True,
        "after": 0, "question_id": given.question_id, "clinic": clinic if scoped else OWN, "service": "vaccination",
        "day": date(2026, 12, 3), "page": 0, "nonce": 1, "place": 0, "alert_id": given.alert_id, "role": "operator",
        "approval_id": given.approvals[clinic], "grant_id": given.grant_id, "size": 5, "slot_id": slot,
        "booking_id": visit, "opening_id": given.openings[clinic if scoped else OWN], "year": 2027,
        "capacity": 45, "closure_id": given.closures[clinic or OWN if not scoped else clinic], "command": "queue",
        "part": "day", "reason": "ill", "moves": 0, "called": True, "minutes": 20, "calls": 0, "family": False,
        "named": False, "wish": "", "waiting_id": 2**61, "offer_id": 2**61,
        "before": 0, "hours": 6, "stars": 0, "template": "flood",
        "entry_id": given.entries[clinic if scoped else OWN],
        "conversation_id": given.talks[clinic if scoped else OWN], "phrase": "wait",
        "line_id": given.drafts[clinic if scoped else OWN],
    }  # fmt: skip
    if kind.__name__ == "MakeInvite":
        values["clinic"] = ""
    return kind(*(values[each.name] for each in fields(kind)))  # type: ignore[arg-type]


def _confirm(kind: str, draft: dict[str, Any], clinic: str) -> Callable[[Given, Person, Database], Awaitable[Incoming]]:
    async def enter(_given: Given, person: Person, database: Database) -> Incoming:
        nonce = await _waiting(database, person, previews.STEP + kind, {"clinic_id": clinic, **draft})
        return _incoming("press", person, text=encode(ConfirmDesk(nonce)))

    return enter


def _step(step: str) -> Callable[[Given, Person, Database], Awaitable[Incoming]]:
    async def enter(_given: Given, person: Person, database: Database) -> Incoming:
        await _waiting(database, person, step, DRAFTS[step])
        return _incoming("text", person, text="Boil your water for one minute.")

    return enter


async def _waiting(database: Database, person: Person, step: str, draft: dict[str, Any]) -> int:
    if not person.id:
        return 1
    async with database.writing() as session:
        return (await dialogue.begin(session, person.id, step, draft, NOW)).nonce


async def _recording(given: Given, person: Person, _database: Database) -> Incoming:
    answer = encode(Helped(given.topic, "en", True))
    return _incoming("voice", person, replied=answer, voice_id="AwACAgUAAxkBAAI")


async def _alert_file(_given: Given, person: Person, _database: Database) -> Incoming:
    content = (Path(__file__).parent.parent / "units/cap/flood.xml").read_bytes()
    return _incoming("papers", person, medium="document", medium_id="BQACAgUAAxkBAAI", fetched=Fetched(content))


def _incoming(kind: Any, person: Person, **rest: Any) -> Incoming:
    return Incoming(
        next(UPDATES), kind, int(person.telegram_id), callback_id="1", language_code="en", message_id=5, **rest
    )


async def contents(database: Database) -> dict[str, int]:
    """A hash of each table as it lies there, sealed, without what every update may write."""
    found = {}
    async with database.reading() as session:
        for name, columns in LAID_DOWN.items():
            rows = (await session.execute(text(f"SELECT {columns} FROM {name}"))).all()
            found[name] = hash(frozenset(map(tuple, rows)))
    return found
