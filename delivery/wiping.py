"""Messages that must be deleted from a chat: owed as a row that no crash loses and that outlives its person.

The rule: deleting twice does no harm. So a lease is enough, and a row simply goes when it is done.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from delivery import covering, shown
from storage import leases
from storage.database import changed
from storage.leases import Real
from storage.tables import Wipe

LEASE = timedelta(seconds=60)
"""Whoever has not finished by then is taken for dead."""
SLOWEST = timedelta(minutes=10)
"""The longest wait between two tries."""


async def wipe_chat(
    session: AsyncSession, person_id: int, telegram_id: int, recent: Mapping[int, datetime], now: datetime
) -> int:
    """Owe the deletion of everything in a person's chat that can be deleted now; how many messages.

    What is sent from here on stays. Covers owed for these messages are dropped.

    Args:
        recent: messages that this process remembers and has not stored yet, with the time they were sent.
    """
    young = {message for message, at in recent.items() if at > now - shown.KEEP}
    messages = sorted(young | set(await shown.deletable(session, person_id, now)))
    if messages:
        await owe_wipe(session, telegram_id, messages, now)
        await shown.strike(session, person_id, messages)
        await covering.uncover_all(session, person_id)
    return len(messages)


async def owe_wipe(session: AsyncSession, telegram_id: int, messages: Collection[int], now: datetime) -> None:
    """Owe the deletion of these messages of a chat."""
    listed = json.dumps(list(messages))
    session.add(Wipe(telegram_id=str(telegram_id), message_ids=listed, due_at=now, expires_at=now + shown.KEEP))
    await session.flush()


def ids_of(wipe: Wipe) -> list[int]:
    """The messages of a wipe."""
    return [int(message) for message in json.loads(wipe.message_ids)]


async def anything_waits(session: AsyncSession, now: datetime, wall: datetime) -> bool:
    """Whether a wipe is due and nobody has it in hand."""
    return bool(await session.scalar(select(exists().where(*_free(now, leases.clock(session, wall))))))


async def claim(session: AsyncSession, now: datetime, wall: datetime, limit: int) -> list[Wipe]:
    """Take up to `limit` due wipes for the length of a lease; `wall` is real time, `now` the clock of people."""
    real = leases.clock(session, wall)
    free = select(Wipe.id).where(*_free(now, real)).order_by(Wipe.due_at, Wipe.id).limit(limit)
    due = free.with_for_update(skip_locked=True).cte("due")
    taken = update(Wipe).where(Wipe.id.in_(select(due.c.id))).values(lease_until=real + LEASE).returning(Wipe)
    options = {"synchronize_session": False, "populate_existing": True}
    return list(await session.scalars(taken, execution_options=options))


async def done(session: AsyncSession, wipe: Wipe) -> None:
    """The messages are gone, and so is what we knew of them."""
    await changed(session, delete(Wipe).where(Wipe.id == wipe.id))


async def again(session: AsyncSession, wipe: Wipe, now: datetime, at_least: timedelta) -> None:
    """Try again later: after as long as it has been tried already, so that the waits double."""
    age = now - (wipe.expires_at - shown.KEEP)
    wait = max(at_least, min(max(age, timedelta(seconds=1)), SLOWEST))
    await changed(session, update(Wipe).where(Wipe.id == wipe.id).values(due_at=now + wait, lease_until=None))


def _free(now: datetime, real: Real) -> tuple[ColumnElement[bool], ...]:
    return (Wipe.due_at <= now, or_(Wipe.lease_until.is_(None), leases.ran_out(Wipe.lease_until, real, LEASE)))
