"""What a person chooses: consent, discretion, reminders, alerts by topic and province, news. Each switch stands alone.

Consent is kept twice: on the person as it stands now, and as lines of a ledger that are never changed.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from people import rules
from people.store import choices as store
from storage.tables import Consent, Person


class Choice(StrEnum):
    """What somebody may want to be written to about, by itself."""

    VISITS = "visits"
    ALERTS = "alerts"
    NEWS = "news"


ASKS_CONSENT = frozenset({Choice.ALERTS, Choice.NEWS})
"""What is kept of somebody only after they agreed; the reminders of a visit were agreed to with the visit."""


def has_agreed(person: Person) -> bool:
    """Whether the person agreed to the consent text as it is now."""
    return person.consent_version == rules.CONSENT_VERSION


async def agree(session: AsyncSession, person: Person, now: datetime) -> None:
    """Note which text was agreed to, and on which day; agreeing again changes nothing."""
    if await store.set_consent(session, person, rules.CONSENT_VERSION, now.date()):
        await _note(session, person, rules.CONSENT_VERSION, True, now)


async def take_back(session: AsyncSession, person: Person, now: datetime) -> None:
    """Take the consent back: alerts and news go off, the language stays. Taking it back again changes nothing.

    Visits to come are cancelled by `scheduling.booking.cancel`, which comes first.
    """
    version = person.consent_version
    if version is not None and await store.set_consent(session, person, None, None):
        for choice in ASKS_CONSENT:
            await set_wanted(session, person, choice, False)
        await _note(session, person, version, False, now)


async def set_discreet(session: AsyncSession, person: Person, discreet: bool) -> None:
    """Whether notifications hide what the visit is about."""
    person.discreet = discreet
    await session.flush()


async def set_script(session: AsyncSession, person: Person, script: str) -> None:
    """How this phone shows Burmese: `unicode` or `zawgyi`."""
    person.script = script
    await session.flush()


def wants(person: Person, choice: Choice) -> bool:
    """How one of the switches stands."""
    match choice:
        case Choice.VISITS:
            return person.wants_visits
        case Choice.ALERTS:
            return person.wants_alerts
        case Choice.NEWS:
            return person.wants_news


def needs_consent(person: Person, choice: Choice) -> bool:
    """Whether the consent text comes before this can be turned on."""
    return choice in ASKS_CONSENT and not has_agreed(person)


async def set_wanted(session: AsyncSession, person: Person, choice: Choice, wanted: bool) -> None:
    """One switch on or off; none touches another. Doing it twice changes nothing."""
    match choice:
        case Choice.VISITS:
            person.wants_visits = wanted
        case Choice.ALERTS:
            person.wants_alerts = wanted
        case Choice.NEWS:
            person.wants_news = wanted
    await session.flush()


async def muted_topics(session: AsyncSession, person: Person) -> frozenset[str]:
    """The topics of alerts that this person turned off."""
    return await store.muted_topics(session, person.id)


async def mute(session: AsyncSession, person: Person, topic: str, muted: bool) -> None:
    """Turn alerts about one topic off, or on again; whether alerts are wanted at all is not touched."""
    await store.set_muted(session, person.id, topic, muted)


async def set_province(session: AsyncSession, person: Person, code: str) -> None:
    """For which province alerts are wanted (a code of `locales.provinces`); empty: for everywhere."""
    person.alert_province = code
    await session.flush()


async def _note(session: AsyncSession, person: Person, version: int, given: bool, now: datetime) -> None:
    session.add(Consent(person_id=person.id, version=version, given=given, day=now.date()))
    await session.flush()
