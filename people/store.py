"""All SQL about people."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Executable, bindparam, case, delete, exists, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from people.authority import Role
from storage import keys
from storage.database import changed
from storage.tables import (
    Alert,
    Approval,
    Booking,
    Dialogue,
    Grant,
    Invite,
    Limit,
    Mute,
    Person,
    Pin,
    Quarantined,
    Tombstone,
)

ROWS_AT_ONCE = 500
"""Rows of one statement."""
LONGEST_WINDOW = timedelta(hours=1)
"""After so long no count of `people/limits.py` says anything any more."""


_BY_KEY = Person.telegram_key == bindparam("key")
_FIND = select(Person).where(_BY_KEY)
_FIND_WITH_STEP = select(Person, exists().where(Dialogue.person_id == Person.id)).where(_BY_KEY)
"""Of every update: put together once, because that costs more than to run them."""


def telegram_key(telegram_id: int) -> bytes:
    """The blind index under which a Telegram id is found."""
    return keys.in_use().blind(str(telegram_id), "people.telegram_id")


async def find_person(session: AsyncSession, telegram_id: int) -> Person | None:
    """The person with this Telegram id, if they ever chose a language."""
    return await session.scalar(_FIND, {"key": telegram_key(telegram_id)})


async def find_person_and_step(session: AsyncSession, telegram_id: int) -> tuple[Person | None, bool]:
    """The person with this Telegram id, and whether a step of theirs is kept, its hour over or not."""
    found = (await session.execute(_FIND_WITH_STEP, {"key": telegram_key(telegram_id)})).first()
    return (found[0], bool(found[1])) if found else (None, False)


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


async def people_by_keys(session: AsyncSession, found_by: Iterable[bytes]) -> dict[bytes, tuple[int, bool]]:
    """Row and discretion of whoever is known among these blind indexes; nobody of them is erased before the commit."""
    known = select(Person.telegram_key, Person.id, Person.discreet).where(Person.telegram_key.in_(list(found_by)))
    rows = await session.execute(known.order_by(Person.id).with_for_update(read=True, key_share=True))
    return {bytes(key): (person_id, discreet) for key, person_id, discreet in rows}


async def set_consent(session: AsyncSession, person: Person, version: int | None, day: date | None) -> bool:
    """Change which text somebody stands by; False when it is so already, also by another process just now."""
    differs = (Person.id == person.id, Person.consent_version.is_distinct_from(version))
    values = {"consent_version": version, "consent_day": day}
    done = await changed(session, update(Person).where(*differs).values(values)) == 1
    await session.refresh(person, ["consent_version", "consent_day"])
    return done


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


async def silent_people(session: AsyncSession, before: date, most: int) -> list[int]:
    """People last seen before a day who hold neither a role nor a visit; held until the commit."""
    silent = (
        Person.last_seen < before,
        Person.id.not_in(select(Grant.person_id)),
        ~exists().where(Booking.person_id == Person.id, Booking.status == "standing"),  # NOT IN fails beside a NULL
    )
    rows = select(Person.id).where(*silent).order_by(Person.id).limit(most).with_for_update(skip_locked=True)
    return list(await session.scalars(rows))


async def add_tombstones(session: AsyncSession, references: Iterable[bytes], day: date) -> None:
    """Note that somebody was erased; noting it twice changes nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [{"reference": reference, "erased_on": day} for reference in references]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        batch = insert(Tombstone).values(rows[start : start + ROWS_AT_ONCE])
        await session.execute(batch.on_conflict_do_nothing(index_elements=["reference"]))


async def tombstones(session: AsyncSession, since: date) -> set[bytes]:
    """The references of everybody erased since a day."""
    rows = await session.scalars(select(Tombstone.reference).where(Tombstone.erased_on >= since))
    return {bytes(reference) for reference in rows}


async def drop_tombstones(session: AsyncSession, before: date) -> int:
    """Drop what no backup is old enough to need; how many."""
    return await changed(session, delete(Tombstone).where(Tombstone.erased_on < before))


async def everybodys_ids(session: AsyncSession) -> list[int]:
    """The row of every person."""
    return list(await session.scalars(select(Person.id)))


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


async def drop_open_invites(session: AsyncSession) -> int:
    """End every link that nobody has opened yet; how many."""
    return await changed(session, delete(Invite).where(Invite.used_at.is_(None)))


async def drop_pin(session: AsyncSession, person_id: int) -> None:
    """Forget the PIN of somebody without a role."""
    await changed(session, delete(Pin).where(Pin.person_id == person_id))


async def erased_among(session: AsyncSession, references: Iterable[bytes]) -> set[bytes]:
    """Which of these references of the audit log belong to somebody who was erased."""
    known = select(Tombstone.reference).where(Tombstone.reference.in_(set(references)))
    return {bytes(reference) for reference in await session.scalars(known)}


async def drop_run_out(session: AsyncSession, now: datetime) -> None:
    """Drop steps whose hour is over, invites and approvals nobody can use, failures nobody will look at any more."""
    for statement in (
        delete(Dialogue).where(Dialogue.expires_at < now),
        delete(Invite).where(Invite.expires_at < now - timedelta(days=1)),
        delete(Quarantined).where(Quarantined.last_tried_at < now - timedelta(days=7)),
        delete(Approval).where(Approval.expires_at < now - timedelta(days=30)),
        delete(Limit).where(Limit.began_at < now - LONGEST_WINDOW),
    ):
        await changed(session, statement)


async def hold_person(session: AsyncSession, person_id: int) -> bool:
    """Let nobody else erase a person meanwhile; False: somebody just has."""
    held = select(Person.id).where(Person.id == person_id).with_for_update()
    return await session.scalar(held) is not None


async def hold_dialogue(session: AsyncSession, person_id: int) -> None:
    """Let the taps of one step happen one after the other, whichever process they come to."""
    await session.execute(select(Dialogue.person_id).where(Dialogue.person_id == person_id).with_for_update())


async def pin_of(session: AsyncSession, person_id: int) -> Pin | None:
    """The person's PIN, as it is in the database now."""
    found = select(Pin).where(Pin.person_id == person_id).execution_options(populate_existing=True)
    return await session.scalar(found)


async def put_pin(session: AsyncSession, person_id: int, pin_hash: bytes, *, open_until: datetime) -> None:
    """Set a PIN, or another one; its misses are forgotten."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"pin_hash": pin_hash, "misses": 0, "locked_until": None, "open_until": open_until}
    made = insert(Pin).values(person_id=person_id, **values)
    await changed(session, made.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def take_pin_try(
    session: AsyncSession, person_id: int, now: datetime, *, most: int, lock: timedelta
) -> tuple[bytes, int, datetime | None] | None:
    """Count a try as a miss, before anybody knows: the hash, the misses by now, and the lock they led to.

    None: locked, or no PIN. The row is held to the end of the transaction, so that no two tries are the same one.
    """
    was_locked = Pin.locked_until.is_not(None)  # and is over, or the row is not met
    values = {
        "misses": case((was_locked, 1), else_=Pin.misses + 1),
        "locked_until": case((was_locked, null()), (Pin.misses + 1 >= most, now + lock), else_=null()),
    }
    free = (Pin.person_id == person_id, Pin.locked_until.is_(None) | (Pin.locked_until <= now))
    taken = (
        await session.execute(
            update(Pin).where(*free).values(**values).returning(Pin.pin_hash, Pin.misses, Pin.locked_until)
        )
    ).first()
    return (taken.pin_hash, taken.misses, taken.locked_until) if taken else None


async def open_pin(session: AsyncSession, person_id: int, until: datetime) -> None:
    """The PIN was right: no miss counts any more."""
    values = {"misses": 0, "locked_until": None, "open_until": until}
    await changed(session, update(Pin).where(Pin.person_id == person_id).values(**values))


async def newest_approval(session: AsyncSession, action: str, subject: str) -> Approval | None:
    """The last proposal about this, as it is in the database now."""
    about = select(Approval).where(Approval.action == action, Approval.subject == subject)
    newest = about.order_by(Approval.id.desc()).limit(1)
    return await session.scalar(newest.execution_options(populate_existing=True))


async def approval_by_id(session: AsyncSession, approval_id: int) -> Approval | None:
    """One proposal."""
    return await session.get(Approval, approval_id, populate_existing=True)


async def open_approval(session: AsyncSession, **values: object) -> int | None:
    """Open a proposal and return its number; None when one about the same was opened in this moment."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(Approval).values(state="open", **values).on_conflict_do_nothing().returning(Approval.id)
    return await session.scalar(made)


async def void_approval(session: AsyncSession, approval_id: int) -> bool:
    """End a proposal that is still open."""
    still = (Approval.id == approval_id, Approval.state == "open")
    return await changed(session, update(Approval).where(*still).values(state="void")) == 1


async def take_approval(
    session: AsyncSession, approval_id: int, approver_id: int, content_hash: bytes, now: datetime
) -> bool:
    """Approve what is open and unchanged; of many who try at once, one does."""
    same = (
        Approval.id == approval_id,
        Approval.state == "open",
        Approval.content_hash == content_hash,
        Approval.expires_at > now,
    )
    return await changed(session, update(Approval).where(*same).values(state="approved", approver_id=approver_id)) == 1


async def count_up(
    session: AsyncSession,
    who: bytes,
    what: str,
    update_id: int,
    now: datetime,
    window: timedelta,
    times: int,
    since: datetime | None,
) -> tuple[int, datetime]:
    """Count something in its window, begun anew when the last is over: the count now, and when its window began.

    The update counted last is not counted again. A window that begins far ahead was begun by a clock that went wrong.
    """
    values = {"who": who, "what": what, "began_at": since or now, "count": times, "update_id": update_id}
    window_of = {"over_before": now - window, "wrong_after": now + window}
    row = (await session.execute(_counting(session.get_bind().dialect.name), values | window_of)).one()
    return row[0], row[1]


@cache
def _counting(dialect: str) -> Executable:
    """The statement of `count_up`: most people's second update in ten seconds runs it, so it is put together once."""
    limits = Limit.metadata.tables["limits"]
    counted = limits.c
    begun = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(limits)
    fresh = begun.excluded
    over = or_(counted.began_at <= bindparam("over_before"), counted.began_at > bindparam("wrong_after"))
    return begun.on_conflict_do_update(
        index_elements=["who", "what"],
        set_={
            "began_at": case((over, fresh.began_at), else_=counted.began_at),
            "count": case(
                (over, fresh["count"]),
                (counted.update_id == fresh.update_id, counted["count"]),
                else_=counted["count"] + fresh["count"],
            ),
            "update_id": fresh.update_id,
        },
    ).returning(counted["count"], counted.began_at)


async def count_down(session: AsyncSession, who: bytes, what: str) -> None:
    """Take one back from what was counted."""
    mine = (Limit.who == who, Limit.what == what, Limit.count > 0)
    await changed(session, update(Limit).where(*mine).values(count=Limit.count - 1, update_id=0))


async def drop_limits(session: AsyncSession, who: bytes) -> None:
    """Forget every count of somebody."""
    await changed(session, delete(Limit).where(Limit.who == who))


async def muted_topics(session: AsyncSession, person_id: int) -> frozenset[str]:
    """The topics of alerts that somebody turned off."""
    return frozenset(await session.scalars(select(Mute.topic).where(Mute.person_id == person_id)))


async def set_muted(session: AsyncSession, person_id: int, topic: str, muted: bool) -> None:
    """Note that somebody turned a topic off, or forget it; doing it twice changes nothing."""
    if not muted:
        await changed(session, delete(Mute).where(Mute.person_id == person_id, Mute.topic == topic))
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(Mute).values(person_id=person_id, topic=topic)
    await session.execute(row.on_conflict_do_nothing(index_elements=["person_id", "topic"]))
