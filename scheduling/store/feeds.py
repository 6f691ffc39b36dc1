"""Calendar addresses of clinics, and what such a calendar shows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Feed, Slot


async def set_feed(session: AsyncSession, clinic_id: str, token_hash: bytes, now: datetime) -> None:
    """The one address of a clinic from now on."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"token_hash": token_hash, "made_at": now}
    row = insert(Feed).values(clinic_id=clinic_id, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["clinic_id"], set_=values))


async def drop_feed(session: AsyncSession, clinic_id: str) -> bool:
    """No address any more; False if there was none."""
    return await changed(session, delete(Feed).where(Feed.clinic_id == clinic_id)) == 1


async def feed_of(session: AsyncSession, clinic_id: str) -> Feed | None:
    """A clinic's address, as far as we know it."""
    return await session.get(Feed, clinic_id, populate_existing=True)


async def feed_by_hash(session: AsyncSession, token_hash: bytes) -> Feed | None:
    """The address with this hash."""
    return await session.scalar(select(Feed).where(Feed.token_hash == token_hash))


async def taken_by_time(
    session: AsyncSession, clinic_id: str, begin: datetime, end: datetime
) -> Sequence[Row[datetime, int, int]]:
    """Start times of a span at which somebody is booked, with places taken and places in all, services together."""
    inside = (Slot.clinic_id == clinic_id, Slot.starts_at >= begin, Slot.starts_at < end, Slot.closed.is_(False))
    taken, capacity = func.sum(Slot.taken), func.sum(Slot.capacity)
    times = select(Slot.starts_at, taken, capacity).where(*inside).group_by(Slot.starts_at).having(taken > 0)
    return (await session.execute(times.order_by(Slot.starts_at))).all()
