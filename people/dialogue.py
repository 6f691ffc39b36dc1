"""The one typed answer we wait for. A row with an hour's life; any command ends it."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from people import rules
from people.store import dialogues as store
from storage.tables import Dialogue
from storage.types import draw_reference


async def begin(session: AsyncSession, person_id: int, step: str, draft: dict[str, Any], now: datetime) -> Dialogue:
    """Wait for `step`, keeping `draft` (JSON values) meanwhile; whatever was waited for before is forgotten."""
    dialogue = await session.get(Dialogue, person_id)
    if dialogue is None:
        dialogue = Dialogue(person_id=person_id)
        session.add(dialogue)
    dialogue.step = step
    dialogue.draft = json.dumps(draft, ensure_ascii=False)
    dialogue.nonce = draw_reference()
    dialogue.expires_at = now + rules.DIALOGUE_LIFE
    await session.flush()
    return dialogue


async def current(
    session: AsyncSession, person_id: int, now: datetime, nonce: int | None = None
) -> tuple[str, dict[str, Any]] | None:
    """The step and its draft; None when there is none, its hour is over, or `nonce` is of an older draft."""
    found = await store.open_dialogue(session, person_id, now)
    if found is None or (nonce is not None and found.nonce != nonce):
        return None
    return found.step, json.loads(found.draft)


async def note(session: AsyncSession, person_id: int, draft: dict[str, Any]) -> None:
    """Keep a changed draft under the same number."""
    found = await session.get(Dialogue, person_id)
    if found:
        found.draft = json.dumps(draft, ensure_ascii=False)
        await session.flush()


async def end(session: AsyncSession, person_id: int) -> None:
    """Stop waiting."""
    await store.end_dialogue(session, person_id)
