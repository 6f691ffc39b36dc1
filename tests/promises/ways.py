"""Every way in as an update: each command, button, step and file, at each clinic where it belongs to one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import date, time
from itertools import count
from pathlib import Path
from typing import Any

from bot.clock import new_secret
from bot.incoming import Incoming
from handlers import previews
from handlers.press_codec import Press, encode
from handlers.presses.asking import Helped
from handlers.presses.desk import ConfirmDesk
from handlers.request import Fetched
from handlers.routes import BUTTONS, COMMANDS, STEPS
from people import dialogue
from people.authority import RULES, Action
from scheduling import plans
from storage.database import Database
from storage.tables import Person
from tests.promises.drafts import DRAFTS
from tests.promises.rooms import NONE, NOW, OTHER, OWN, Given

UPDATES = count(50_000_000)


@dataclass(frozen=True)
class Way:
    """One way in: a command, a button, a step, at a clinic or at none."""

    name: str
    action: Action
    clinic: str
    enter: Callable[[Given, Person, Database], Awaitable[Incoming]]
    names_clinic: bool = True
    """False: what is asked for says nothing of a clinic, so it is about those of the asker."""
    waits: bool = False
    """Whether the asker has to be in a step, which is a row of its own."""


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
