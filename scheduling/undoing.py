"""What staff did and can take back for ten minutes.

The rule: whoever changes something notes with it what is needed to take it back. Taking back is a change like any
other: it breaks no rule of the calendar, moves nobody, and what cannot come back any more stays as it is.
"""

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.clinics import Clinics
from scheduling.refusals import NothingToUndo
from scheduling.store import deeds
from storage.audit import record
from storage.database import trial
from storage.refusal import Refusal
from storage.tables import Deed

UNDO_LIFE = timedelta(minutes=10)
"""How long a change can be taken back."""
CLINICS = "clinics"
"""Under this name `data` also holds the `Clinics` of the deployment, for what has to be owed again."""


@dataclass(frozen=True)
class Undone:
    """How many visits (or times) came back, and how many cannot: their place is somebody else's now."""

    back: int
    lost: int = 0


class CannotComeBack(Exception):
    """Raised by an `Undo`: things are not as this change left them. What it did so far is undone with it."""


Undo = Callable[[AsyncSession, dict[str, Any], datetime], Awaitable[Undone | None]]
"""From the session, what was noted (and `CLINICS`), and now; None where there is nothing to count.

A refusal that it raises, or `CannotComeBack`, means that the one visit it is about stays as it is.
"""

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


async def last_change(session: AsyncSession, nurse_id: int, now: datetime, clinic_ids: Collection[str]) -> Deed:
    """The last change of a nurse at one of these clinics that can still be taken back.

    Raises:
        NothingToUndo: none in the last ten minutes.
    """
    found = await deeds.last_deed(session, nurse_id, now - UNDO_LIFE, clinic_ids)
    if found is None:
        raise NothingToUndo
    return found


async def foresee(session: AsyncSession, deed: Deed, clinics: Clinics, now: datetime) -> Undone | None:
    """What taking it back would come to: it is done, and then undone again."""
    async with trial(session):
        return await _run(session, deed, clinics, now)


async def take_back(
    session: AsyncSession, nurse_id: int, deed_id: int, clinics: Clinics, now: datetime
) -> Undone | None:
    """Take a change back, once.

    Raises:
        NothingToUndo: not this nurse's, more than ten minutes old, or taken back already.
    """
    deed = await deeds.deed_by_id(session, deed_id)
    if deed is None or deed.person_id != nurse_id or deed.done_at <= now - UNDO_LIFE:
        raise NothingToUndo
    if not await deeds.mark_undone(session, deed_id, now):
        raise NothingToUndo
    undone = await _run(session, deed, clinics, now)
    detail = f"{deed.kind}: {undone.back} back, {undone.lost} not" if undone else deed.kind
    chain = deed.clinic_id
    await record(session, "undone", now=now, actor=nurse_id, clinic_id=chain, detail=detail, chain=chain)
    return undone


async def forget_old(session: AsyncSession, now: datetime) -> int:
    """Delete what cannot be taken back any more; how many changes."""
    return await deeds.forget_deeds(session, now - UNDO_LIFE)


async def _run(session: AsyncSession, deed: Deed, clinics: Clinics, now: datetime) -> Undone | None:
    data = json.loads(deed.undo) | {CLINICS: clinics}
    try:
        async with session.begin_nested():
            return await UNDO[deed.kind](session, data, now)
    except (CannotComeBack, Refusal):
        return Undone(0, 1)
