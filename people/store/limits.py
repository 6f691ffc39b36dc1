"""How often somebody did something lately."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Executable, bindparam, case, delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Limit

LONGEST_WINDOW = timedelta(hours=1)
"""After so long no count of `people/limits.py` says anything any more."""


async def count_up(
    session: AsyncSession,
    who: bytes,
    what: str,
    update_id: int,
    now: datetime,
    window: timedelta,
    times: int,
    since: datetime | None,
) -> tuple[int, datetime]:
    """Count something in its window, begun anew when the last is over: the count now, and when its window began.

    The update counted last is not counted again. A window that begins far ahead was begun by a clock that went wrong.
    """
    values = {"who": who, "what": what, "began_at": since or now, "count": times, "update_id": update_id}
    window_of = {"over_before": now - window, "wrong_after": now + window}
    row = (await session.execute(_counting(session.get_bind().dialect.name), values | window_of)).one()
    return row[0], row[1]


@cache
def _counting(dialect: str) -> Executable:
    """The statement of `count_up`: most people's second update in ten seconds runs it, so it is put together once."""
    limits = Limit.metadata.tables["limits"]
    counted = limits.c
    begun = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(limits)
    fresh = begun.excluded
    over = or_(counted.began_at <= bindparam("over_before"), counted.began_at > bindparam("wrong_after"))
    return begun.on_conflict_do_update(
        index_elements=["who", "what"],
        set_={
            "began_at": case((over, fresh.began_at), else_=counted.began_at),
            "count": case(
                (over, fresh["count"]),
                (counted.update_id == fresh.update_id, counted["count"]),
                else_=counted["count"] + fresh["count"],
            ),
            "update_id": fresh.update_id,
        },
    ).returning(counted["count"], counted.began_at)


async def count_down(session: AsyncSession, who: bytes, what: str) -> None:
    """Take one back from what was counted."""
    mine = (Limit.who == who, Limit.what == what, Limit.count > 0)
    await changed(session, update(Limit).where(*mine).values(count=Limit.count - 1, update_id=0))


async def drop_limits(session: AsyncSession, who: bytes) -> None:
    """Forget every count of somebody."""
    await changed(session, delete(Limit).where(Limit.who == who))
