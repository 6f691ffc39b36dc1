"""What staff did and can take back for ten minutes.

The rule: whoever changes something notes with it what is needed to take it back. Taking back is a change like any other:
it breaks no rule of the calendar, moves nobody, and what cannot come back any more stays as it is.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Deed

UNDO_LIFE = timedelta(minutes=10)
"""How long a change can be taken back."""
Undo = Callable[[AsyncSession, dict[str, Any], datetime], Awaitable[None]]

UNDO: dict[str, Undo] = {}
"""How each kind of change is taken back, from what was noted with it."""


def undoes(kind: str) -> Callable[[Undo], Undo]:
    """Say how a kind of change is taken back."""

    def register(function: Undo) -> Undo:
        if kind in UNDO or len(kind) > 16:
            raise ValueError(f"known already or too long: {kind}")
        UNDO[kind] = function
        return function

    return register


async def note(
    session: AsyncSession, nurse_id: int | None, clinic_id: str, kind: str, undo: dict[str, Any], now: datetime
) -> None:
    """Note a change, in the transaction that makes it. `undo` holds JSON values, nothing of a person but ids."""
    if kind not in UNDO:
        raise ValueError(f"nobody said how to take back: {kind}")
    session.add(
        Deed(person_id=nurse_id, clinic_id=clinic_id, kind=kind, undo=json.dumps(undo), done_at=now, undone_at=None)
    )
    await session.flush()
