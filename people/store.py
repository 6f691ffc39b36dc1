"""All SQL about people."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from people.authority import Role
from storage import keys
from storage.database import changed
from storage.tables import Booking, Dialogue, Grant, Invite, Owed, Person, Quarantined


def telegram_key(telegram_id: int) -> bytes:
    """The blind index under which a Telegram id is found."""
    return keys.in_use().blind(str(telegram_id), "people.telegram_id")


async def find_person(session: AsyncSession, telegram_id: int) -> Person | None:
    """The person with this Telegram id, if they ever chose a language."""
    return await session.scalar(select(Person).where(Person.telegram_key == telegram_key(telegram_id)))


async def person_by_id(session: AsyncSession, person_id: int) -> Person | None:
    """The person of a row."""
    return await session.get(Person, person_id)


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


async def drop_person(session: AsyncSession, person_id: int) -> None:
    """Delete a person with all that hangs on the row, and what is still owed to them."""
    await session.execute(delete(Owed).where(Owed.person_id == person_id, Owed.state.in_(("pending", "claimed"))))
    await session.execute(delete(Person).where(Person.id == person_id))


async def mark_unreachable(session: AsyncSession, person_id: int) -> None:
    """Telegram refuses to deliver to this person; their choices stay."""
    await session.execute(update(Person).where(Person.id == person_id).values(reachable=False))


async def mark_seen(session: AsyncSession, person: Person, day: date) -> None:
    """Note the day of the last message; a message also proves that the person can be reached."""
    if person.last_seen != day or not person.reachable:
        person.last_seen, person.reachable = day, True
        await session.flush()


async def take_invite(session: AsyncSession, code_hash: bytes, now: datetime) -> bool:
    """Use an invite up, if it is still good; of many who try at once, one gets it."""
    fresh = (Invite.code_hash == code_hash, Invite.used_at.is_(None), Invite.expires_at > now)
    return await changed(session, update(Invite).where(*fresh).values(used_at=now)) == 1


async def find_invite(session: AsyncSession, code_hash: bytes) -> Invite | None:
    """The invite with this code, good or not."""
    return await session.scalar(select(Invite).where(Invite.code_hash == code_hash))


async def open_dialogue(session: AsyncSession, person_id: int, now: datetime) -> Dialogue | None:
    """The step the person is in, unless its hour is over."""
    found = await session.get(Dialogue, person_id)
    return found if found and found.expires_at > now else None


async def end_dialogue(session: AsyncSession, person_id: int) -> None:
    """Forget the step."""
    await session.execute(delete(Dialogue).where(Dialogue.person_id == person_id))


async def erase_silent(session: AsyncSession, before: date) -> int:
    """Erase people last seen before a day who hold neither a role nor a visit; how many."""
    silent = (
        Person.last_seen < before,
        Person.id.not_in(select(Grant.person_id)),
        Person.id.not_in(select(Booking.person_id).where(Booking.status == "standing")),
    )
    return await changed(session, delete(Person).where(*silent))


async def drop_run_out(session: AsyncSession, now: datetime) -> None:
    """Drop steps whose hour is over, invites nobody can use, and failures nobody will look at any more."""
    for statement in (
        delete(Dialogue).where(Dialogue.expires_at < now),
        delete(Invite).where(Invite.expires_at < now - timedelta(days=1)),
        delete(Quarantined).where(Quarantined.last_tried_at < now - timedelta(days=7)),
    ):
        await changed(session, statement)
