"""Everything kept about one person, found through the tables themselves: a new table cannot be forgotten.

A table is about people when a column of it points to `people.id`, or when it is listed in `BLIND`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import KeyedColumnElement

from storage import keys
from storage.database import changed
from storage.tables import Limit, Offer, Owed, Person, Question, Slot, Table, Waiting

HASHES = frozenset(
    {"telegram_key", "service_key", "code_hash", "content_hash", "pin_hash", "who", "reference", "nonce"}
)
"""Keyed hashes and counters: they say nothing to the person they are about."""
BLIND = {"limits": Limit.who}
"""Tables that know a person only by a blind index of the Telegram id; its context is `table.column`."""
COUNTED = ("alert", "life-safety", "alert-again")
"""Kinds of owed rows that stay without their person: an alert's report must still add up."""


def tables_about_people() -> dict[str, KeyedColumnElement[Any]]:
    """Table name to the column that names the person; `people` itself by its id."""
    found: dict[str, KeyedColumnElement[Any]] = {"people": Person.__table__.c.id}
    for table in Table.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "people":
                found[f"{table.name}.{key.parent.name}"] = key.parent
    return found


async def kept_about(session: AsyncSession, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Every row about a person, by table and column, as JSON values; sealed fields are opened.

    A visit comes with its time, clinic and service, which stand in the table of slots.
    """
    kept: dict[str, list[dict[str, Any]]] = {}
    for name, column in tables_about_people().items():
        wanted = select(column.table).where(column == person.id)
        if column.table.name == "bookings":
            slot = (Slot.clinic_id, Slot.service, Slot.starts_at, Slot.minutes)
            wanted = wanted.add_columns(*slot).join(Slot, Slot.id == column.table.c.slot_id)
        kept[name] = [_plain(row) for row in (await session.execute(wanted)).mappings()]
    own_lists = select(Waiting.id).where(Waiting.person_id == person.id)
    offers = await session.execute(select(Offer.__table__).where(Offer.waiting_id.in_(own_lists)))
    kept["offers.waiting_id"] = [_plain(row) for row in offers.mappings()]
    for name, who in BLIND.items():
        blind = keys.in_use().blind(person.telegram_id, f"{name}.{who.key}")
        found = await session.execute(select(who.class_.__table__).where(who == blind))
        kept[name] = [_plain(row) for row in found.mappings()]
    return {name: rows for name, rows in kept.items() if rows}


async def drop_everything(session: AsyncSession, person_ids: list[int]) -> int:
    """Delete people and every row about them; how many people. Counts of alerts stay, without the people.

    What is owed goes first: whoever settles such a row takes the same order, so that neither waits for the other.
    """
    theirs = Owed.person_id.in_(person_ids)
    ended = {"state": "dropped", "claim": Owed.claim + 1, "lease_until": None}
    alerts = (theirs, Owed.kind.in_(COUNTED))
    await changed(session, update(Owed).where(*alerts, Owed.state.in_(("pending", "waiting", "claimed"))).values(ended))
    await cut_off(session, *alerts)
    await changed(session, delete(Owed).where(theirs))
    await changed(session, delete(Question).where(Question.person_id.in_(person_ids)))
    return await changed(session, delete(Person).where(Person.id.in_(person_ids)))


async def cut_off(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """Take the person out of rows of alerts: also out of the key, which names the person's row."""
    nameless = {"person_id": None, "message_id": None, "key": literal("alert:-:") + cast(Owed.id, String)}
    await changed(session, update(Owed).where(*which).values(nameless))


def _plain(row: Any) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date | datetime) else value
        for key, value in row.items()
        if key not in HASHES
    }
