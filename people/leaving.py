"""Leaving: everything about a person goes, at once, because they said so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.wiping import wipe_chat
from people import limits, store, tombstones
from storage import audit
from storage.personal import drop_everything, kept_about
from storage.tables import Person

CHOSEN = 7
"""Language, script, discretion, reminders, alerts and their province, news."""


@dataclass(frozen=True)
class Gone:
    """The receipt: how much of what was erased."""

    visits: int
    """Past ones and cancelled ones too."""
    questions: int
    messages: int
    """Messages of the last 48 hours that will now be deleted from the chat."""
    choices: int
    """What was chosen (`CHOSEN`), topics that were turned off, and lines of the consent ledger."""


async def is_here(session: AsyncSession, person: Person) -> bool:
    """Whether nobody else has just erased the person; from here to the commit nobody else will."""
    return await store.hold_person(session, person.id)


async def erase(session: AsyncSession, person: Person, recent: Mapping[int, datetime], now: datetime) -> Gone:
    """Erase a person and every row that is theirs; what must stay to be counted (an alert's report) loses its link.

    Places at clinics are given back by `scheduling.booking.give_everything_up`, which comes first. The deletion of
    the chat's messages is owed in a row of its own and outlives the person until it is done.

    Args:
        recent: messages in the chat that this process remembers and has not stored yet.
    """
    kept = await kept_about(session, person)
    messages = await wipe_chat(session, person.id, int(person.telegram_id), recent, now)
    await limits.forget(session, int(person.telegram_id))
    choices = CHOSEN + len(kept.get("mutes.person_id", ())) + len(kept.get("consents.person_id", ()))
    gone = Gone(len(kept.get("bookings.person_id", ())), len(kept.get("questions.person_id", ())), messages, choices)
    await _forget(session, [person.id], now)
    session.expunge(person)
    await audit.record(session, "erased", now=now, actor=person.id, on=person.id)
    return gone


async def erase_again(session: AsyncSession, person: Person, now: datetime) -> None:
    """Erase somebody whom a restored backup has brought back. Nothing is sent to them, and nothing deleted."""
    await limits.forget(session, int(person.telegram_id))
    await _forget(session, [person.id], now)
    session.expunge(person)


async def erase_silent(session: AsyncSession, person_ids: list[int], now: datetime) -> int:
    """Erase people who have not been heard of, without a word; how many."""
    return await _forget(session, person_ids, now)


async def _forget(session: AsyncSession, person_ids: list[int], now: datetime) -> int:
    await tombstones.bury(session, person_ids, now)
    return await drop_everything(session, person_ids)
