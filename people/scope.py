"""Which clinics an act may touch: the one way from a person to the rows of a clinic.

The rule: whatever reads or changes the times and visits of a clinic for staff takes the clinic's id from here.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from people import store
from people.authority import Action, clinics_of
from people.recognise import require
from people.refusals import LanguageFirst, NotAllowed
from storage.tables import Person


async def clinics(session: AsyncSession, person: Person | None, action: Action, known: Collection[str]) -> list[str]:
    """The clinics, among those `known` to this deployment, at which `person` may do `action`; never none.

    A PIN is not asked for here: what takes one names its clinic.

    Raises:
        LanguageFirst: nobody we know.
        NotAllowed: no grant covers it at any clinic.
    """
    if person is None:
        raise LanguageFirst
    mine = clinics_of(await store.grants_of(session, person.id), action)
    if allowed := [clinic_id for clinic_id in mine if clinic_id in known]:
        return allowed
    raise NotAllowed


async def clinic(
    session: AsyncSession, person: Person | None, action: Action, known: Collection[str], named: str, *, now: datetime
) -> str:
    """The one clinic `named` in a line or a button, if `person` may do `action` there.

    Raises:
        LanguageFirst: nobody we know.
        NotAllowed: no grant covers it at this clinic.
    """
    await require(session, person, action, named, now=now)
    if named not in known:
        raise NotAllowed
    return named
