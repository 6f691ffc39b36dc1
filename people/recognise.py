"""Who is writing: a person we know, or a stranger of whom we keep nothing."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from people import pins, store
from people.authority import RULES, Action, Role, may
from people.refusals import LanguageFirst, NotAllowed, PinNeeded
from storage.looks import Look
from storage.tables import Grant, Person


async def recognise(session: AsyncSession, telegram_id: int, now: datetime) -> tuple[Person | None, bool]:
    """The person behind a Telegram id, marked as seen today, and whether they are back after having been out of reach.

    No person for someone who never chose a language. Whoever is back finds their choices as they were.
    """
    person = await store.find_person(session, telegram_id)
    if person is None:
        return None, False
    was_away = not person.reachable
    await store.mark_seen(session, person, now.date())
    return person, was_away


async def recognise_settled(
    session: Look, telegram_id: int, now: datetime, *, in_step: bool
) -> tuple[Person | None, bool]:
    """The person, and whether nothing is to be noted of them first: they were seen today, and no step is to be ended.

    Writes nothing. With `in_step` a step does not matter.
    """
    person, step = await store.find_person_and_step(session, telegram_id)
    if person is None:
        return None, True
    return person, person.reachable and person.last_seen == now.date() and (in_step or not step)


async def settle_language(session: AsyncSession, telegram_id: int, language: str, now: datetime) -> Person:
    """Remember the language someone chose; the first choice is what makes a person known to us.

    Safe to repeat: the Telegram id's blind index is unique.
    """
    person = await store.find_person(session, telegram_id)
    if person is None:
        person = Person(
            telegram_id=str(telegram_id),
            telegram_key=store.telegram_key(telegram_id),
            language=language,
            script="",
            discreet=True,
            wants_alerts=False,
            reachable=True,
            last_seen=now.date(),
        )
        session.add(person)
    person.language = language
    await session.flush()
    return person


async def bootstrap_owner(
    session: AsyncSession, person: Person, telegram_id: int, owners: frozenset[int], now: datetime
) -> bool:
    """Make the first owner from the settings; once there is an owner, the settings have no say any more."""
    if telegram_id not in owners or await store.anyone_holds(session, Role.OWNER):
        return False
    session.add(Grant(person_id=person.id, role=Role.OWNER, clinic_id="", granted_on=now.date()))
    await session.flush()
    return True


async def require(
    session: AsyncSession, person: Person | None, action: Action, clinic_id: str = "", *, now: datetime
) -> Person:
    """The person, if they may do `action` (at `clinic_id`) now.

    Raises:
        LanguageFirst: nobody we know.
        NotAllowed: no grant covers it.
        PinNeeded: it takes the PIN, and that was not given these last minutes.
    """
    if person is None:
        raise LanguageFirst
    if not may(await store.grants_of(session, person.id), action, clinic_id):
        raise NotAllowed
    if RULES[action].step_up and not await pins.is_open(session, person.id, now):
        raise PinNeeded
    return person
