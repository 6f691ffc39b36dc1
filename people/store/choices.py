"""Consent, and the topics of alerts that somebody turned off."""

from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Mute, Person


async def set_consent(session: AsyncSession, person: Person, version: int | None, day: date | None) -> bool:
    """Change which text somebody stands by; False when it is so already, also by another process just now."""
    differs = (Person.id == person.id, Person.consent_version.is_distinct_from(version))
    values = {"consent_version": version, "consent_day": day}
    done = await changed(session, update(Person).where(*differs).values(values)) == 1
    await session.refresh(person, ["consent_version", "consent_day"])
    return done


async def muted_topics(session: AsyncSession, person_id: int) -> frozenset[str]:
    """The topics of alerts that somebody turned off."""
    return frozenset(await session.scalars(select(Mute.topic).where(Mute.person_id == person_id)))


async def set_muted(session: AsyncSession, person_id: int, topic: str, muted: bool) -> None:
    """Note that somebody turned a topic off, or forget it; doing it twice changes nothing."""
    if not muted:
        await changed(session, delete(Mute).where(Mute.person_id == person_id, Mute.topic == topic))
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(Mute).values(person_id=person_id, topic=topic)
    await session.execute(row.on_conflict_do_nothing(index_elements=["person_id", "topic"]))
