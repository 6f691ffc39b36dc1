"""People: found, marked as seen, held."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from storage import keys
from storage.looks import Look
from storage.tables import Dialogue, Person

_BY_KEY = Person.telegram_key == bindparam("key")
_IN_STEP = exists().where(Dialogue.person_id == Person.id)
_FIND = select(Person).where(_BY_KEY)
_FIND_WITH_STEP = select(*Person.__table__.c, _IN_STEP).where(_BY_KEY)
"""Of every update: put together once, because that costs more than to run them."""


def telegram_key(telegram_id: int) -> bytes:
    """The blind index under which a Telegram id is found."""
    return keys.in_use().blind(str(telegram_id), "people.telegram_id")


async def find_person(session: AsyncSession, telegram_id: int) -> Person | None:
    """The person with this Telegram id, if they ever chose a language."""
    return await session.scalar(_FIND, {"key": telegram_key(telegram_id)})


async def find_person_and_step(session: Look, telegram_id: int) -> tuple[Person | None, bool]:
    """The person with this Telegram id, and whether a step of theirs is kept, its hour over or not."""
    found = await session.first(_FIND_WITH_STEP, {"key": telegram_key(telegram_id)})
    if found is None:
        return None, False
    person = Person(**dict(zip(Person.__table__.c.keys(), found[:-1], strict=True)))
    make_transient_to_detached(person)
    session.add(person)  # so that a change to somebody who was only looked at is noticed
    return person, bool(found[-1])


async def person_by_id(session: AsyncSession, person_id: int) -> Person | None:
    """The person of a row."""
    return await session.get(Person, person_id)


async def people_by_keys(session: AsyncSession, found_by: Iterable[bytes]) -> dict[bytes, tuple[int, bool]]:
    """Row and discretion of whoever is known among these blind indexes; nobody of them is erased before the commit."""
    known = select(Person.telegram_key, Person.id, Person.discreet).where(Person.telegram_key.in_(list(found_by)))
    rows = await session.execute(known.order_by(Person.id).with_for_update(read=True, key_share=True))
    return {bytes(key): (person_id, discreet) for key, person_id, discreet in rows}


async def hold_person(session: AsyncSession, person_id: int) -> bool:
    """Let nobody else erase a person meanwhile; False: somebody just has."""
    held = select(Person.id).where(Person.id == person_id).with_for_update()
    return await session.scalar(held) is not None


async def mark_unreachable(session: AsyncSession, person_id: int) -> None:
    """Telegram refuses to deliver to this person; their choices stay."""
    await session.execute(update(Person).where(Person.id == person_id).values(reachable=False))


async def mark_seen(session: AsyncSession, person: Person, day: date) -> None:
    """Note the day of the last message; a message also proves that the person can be reached."""
    if person.last_seen != day or not person.reachable:
        person.last_seen, person.reachable = day, True
        await session.flush()
