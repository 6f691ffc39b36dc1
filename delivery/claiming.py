"""Claiming what is due, and settling what was claimed.

A claim is a compare-and-set under a lease. Its number is the fence: whoever lost the lease settles nothing.
`wall` is real time even where `now` is a clock that people can move (the demo): leases and pace are about
machines, due times are about people.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    String,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import TypeEngine

from delivery.rules import LEASE, POLICIES, Lane, Outcome
from storage import leases
from storage.database import changed
from storage.leases import Real
from storage.tables import Owed, Person, StaffGroup
from storage.types import BigId, Instant, fixed

LANES = (Lane.VISITS, Lane.ALERTS)
"""In this order; each is asked by itself, so that no lane's future stands between us and the next lane's present."""

PENDING, CLAIMED = Owed.state == fixed("pending"), Owed.state == fixed("claimed")
AT_ONCE = 500
"""Ids in one statement."""


@dataclass(frozen=True)
class Ending:
    """What becomes of a claimed row: its end, or (`at`) the moment from which it is due again."""

    row: Owed
    outcome: Outcome | None = None
    at: datetime | None = None
    message_id: int | None = None
    reason: str = ""
    doubtful: bool = False
    """A try of which nobody knows what came. Only such tries count: there is but one repeat after one."""


async def anything_waits(session: AsyncSession, now: datetime, wall: Real) -> bool:
    """Whether a row is due, or lies under a lease that has run out."""
    due = [exists().where(PENDING, Owed.lane == lane, Owed.due_at <= now) for lane in LANES]
    return bool(await session.scalar(select(or_(*due, exists().where(CLAIMED, _ran_out(wall))))))


async def claim(session: AsyncSession, now: datetime, wall: Real, limit: int | Mapping[Lane, int]) -> list[Owed]:
    """Take due rows, lower lanes first, for the length of a lease; nobody else can take them.

    Args:
        limit: how many at most; or how many of each lane, none of a lane that is not named.
    """
    claimed: list[Owed] = []
    for lane in LANES:
        room = limit - len(claimed) if isinstance(limit, int) else limit.get(lane, 0)
        if room > 0:
            claimed += await _claim(session, now, wall, room, lane)
    return claimed


async def receivers(session: AsyncSession, rows: Sequence[Owed]) -> list[Person | StaffGroup]:
    """Everybody these rows go to, in two queries; whoever keeps the list finds each of them without asking again."""
    found: list[Person | StaffGroup] = []
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        people = {row.person_id for row in some if row.person_id is not None}
        groups = {row.group_id for row in some if row.group_id is not None}
        if people:
            found += await session.scalars(select(Person).where(Person.id.in_(people)))
        if groups:
            found += await session.scalars(select(StaffGroup).where(StaffGroup.id.in_(groups)))
    return found


async def _claim(session: AsyncSession, now: datetime, wall: Real, limit: int, lane: Lane) -> list[Owed]:
    ours = {"until": wall + LEASE} if isinstance(wall, datetime) else {}
    rows = await session.scalars(
        _claiming(lane, bool(ours)),
        {"now": now, "most": limit} | ours,
        execution_options={"synchronize_session": False, "populate_existing": True},
    )
    return sorted(rows, key=lambda row: (row.due_at, row.id))


@cache
def _claiming(lane: Lane, by_our_clock: bool) -> ReturningUpdate[Owed]:
    """The statement of `_claim`: put together once, because that costs more than to run it."""
    due = (
        select(Owed.id)
        .where(PENDING, Owed.lane == lane, Owed.due_at <= bindparam("now"))
        .order_by(Owed.due_at, Owed.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    until = bindparam("until", type_=Instant()) if by_our_clock else leases.DATABASE_CLOCK + LEASE
    claimed = update(Owed).where(Owed.id.in_(select(due.c.id)))
    return claimed.values(state="claimed", claim=Owed.claim + 1, lease_until=until).returning(Owed)


async def end(session: AsyncSession, endings: Sequence[Ending], now: datetime) -> set[int]:
    """Write what became of claimed rows, each under its own claim; the ids of those whose lease was not lost."""
    if not endings:
        return set()
    bare = session.get_bind().dialect.name == "sqlite"
    listed = [_fate(each, now, bare) for each in endings]
    fate = _rows_bare(listed) if bare else _rows(listed)
    again = fate.c.due_at.is_not(None)
    changes = {
        "state": fate.c.state,
        "settled_at": fate.c.settled_at,
        "due_at": func.coalesce(fate.c.due_at, Owed.due_at),
        "late_since": case((again, func.coalesce(Owed.late_since, Owed.due_at)), else_=Owed.late_since),
        "message_id": func.coalesce(fate.c.message_id, Owed.message_id),
        "tries": Owed.tries + fate.c.doubts,
        "reason": fate.c.reason,
        "lease_until": None,
    }
    written = update(Owed).where(Owed.id == fate.c.id, *_fence(fate)).values(changes).returning(Owed.id)
    return set(await session.scalars(written, execution_options={"synchronize_session": False}))


def _fence(fate: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Nobody else has claimed, ended or given back the row since."""
    return (Owed.claim == fate.c.claim, CLAIMED)


def _fate(each: Ending, now: datetime, bare: bool) -> dict[str, object]:
    def written(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f" + ("" if bare else "+00"))

    return {
        "id": each.row.id,
        "claim": each.row.claim,
        "state": each.outcome or "pending",
        "settled_at": written(now) if each.outcome else None,
        "due_at": written(each.at),
        "message_id": each.message_id,
        "reason": each.reason[:80],
        "doubts": int(each.doubtful),
    }


_FATE: dict[str, TypeEngine[Any]] = {
    "id": BigId,
    "claim": Integer(),
    "state": String(),
    "settled_at": Instant(),
    "due_at": Instant(),
    "message_id": BigId,
    "reason": String(),
    "doubts": Integer(),
}


def _rows(listed: list[dict[str, object]]) -> FromClause:
    columns = [column(name, kind) for name, kind in _FATE.items()]
    return (
        func.jsonb_to_recordset(cast(listed, JSONB)).table_valued(*columns, name="fate").render_derived(with_types=True)
    )


def _rows_bare(listed: list[dict[str, object]]) -> FromClause:
    each = func.json_each(json.dumps(listed)).table_valued("value", name="each")
    columns = [func.json_extract(each.c.value, f"$.{name}", type_=kind).label(name) for name, kind in _FATE.items()]
    return select(*columns).select_from(each).cte("fate")


async def recover(session: AsyncSession, wall: Real, mine: set[int]) -> int:
    """Take back rows whose sender died: due again, or `unknown` where a second copy would be worse than none.

    `mine` are rows this process is sending right now: its own clock may have jumped, but it is alive.
    """
    lost = [kind for kind, policy in POLICIES.items() if policy.after_crash == "unknown"]
    statement = (
        update(Owed)
        .where(CLAIMED, _ran_out(wall), Owed.id.not_in(mine))
        .values(
            state=case((Owed.kind.in_(lost), Outcome.UNKNOWN), else_="pending"),
            settled_at=case((Owed.kind.in_(lost), wall), else_=None),
            lease_until=None,
            reason="sender lost",
        )
    )
    return await changed(session, statement)


def _ran_out(wall: Real) -> ColumnElement[bool]:
    return leases.ran_out(Owed.lease_until, wall, LEASE)


async def backlog(session: AsyncSession, now: datetime) -> dict[int, tuple[int, datetime]]:
    """By lane, how many rows are due and since when the oldest has been."""
    due = select(Owed.lane, func.count(), func.min(Owed.due_at)).where(PENDING, Owed.due_at <= now)
    rows = await session.execute(due.group_by(Owed.lane))
    return {lane: (count, oldest) for lane, count, oldest in rows}
