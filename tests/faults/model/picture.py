"""Everything the model looks at, read in one go as plain rows: what was before a step, and what is after it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.rules import Status
from storage.personal import tables_about_people
from storage.tables import AuditEntry, Booking, Closure, Deed, Hold, Offer, Owed, Person, Queued, Slot, Table, Waiting

TAKING = (Status.STANDING, Status.NO_SHOW, Status.DONE)
"""What counts as a taken place."""
Rows = dict[int, Row[Any]]


@dataclass(frozen=True)
class Picture:
    """The rows by number."""

    now: datetime
    people: Rows
    slots: Rows
    bookings: Rows
    holds: Rows
    waiting: Rows
    offers: Rows
    closures: Rows
    queue: Rows
    deeds: Rows
    owed: Rows
    entries: Counter[str]
    """How many entries each chain of the audit log has."""

    def same_as(self, other: "Picture") -> str:
        """The first table in which two pictures differ; empty: they are the same."""
        names = ("people", "slots", "bookings", "holds", "waiting", "offers", "closures", "queue", "owed", "entries")
        return next((name for name in names if getattr(self, name) != getattr(other, name)), "")

    def over(self, slot_id: int) -> int:
        """By how many a time is overbooked."""
        slot = self.slots[slot_id]
        return int(max(0, slot.taken + slot.held - (slot.capacity - slot.walkin)))

    def standing(self) -> list[Row[Any]]:
        """Every visit that stands."""
        return [each for each in self.bookings.values() if each.status == Status.STANDING]

    def by_time(self) -> list[Row[Any]]:
        """Times to come, the next first."""
        ahead = [slot for slot in self.slots.values() if slot.starts_at > self.now]
        return sorted(ahead, key=lambda slot: (slot.starts_at, slot.clinic_id, slot.id))


async def take(session: AsyncSession, now: datetime) -> Picture:
    """Look at everything, as of one instant: `session` is new, and others may be writing."""
    if session.get_bind().dialect.name == "postgresql":
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    counted = await session.execute(select(AuditEntry.chain, func.count()).group_by(AuditEntry.chain))
    return Picture(
        now,
        people=await _rows(session, Person),
        slots=await _rows(session, Slot),
        bookings=await _rows(session, Booking),
        holds=await _rows(session, Hold),
        waiting=await _rows(session, Waiting),
        offers=await _rows(session, Offer),
        closures=await _rows(session, Closure),
        queue=await _rows(session, Queued),
        deeds=await _rows(session, Deed),
        owed=await _rows(session, Owed),
        entries=Counter({row[0]: row[1] for row in counted}),
    )


async def entries_since(session: AsyncSession, before: Counter[str]) -> list[Any]:
    """What was written into the audit log since: chain, action, subject."""
    what = select(AuditEntry.chain, AuditEntry.place, AuditEntry.action, AuditEntry.subject)
    found = await session.execute(what.order_by(AuditEntry.at.desc(), AuditEntry.place.desc()).limit(60))
    return [row for row in found if row.place > before[row.chain]]


async def rows_about(session: AsyncSession, person_id: int) -> list[str]:
    """The columns in which somebody still stands."""
    found = []
    for name, column in tables_about_people().items():
        if await session.scalar(select(func.count()).select_from(column.table).where(column == person_id)):
            found.append(name)
    return found


async def _rows(session: AsyncSession, kind: type[Table]) -> Rows:
    found = await session.execute(select(kind.__table__))
    return {row.id: row for row in found}
