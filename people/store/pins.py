"""PINs: hashes, misses and locks."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, null, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Pin


async def pin_of(session: AsyncSession, person_id: int) -> Pin | None:
    """The person's PIN, as it is in the database now."""
    found = select(Pin).where(Pin.person_id == person_id).execution_options(populate_existing=True)
    return await session.scalar(found)


async def put_pin(session: AsyncSession, person_id: int, pin_hash: bytes, *, open_until: datetime) -> None:
    """Set a PIN, or another one; its misses are forgotten."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"pin_hash": pin_hash, "misses": 0, "locked_until": None, "open_until": open_until}
    made = insert(Pin).values(person_id=person_id, **values)
    await changed(session, made.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def take_pin_try(
    session: AsyncSession, person_id: int, now: datetime, *, most: int, lock: timedelta
) -> tuple[bytes, int, datetime | None] | None:
    """Count a try as a miss, before anybody knows: the hash, the misses by now, and the lock they led to.

    None: locked, or no PIN. The row is held to the end of the transaction, so that no two tries are the same one.
    """
    was_locked = Pin.locked_until.is_not(None)  # and is over, or the row is not met
    values = {
        "misses": case((was_locked, 1), else_=Pin.misses + 1),
        "locked_until": case((was_locked, null()), (Pin.misses + 1 >= most, now + lock), else_=null()),
    }
    free = (Pin.person_id == person_id, Pin.locked_until.is_(None) | (Pin.locked_until <= now))
    taken = (
        await session.execute(
            update(Pin).where(*free).values(**values).returning(Pin.pin_hash, Pin.misses, Pin.locked_until)
        )
    ).first()
    return (taken.pin_hash, taken.misses, taken.locked_until) if taken else None


async def open_pin(session: AsyncSession, person_id: int, until: datetime) -> None:
    """The PIN was right: no miss counts any more."""
    values = {"misses": 0, "locked_until": None, "open_until": until}
    await changed(session, update(Pin).where(Pin.person_id == person_id).values(**values))


async def drop_pin(session: AsyncSession, person_id: int) -> None:
    """Forget the PIN of somebody without a role."""
    await changed(session, delete(Pin).where(Pin.person_id == person_id))
