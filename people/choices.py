"""What a person chooses: consent, discreet mode, alerts. Each switch stands alone.

Consent is kept twice: on the person as it stands now, and as lines of a ledger that are never changed.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from people import rules, store
from storage.tables import Consent, Person


def has_agreed(person: Person) -> bool:
    """Whether the person agreed to the consent text as it is now."""
    return person.consent_version == rules.CONSENT_VERSION


async def agree(session: AsyncSession, person: Person, now: datetime) -> None:
    """Note which text was agreed to, and on which day; agreeing again changes nothing."""
    if await store.set_consent(session, person, rules.CONSENT_VERSION, now.date()):
        await _note(session, person, rules.CONSENT_VERSION, True, now)


async def take_back(session: AsyncSession, person: Person, now: datetime) -> None:
    """Take the consent back: alerts go off, the language stays. Taking it back again changes nothing.

    Visits to come are cancelled by `scheduling.booking.cancel`, which comes first.
    """
    version = person.consent_version
    if version is not None and await store.set_consent(session, person, None, None):
        await set_alerts(session, person, False)
        await _note(session, person, version, False, now)


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


async def _note(session: AsyncSession, person: Person, version: int, given: bool, now: datetime) -> None:
    session.add(Consent(person_id=person.id, version=version, given=given, day=now.date()))
    await session.flush()
