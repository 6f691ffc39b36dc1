"""Every row of every table, byte for byte: what changed between two moments, and whose it was."""

from dataclasses import dataclass

from sqlalchemy import text

from storage.database import Database
from storage.tables import Table

Row = tuple[tuple[str, object], ...]
Rows = dict[str, dict[tuple[object, ...], Row]]
MEMORY = {"limits", "pace", "asked_days", "asked_weeks", "alembic_version"}
"""Tables of counts and paces: coming and asking at all is noted there, on purpose."""
OWNERS = {"people": ("id",), "alerts": ("author_id",), "approvals": ("proposer_id",)}
"""Columns that say whose a row is; `person_id` in all other tables."""


@dataclass(frozen=True)
class Change:
    """A row that was added, taken away or changed."""

    table: str
    before: dict[str, object] | None
    after: dict[str, object] | None

    @property
    def owner(self) -> object:
        """The person the row belongs to; None for a row of nobody's or of a clinic."""
        row = self.before or self.after or {}
        return next((row[column] for column in OWNERS.get(self.table, ("person_id",)) if row.get(column)), None)

    @property
    def clinic(self) -> object:
        """The clinic that the row belongs to, if the row says so."""
        row = self.after or self.before or {}
        return row.get("clinic_id") or row.get("chain")

    @property
    def columns(self) -> set[str]:
        """Which columns differ; all of them when the row came or went."""
        before, after = self.before or {}, self.after or {}
        return {name for name in {*before, *after} if before.get(name) != after.get(name)}


async def all_rows(database: Database, leave_out: set[str] = MEMORY) -> Rows:
    """The database as it is on disk: sealed values stay sealed."""
    rows: Rows = {}
    async with database.reading() as session:
        for table in Table.metadata.sorted_tables:
            if table.name in leave_out:
                continue
            keys = [column.name for column in table.primary_key]
            found = await session.execute(text(f'SELECT * FROM "{table.name}"'))
            rows[table.name] = {tuple(row[key] for key in keys): tuple(dict(row).items()) for row in found.mappings()}
    return rows


def changes(before: Rows, after: Rows) -> list[Change]:
    """What differs between two moments."""
    found = []
    for name in before:
        for key in {*before[name], *after[name]}:
            old, new = before[name].get(key), after[name].get(key)
            if old != new:
                found.append(Change(name, dict(old) if old else None, dict(new) if new else None))
    return found
