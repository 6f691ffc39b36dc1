"""Conversations with health workers for the matrix: one at each clinic, with a draft that staff have not sent."""

from collections.abc import Sequence
from datetime import datetime

from handoff import answering, asking
from storage.database import Database
from storage.tables import Person

NOBODYS = 2**61


async def conversations(
    database: Database, person_id: int, clinics: Sequence[str], now: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """Numbers of a conversation and of a draft in it, by clinic; "" has numbers of nothing."""
    talks, drafts = {"": NOBODYS}, {"": NOBODYS}
    for number, clinic in enumerate(clinics):
        async with database.writing() as session:
            person = await session.get_one(Person, person_id)
            asked = await asking.ask(session, person, clinic, "Where can I go?", 900 + number, now=now)
            line = await answering.draft(session, asked.talk, "Come tomorrow.", 950 + number, now=now)
            talks[clinic], drafts[clinic] = asked.talk.id, line.id
    return talks, drafts
