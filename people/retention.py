"""People we have not heard of for long, and half-finished things: forgotten without a word."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from people import store

INACTIVE = timedelta(days=180)
"""Whoever has not written for this long is erased, silently: a farewell would betray them."""


async def forget_the_silent(session: AsyncSession, now: datetime) -> int:
    """Erase inactive people, and whatever of steps, invites and failures has run out; how many people.

    Visits to come are a sign of life: nobody who holds one is erased. Roles too: staff are revoked, not forgotten.
    """
    await store.drop_run_out(session, now)
    return await store.erase_silent(session, (now - INACTIVE).date())
