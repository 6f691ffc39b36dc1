"""Leaving: everything about a person goes, at once, because they said so."""

from sqlalchemy.ext.asyncio import AsyncSession

from people import store
from storage.tables import Person


async def erase(session: AsyncSession, person: Person) -> None:
    """Erase a person and every row that is theirs; what must stay to be counted (an alert's report) loses its link.

    Places at clinics are given back by `scheduling.booking.give_everything_up`, which comes first.
    """
    await store.drop_person(session, person.id)
    session.expunge(person)
