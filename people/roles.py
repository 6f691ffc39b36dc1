"""Who holds a role, how it ends, and the short sign by which staff are told apart: the bot knows no names.

The rule: one owner always remains. Whoever takes a role away holds every owner's row from the look to the commit.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from delivery.owing import owe
from delivery.rules import Kind
from people import recognise, rules, store
from people.authority import Role
from people.refusals import LastOwner, NotAllowed
from people.store import invites, pins
from storage import audit
from storage.tables import Grant, Person


@dataclass(frozen=True)
class Holding:
    """One role of one person, as an owner sees it."""

    grant: Grant
    tag: str
    last_seen: date

    def is_quiet(self, now: datetime) -> bool:
        """Whether the holder has been silent for so long that an owner should know."""
        return self.last_seen < (now - rules.QUIET).date()


def tag(person_id: int) -> str:
    """Four letters that stand for a person: the same every time, telling nothing without our key.

    Among 50 people two share one with a chance of 1 in 900; role, clinic and days are shown beside it.
    """
    return tag_of(audit.person_reference(person_id))


def tag_of(reference: bytes) -> str:
    """The same four letters, from the person's reference in the audit log."""
    number = int.from_bytes(reference[:3], "big") >> 4
    return "".join(rules.CROCKFORD[number >> shift & 31] for shift in (15, 10, 5, 0))


async def everybody(session: AsyncSession) -> list[Holding]:
    """Every role that is held, by role, clinic and tag."""
    order = list(Role)
    found = [Holding(grant, tag(person.id), person.last_seen) for grant, person in await store.every_grant(session)]
    return sorted(found, key=lambda one: (order.index(Role(one.grant.role)), one.grant.clinic_id, one.tag))


async def holding(session: AsyncSession, grant_id: int) -> Holding | None:
    """One of them; None when it has ended."""
    return next((one for one in await everybody(session) if one.grant.id == grant_id), None)


async def is_last_owner(session: AsyncSession, person: Person) -> bool:
    """Whether nobody would own the bot without this person. Their `/forgetme` goes through all the same, after a word
    about it: BOT_OWNERS can then name a new owner.
    """
    return [one.id for one in await store.holders(session, [Role.OWNER])] == [person.id]


async def appoint_first_owner(
    session: AsyncSession, person: Person, telegram_id: int, owners: frozenset[int], now: datetime
) -> None:
    """Make somebody of the settings the owner while there is none; noted in the audit log."""
    if await recognise.bootstrap_owner(session, person, telegram_id, owners, now):
        await audit.record(session, "first-owner", now=now, on=person.id, detail=Role.OWNER)


async def revoke(session: AsyncSession, owner: Person, grant_id: int, now: datetime) -> Grant | None:
    """End a role at once, with what its holder had begun by it, and tell them; None when it has ended already.

    Nothing has to be told to other processes: each reads the grants at the moment of acting.

    Raises:
        NotAllowed: `owner` has lost that role in this very moment.
        LastOwner: it is the role of the only owner.
    """
    owners = await store.lock_owners(session)
    if owner.id not in {grant.person_id for grant in owners}:
        raise NotAllowed
    grant = await store.grant_by_id(session, grant_id)
    if grant is None:
        return None
    if grant.role == Role.OWNER and len(owners) == 1:
        raise LastOwner
    if not await _end(session, grant):
        return None
    if grant.role == Role.OWNER:
        await invites.drop_open_invites(session)  # nobody knows whose they are: one may lead back in
    if grant.person_id != owner.id:
        key = f"{grant.id}:{grant.role}:{grant.clinic_id}"
        await owe(session, Kind.ROLE_ENDED, key, grant.person_id, grant.id, due_at=now)
    await audit.record(
        session, "revoke", now=now, actor=owner.id, on=grant.person_id, clinic_id=grant.clinic_id, detail=grant.role
    )
    return grant


async def end_dormant(session: AsyncSession, now: datetime) -> int:
    """End the roles of whoever has not been seen for 90 days, all but the last owner's; how many.

    Runs once an hour, and first of all when a process starts. The hour means: whoever comes back within it is seen
    again, so keeps the role. A day later than that, or on the first beat after an outage, the role is gone. Owners are
    told how many; the holders are not, because a phone that was silent for so long may be in other hands.
    """
    owners = await store.lock_owners(session)  # with it two sweeps wait for each other, too
    silent = await store.silent_grants(session, (now - rules.DORMANT).date())
    silent_owners = [grant.id for grant in silent if grant.role == Role.OWNER]
    spared = silent_owners[:1] if len(silent_owners) == len(owners) else []
    ended = [grant for grant in silent if grant.id not in spared and await _end(session, grant)]
    if ended:
        for owner in await store.holders(session, [Role.OWNER]):
            await owe(session, Kind.ROLES_SILENT, f"{now:%Y%m%d%H%M%S}:{owner.id}", owner.id, len(ended), due_at=now)
    for grant in ended:
        clinic = grant.clinic_id
        await audit.record(session, "dormant", now=now, on=grant.person_id, clinic_id=clinic, detail=grant.role)
    return len(ended)


async def _end(session: AsyncSession, grant: Grant) -> bool:
    """Take a role away; False when somebody else just did."""
    if not await store.drop_grant(session, grant.id):
        return False
    await store.drop_unfinished(session, grant.person_id, alerts=grant.role == Role.OPERATOR)
    if not await store.grants_of(session, grant.person_id):
        await pins.drop_pin(session, grant.person_id)
    session.expunge(grant)
    return True
