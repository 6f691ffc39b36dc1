"""What a person chooses: consent, discreet mode, alerts. Each switch stands alone."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from people import rules
from storage.tables import Person


def has_agreed(person: Person) -> bool:
    """Whether the person agreed to the consent text as it is now."""
    return person.consent_version == rules.CONSENT_VERSION


async def agree(session: AsyncSession, person: Person, now: datetime) -> None:
    """Note which text was agreed to, and on which day."""
    if not has_agreed(person):
        person.consent_version, person.consent_day = rules.CONSENT_VERSION, now.date()
        await session.flush()


async def set_discreet(session: AsyncSession, person: Person, discreet: bool) -> None:
    """Whether notifications hide what the visit is about."""
    person.discreet = discreet
    await session.flush()


async def set_script(session: AsyncSession, person: Person, script: str) -> None:
    """How this phone shows Burmese: `unicode` or `zawgyi`."""
    person.script = script
    await session.flush()


async def set_alerts(session: AsyncSession, person: Person, wanted: bool) -> None:
    """Health alerts on or off; visit messages are not touched by it."""
    person.wants_alerts = wanted
    await session.flush()
