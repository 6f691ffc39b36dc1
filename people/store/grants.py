"""Roles: who holds which, and what ends with one."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from people.authority import Role
from people.store.dialogues import end_dialogue
from storage.database import changed
from storage.tables import Alert, Approval, Grant, Person


async def grants_of(session: AsyncSession, person_id: int) -> list[Grant]:
    """Every role the person holds now."""
    return list(await session.scalars(select(Grant).where(Grant.person_id == person_id)))


async def holders(session: AsyncSession, roles: Iterable[Role], clinic_id: str = "") -> list[Person]:
    """Everyone holding one of `roles` at `clinic_id` (empty: everywhere)."""
    held = select(Grant.person_id).where(Grant.role.in_(list(roles)), Grant.clinic_id == clinic_id)
    return list(await session.scalars(select(Person).where(Person.id.in_(held))))


async def anyone_holds(session: AsyncSession, role: Role) -> bool:
    """Whether the role is held by anybody."""
    return bool(await session.scalar(select(exists().where(Grant.role == role))))


async def grant_by_id(session: AsyncSession, grant_id: int) -> Grant | None:
    """The role in a row, as it stands now."""
    return await session.get(Grant, grant_id, populate_existing=True)


async def every_grant(session: AsyncSession) -> list[tuple[Grant, Person]]:
    """Every role that is held, with its holder."""
    rows = await session.execute(select(Grant, Person).join(Person, Person.id == Grant.person_id))
    return [(grant, person) for grant, person in rows]


async def lock_owners(session: AsyncSession) -> list[Grant]:
    """Every owner's role, held until the commit, so that two owners cannot end each other's at once."""
    held = select(Grant).where(Grant.role == Role.OWNER).order_by(Grant.id).with_for_update()
    return list(await session.scalars(held.execution_options(populate_existing=True)))


async def silent_grants(session: AsyncSession, before: date) -> list[Grant]:
    """The roles of people last seen before a day, whoever was seen last first."""
    silent = select(Grant).join(Person, Person.id == Grant.person_id).where(Person.last_seen < before)
    return list(await session.scalars(silent.order_by(Person.last_seen.desc(), Grant.granted_on, Grant.id)))


async def drop_grant(session: AsyncSession, grant_id: int) -> bool:
    """End a role; of two who try at once, one does it."""
    return await changed(session, delete(Grant).where(Grant.id == grant_id)) == 1


async def drop_unfinished(session: AsyncSession, person_id: int, *, alerts: bool) -> None:
    """Forget the step somebody is in and void what they proposed; with `alerts`, drop their alert drafts."""
    await end_dialogue(session, person_id)
    proposed = (Approval.proposer_id == person_id, Approval.state == "open")
    await changed(session, update(Approval).where(*proposed).values(state="void"))
    if alerts:
        await changed(session, delete(Alert).where(Alert.author_id == person_id, Alert.state == "draft"))
