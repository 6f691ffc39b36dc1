"""Details on a shared phone go back under a bare line after ten minutes.

The rule: one row for each message that shows details, due ten minutes after it was last shown; whatever replaces the
details takes the row away. It edits that message and never sends a new one.
"""

from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from delivery.rules import POLICIES, Kind
from storage.database import changed
from storage.looks import Look
from storage.tables import Owed

AFTER = timedelta(minutes=10)
"""How long details stay."""
OWED: Table = Owed.__table__  # type: ignore[assignment]
_UNCOVER = delete(OWED).where(OWED.c.key == bindparam("cover"))
_IS_COVERED = select(exists().where(OWED.c.key == bindparam("cover")))
"""Of nearly every press: put together once, because that costs more than to run them."""


async def cover_later(session: AsyncSession, person_id: int, message_id: int, about: int, now: datetime) -> None:
    """Owe the cover of a message that shows details from now on. Asking again begins the ten minutes anew.

    Args:
        about: the visit it shows; 0 for none in particular.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    policy, due = POLICIES[Kind.COVER], now + AFTER
    fresh = {
        "subject_id": about,
        "due_at": due,
        "expires_at": due + policy.life,
        "state": "pending",
        "tries": 0,
        "lease_until": None,
        "settled_at": None,
    }
    row = insert(Owed).values(
        key=_key(person_id, message_id),
        kind=Kind.COVER,
        lane=policy.lane,
        person_id=person_id,
        message_id=message_id,
        **fresh,
    )
    await session.execute(row.on_conflict_do_update(index_elements=["key"], set_=fresh | {"claim": Owed.claim + 1}))


async def uncover(session: AsyncSession, person_id: int, message_id: int) -> None:
    """The details are gone from this message: nothing is left to cover."""
    await session.execute(_UNCOVER, {"cover": _key(person_id, message_id)})


async def is_covered(session: Look, person_id: int, message_id: int) -> bool:
    """Whether a cover of this message is owed."""
    found = await session.first(_IS_COVERED, {"cover": _key(person_id, message_id)})
    return bool(found and found[0])


async def uncover_all(session: AsyncSession, person_id: int) -> None:
    """The messages themselves go."""
    await changed(session, delete(Owed).where(Owed.person_id == person_id, Owed.kind == Kind.COVER))


def _key(person_id: int, message_id: int) -> str:
    return f"{Kind.COVER}:{person_id}.{message_id}"
