"""Leaving: everything about a person goes, at once, because they said so."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Owed, Person


async def erase(session: AsyncSession, person: Person) -> None:
    """Erase a person and every row that is theirs; what must stay to be counted (an alert's report) loses its link.

    Places at clinics are given back by `scheduling.booking.give_everything_up`, which comes first.
    """
    await session.execute(delete(Owed).where(Owed.person_id == person.id, Owed.state.in_(("pending", "claimed"))))
    await session.execute(delete(Person).where(Person.id == person.id))
    session.expunge(person)
