"""People we have not heard of for long, and half-finished things: forgotten without a word."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from people import leaving, tombstones
from people.store import forgetting

INACTIVE = timedelta(days=180)
"""Whoever has not written for this long is erased, silently: a farewell would betray them."""
AT_ONCE = 500
"""People erased in one transaction."""


async def forget_the_silent(session: AsyncSession, now: datetime) -> int:
    """Erase inactive people, at most `AT_ONCE` of them; how many.

    Visits to come are a sign of life: nobody who holds one is erased. Roles too: staff are revoked, not forgotten.
    """
    silent = await forgetting.silent_people(session, (now - INACTIVE).date(), AT_ONCE)
    return await leaving.erase_silent(session, silent, now) if silent else 0


async def forget_run_out(session: AsyncSession, now: datetime) -> int:
    """Drop what has run out: steps, invites, approvals, limits, failures. Nobody needs to know how many."""
    await forgetting.drop_run_out(session, now)
    return 0


async def forget_tombstones(session: AsyncSession, now: datetime) -> int:
    """Drop tombstones older than any backup; how many."""
    return await tombstones.crumble(session, now)
