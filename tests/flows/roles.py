"""What tests about roles do in one line."""

from datetime import timedelta

from sqlalchemy import func, select

from people import roles, store
from people.authority import Role
from storage.tables import AuditEntry, Pin
from tests.house import House, Someone


async def with_pin(one: Someone) -> Someone:
    """Give somebody a PIN that has just been entered: what the keypad does is told elsewhere."""
    async with one.house.app.database.writing() as session:
        person = await store.find_person(session, one.id)
        assert person
        until = one.house.now + timedelta(minutes=10)
        await session.merge(Pin(person_id=person.id, pin_hash=b"\0" * 48, misses=0, open_until=until))
    return one


async def owner_of(house: House) -> Someone:
    return await with_pin(await house.person(900))


async def grant_of(house: House, one: Someone, role: Role = Role.STAFF) -> int:
    """The number of somebody's role."""
    async with house.app.database.reading() as session:
        person = await store.find_person(session, one.id)
        assert person
        return next(grant.id for grant in await store.grants_of(session, person.id) if grant.role == role)


async def tag_of(house: House, one: Someone) -> str:
    async with house.app.database.reading() as session:
        person = await store.find_person(session, one.id)
        assert person
        return roles.tag(person.id)


async def count(house: House, table: type) -> int:
    async with house.app.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def actions(house: House) -> list[str]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.chain, AuditEntry.place)))
