"""The budgets of sending that all processes share: turns of the bot's lines, places of one chat, and who waits.

The rule: the database's clock counts, and what is given out is seconds from now, so that no two machines need agree on
the time. Lines and places are PostgreSQL's alone: SQLite has one process, which keeps its pace in memory.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, literal, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import leases
from storage.database import changed
from storage.tables import Pace
from storage.types import Instant

KEEP = timedelta(seconds=25)
"""After so long nothing of a chat's pace matters any more."""
CHAT = "chat:"
"""Budgets of chats begin so; a keyed hash of the chat's id follows."""

_TURNS = text(
    """
    INSERT INTO pace AS line (budget, next_at) VALUES (:line, clock_timestamp() + make_interval(secs => :span))
    ON CONFLICT (budget) DO UPDATE SET next_at = make_interval(secs => :span) + CASE
        WHEN line.next_at > clock_timestamp() + interval '30 seconds' THEN clock_timestamp()  -- it was set back
        ELSE greatest(line.next_at, clock_timestamp()) END
    RETURNING extract(epoch FROM next_at)::float8, extract(epoch FROM clock_timestamp())::float8
    """
)
_PLACES = text(
    """
    INSERT INTO pace AS chat (budget, next_at)
    SELECT budget, statement_timestamp() + make_interval(secs => seconds)
    FROM unnest(CAST(:budgets AS varchar[]), CAST(:seconds AS float8[])) AS taken (budget, seconds) ORDER BY budget
    ON CONFLICT (budget) DO UPDATE SET
        next_at = greatest(chat.next_at + (excluded.next_at - statement_timestamp()), excluded.next_at)
    RETURNING budget, extract(epoch FROM next_at - statement_timestamp())::float8
    """
)


@dataclass(frozen=True)
class Block:
    """Turns of a line that nobody else has."""

    first: float
    """When the first of them is, in seconds since 1970 by the clock all share. What follows directly on what was
    taken here last tells that nobody else stands in the line.
    """
    now: float
    """What that clock says."""


@dataclass(frozen=True)
class Taking:
    """Places to take in one chat."""

    count: int
    period: float
    """Seconds that one of them takes."""
    burst: int
    """How many a chat that was quiet gets at once."""


async def reserve(session: AsyncSession, line: str, count: int, step: float) -> Block:
    """Reserve `count` turns of a line, `step` seconds apart."""
    span = count * step
    end, now = (await session.execute(_TURNS, {"line": line, "span": span})).one()
    return Block(end - span, now)


async def places(session: AsyncSession, takings: dict[str, Taking]) -> dict[str, float]:
    """Take places in chats, by budget; seconds from now until the first of each may be used.

    Less than 0: the chat was quiet, and as much of its next places is paid for.
    """
    if not takings:
        return {}
    given = {"budgets": list(takings), "seconds": [taking.count * taking.period for taking in takings.values()]}
    waits = {}
    for budget, ahead in await session.execute(_PLACES, given):
        taking = takings[budget]
        waits[budget] = ahead - (taking.count + taking.burst - 1) * taking.period
    return waits


async def hold(session: AsyncSession, budget: str, wall: datetime, seconds: float) -> None:
    """Note that Telegram asked for so many seconds of silence, for a chat, a lane or the whole bot.

    A longer silence that was asked for before still stands.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    now = leases.clock(session, wall)
    until = now + timedelta(seconds=seconds)
    row = insert(Pace).values(budget=budget, next_at=now, held_until=until)
    asked = row.excluded.held_until
    later = case((Pace.held_until > asked, Pace.held_until), else_=asked)
    await session.execute(row.on_conflict_do_update(index_elements=["budget"], set_={"held_until": later}))


async def holds(session: AsyncSession, wall: datetime) -> dict[str, float]:
    """Seconds for which each budget must still be left alone."""
    now = leases.clock(session, wall)
    now = literal(now, Instant()) if isinstance(now, datetime) else now
    rows = await session.execute(select(Pace.budget, Pace.held_until, now).where(Pace.held_until > now))
    return {budget: (until - at).total_seconds() for budget, until, at in rows if until}


async def forget(session: AsyncSession, wall: datetime) -> int:
    """Forget the pace of chats that have been quiet, and silences that are over; how many."""
    now = leases.clock(session, wall)
    over = or_(Pace.held_until.is_(None), Pace.held_until < now)
    of_chats = or_(Pace.budget.startswith(CHAT), Pace.held_until.is_not(None))
    return await changed(session, delete(Pace).where(Pace.next_at < now - KEEP, over, of_chats))
