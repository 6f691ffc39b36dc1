"""Claiming what is due, and settling what was claimed.

A claim is a compare-and-set under a lease. Its number is the fence: whoever lost the lease settles nothing.
`wall` is real time even where `now` is a clock that people can move (the demo): leases and pace are about
machines, due times are about people.
"""

from datetime import datetime, timedelta

from sqlalchemy import case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import LEASE, POLICIES, Outcome
from storage.database import changed
from storage.tables import Owed, Pace

EVERYBODY = "all"
"""The budget of the whole bot."""
CLOCK_SLACK = timedelta(seconds=30)
"""A reservation further ahead than this was made by a clock that has since been set back."""


async def anything_waits(session: AsyncSession, now: datetime, wall: datetime) -> bool:
    """Whether a row is due, or lies under a lease that has run out."""
    due = exists().where(Owed.state == "pending", Owed.due_at <= now)
    lost = exists().where(Owed.state == "claimed", Owed.lease_until < wall)
    return bool(await session.scalar(select(or_(due, lost))))


async def claim(session: AsyncSession, now: datetime, wall: datetime, limit: int) -> list[Owed]:
    """Take up to `limit` due rows, lower lanes first, for the length of a lease; nobody else can take them."""
    due = (
        select(Owed.id)
        .where(Owed.state == "pending", Owed.due_at <= now)
        .order_by(Owed.lane, Owed.due_at, Owed.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = await session.scalars(
        update(Owed)
        .where(Owed.id.in_(select(due.c.id)))
        .values(state="claimed", claim=Owed.claim + 1, lease_until=wall + LEASE)
        .returning(Owed),
        execution_options={"synchronize_session": False, "populate_existing": True},
    )
    return sorted(rows, key=lambda row: (row.lane, row.due_at, row.id))


async def settle(
    session: AsyncSession,
    row: Owed,
    outcome: Outcome,
    now: datetime,
    *,
    message_id: int | None = None,
    reason: str = "",
) -> bool:
    """End a claimed row at `now`, people's time; False (and nothing written) if its lease was lost meanwhile."""
    values = {
        "state": outcome,
        "settled_at": now,
        "message_id": message_id,
        "reason": reason[:80],
        "lease_until": None,
    }
    return await _under_claim(session, row, values)


async def put_back(session: AsyncSession, row: Owed, at: datetime, *, reason: str, doubtful: bool = False) -> bool:
    """Make a claimed row due again at `at`. Only a `doubtful` try counts: there is but one repeat after such a one."""
    values: dict[str, object] = {"state": "pending", "due_at": at, "lease_until": None, "reason": reason[:80]}
    values["late_since"] = row.late_since or row.due_at
    if doubtful:
        values["tries"] = row.tries + 1
    return await _under_claim(session, row, values)


async def recover(session: AsyncSession, wall: datetime, mine: set[int]) -> int:
    """Take back rows whose sender died: due again, or `unknown` where a second copy would be worse than none.

    `mine` are rows this process is sending right now: its own clock may have jumped, but it is alive.
    """
    lost = [kind for kind, policy in POLICIES.items() if policy.after_crash == "unknown"]
    statement = (
        update(Owed)
        .where(Owed.state == "claimed", Owed.lease_until < wall, Owed.id.not_in(mine))
        .values(
            state=case((Owed.kind.in_(lost), Outcome.UNKNOWN), else_="pending"),
            settled_at=case((Owed.kind.in_(lost), wall), else_=None),
            lease_until=None,
            reason="sender lost",
        )
    )
    return await changed(session, statement)


async def reserve(session: AsyncSession, count: int, wall: datetime, rate: float) -> list[datetime]:
    """Reserve `count` evenly spaced sending slots of the whole bot; `rate` is messages a second.

    Evenly spaced slots are what keeps every sliding second below the limit; a bucket lets bursts through.
    """
    budget = await session.get(Pace, EVERYBODY, with_for_update=True)
    if budget is None:
        budget = Pace(budget=EVERYBODY, next_at=wall)
        session.add(budget)
    first = budget.next_at if wall < budget.next_at < wall + CLOCK_SLACK else wall
    step = timedelta(seconds=1 / rate)
    budget.next_at = first + count * step
    await session.flush()
    return [first + index * step for index in range(count)]


async def backlog(session: AsyncSession, now: datetime) -> dict[int, tuple[int, datetime]]:
    """By lane, how many rows are due and since when the oldest has been."""
    due = select(Owed.lane, func.count(), func.min(Owed.due_at)).where(Owed.state == "pending", Owed.due_at <= now)
    rows = await session.execute(due.group_by(Owed.lane))
    return {lane: (count, oldest) for lane, count, oldest in rows}


async def _under_claim(session: AsyncSession, row: Owed, values: dict[str, object]) -> bool:
    mine = (Owed.id == row.id, Owed.claim == row.claim, Owed.state == "claimed")
    return await changed(session, update(Owed).where(*mine).values(**values)) == 1
