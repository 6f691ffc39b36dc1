"""The one step somebody is in."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Dialogue

_OPEN = select(Dialogue).where(Dialogue.person_id == bindparam("person"), Dialogue.expires_at > bindparam("now"))
"""Of many updates: put together once, because that costs more than to run it."""


async def open_dialogue(session: AsyncSession, person_id: int, now: datetime) -> Dialogue | None:
    """The step the person is in, unless its hour is over."""
    return await session.scalar(_OPEN, {"person": person_id, "now": now})


async def end_dialogue(session: AsyncSession, person_id: int) -> None:
    """Forget the step."""
    await session.execute(delete(Dialogue).where(Dialogue.person_id == person_id))


async def hold_dialogue(session: AsyncSession, person_id: int) -> None:
    """Let the taps of one step happen one after the other, whichever process they come to."""
    await session.execute(select(Dialogue.person_id).where(Dialogue.person_id == person_id).with_for_update())
