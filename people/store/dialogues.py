"""The one step somebody is in."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Dialogue


async def open_dialogue(session: AsyncSession, person_id: int, now: datetime) -> Dialogue | None:
    """The step the person is in, unless its hour is over."""
    found = await session.get(Dialogue, person_id)
    return found if found and found.expires_at > now else None


async def end_dialogue(session: AsyncSession, person_id: int) -> None:
    """Forget the step."""
    await session.execute(delete(Dialogue).where(Dialogue.person_id == person_id))


async def hold_dialogue(session: AsyncSession, person_id: int) -> None:
    """Let the taps of one step happen one after the other, whichever process they come to."""
    await session.execute(select(Dialogue.person_id).where(Dialogue.person_id == person_id).with_for_update())
