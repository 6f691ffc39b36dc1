"""For how long a row is in the hands of one process, by a clock that all of them share.

The rule: machines may not agree about the time, so PostgreSQL's own clock counts; SQLite has one process, and its
machine's clock may be set back.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, func, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

DATABASE_CLOCK = func.clock_timestamp(type_=DateTime(timezone=True))
Real = datetime | ColumnElement[datetime]
"""Real time: as this machine has it, or as the database has it when it runs the statement."""


def is_shared(session: AsyncSession) -> bool:
    """Whether several processes may use this database at once."""
    return session.get_bind().dialect.name != "sqlite"


def clock(session: AsyncSession, wall: datetime) -> Real:
    """By what leases are counted: the database's clock where processes share it, else `wall`, this machine's."""
    return DATABASE_CLOCK if is_shared(session) else wall


def ran_out(until: InstrumentedAttribute[datetime | None], wall: Real, length: timedelta) -> ColumnElement[bool]:
    """Also a lease that nobody can have got: it is from before the clock was set back."""
    return or_(until < wall, until > wall + 2 * length)
