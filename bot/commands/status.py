"""`python -m bot status`: how the bot gets on, from the terminal; needs no token and asks nothing of Telegram.

The rule: rounded counts and ages, nothing of anybody. What somebody should look at is a line that begins with FAULT.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.clock import wall
from bot.settings import Settings, read_settings
from bot.version import VERSION
from delivery.rules import Lane
from handlers.standing import Standing, look, rounded
from storage import keys, migrate
from storage.database import Database
from storage.failures import OUTAGES
from storage.keycheck import confirm_ring
from storage.keys import BadKeys

FAULTS = {
    "database": "no database answers at BOT_DATABASE_URL",
    "schema": "the database is not at the newest schema: run `python -m bot migrate`",
    "keys": "the key ring is not the one of this database",
    "reminders-silent": "reminders are due and do not go out",
    "owed-late": "messages about visits have been due for minutes",
    "wipes-late": "messages that must be deleted still stand in chats",
    "alert-held": "an alert stopped by itself: operators must look at it",
    "set-aside": "updates failed three times and were set aside: the log has why",
}
"""What is said about each trouble; docs/operations.md says what to do."""


async def report(*, as_json: bool = False) -> tuple[str, bool]:
    """The report as text or as one JSON object, and whether nothing is wrong.

    Raises:
        BadSettings: the settings cannot be used.
    """
    settings = read_settings()
    facts = await _facts(settings, wall())
    text = json.dumps(facts, indent=2) if as_json else "\n".join(_lines(facts))
    return text, not facts["faults"]


async def _facts(settings: Settings, now: datetime) -> dict[str, Any]:
    """As much as can be found out: without a database there is little."""
    facts: dict[str, Any] = {"version": VERSION, "schema": None, "newest": migrate.newest(), "keys": [], "faults": []}
    ring = settings.ring()
    keys.use(ring)
    if _is_missing(settings.database_url):
        facts["faults"].append("database")
        return facts
    database = Database(settings.database_url)
    try:
        facts["schema"] = await migrate.current(database)
        if facts["schema"] != facts["newest"]:
            facts["faults"].append("schema")
            return facts
        async with database.reading() as session:  # what it would note is rolled back
            facts["keys"] = sorted(ring.checks())
            await confirm_ring(session, ring)
        async with database.reading() as session:
            found = await look(session, now)
    except BadKeys:
        facts["faults"].append("keys")
        return facts
    except (DBAPIError, *OUTAGES):
        facts["faults"].append("database")
        return facts
    finally:
        await database.close()
    return facts | _counted(found)


def _is_missing(url: str) -> bool:
    """Whether SQLite would have to make the file first: whoever only looks leaves nothing behind."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()


def _counted(found: Standing) -> dict[str, Any]:
    owed = {
        lane.name.lower(): {
            "due": each.due,
            "oldest_seconds": int(each.oldest.total_seconds()),
            "last_sent": each.sent_at.isoformat(timespec="seconds") if each.sent_at else None,
        }
        for lane, each in found.lanes.items()
        if lane != Lane.REPLIES
    }
    return {
        "people": rounded(found.people),
        "visits_to_come": rounded(found.visits),
        "owed": owed,
        "reminders_silent_seconds": int(found.reminders.total_seconds()),
        "alerts": dict(found.alerts),
        "set_aside_last_day": found.set_aside,
        "wipes": {"due": found.wipes, "oldest_seconds": int(found.oldest_wipe.total_seconds())},
        "faults": found.troubles,
    }


def _lines(facts: dict[str, Any]) -> list[str]:
    """For a person at a terminal."""
    lines = [f"version: {facts['version']}", f"schema: {facts['schema'] or 'none'} (newest: {facts['newest']})"]
    lines += [f"keys: {', '.join(facts['keys'])}"] if facts["keys"] else []
    if "owed" in facts:
        lines += [f"people: {_about(facts['people'])}", f"visits to come: {_about(facts['visits_to_come'])}"]
        lines += [f"owed, {lane}: {_waiting(each)}" for lane, each in facts["owed"].items()]
        lines += [f"reminders: {_silent(facts['reminders_silent_seconds'])}"]
        running = ", ".join(f"{count} {state}" for state, count in facts["alerts"].items())
        lines += [f"alerts under way: {running or 'none'}"]
        lines += [f"updates set aside in the last day: {facts['set_aside_last_day']}"]
        lines += [f"chats with messages to delete: {facts['wipes']['due']}"]
    return [*lines, *(f"FAULT {name}: {FAULTS[name]}" for name in facts["faults"])]


def _waiting(owed: dict[str, Any]) -> str:
    waits = f"{owed['due']} due, the oldest for {owed['oldest_seconds']} s" if owed["due"] else "nothing due"
    return f"{waits}; last sent {owed['last_sent'] or 'never'}"


def _silent(seconds: int) -> str:
    return f"the oldest due one has waited {seconds} s" if seconds else "none is due"


def _about(count: int) -> str:
    return f"about {count}" if count else "fewer than 10"
