"""The audit log: who did what to what, in chains that show every later change.

The rule: append only. Each entry's link is a keyed hash over the entry and the link before it; the head of a chain
says where it ends, and the main chain names every other chain. People stand in it as keyed references, so that
erasing somebody never rewrites it. `storage/audit_check.py` reads it again.
"""

import json
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import keys
from storage.tables import AuditEntry, AuditHead

MAIN = "main"
"""The chain of roles, alerts, exports, erasures: whatever belongs to no clinic's day."""
BEGUN = "chain-begun"
"""The main chain says so of every other chain, and names it in `detail`: a chain cannot vanish as a whole."""
NOTHING = b""
ACTION = re.compile(r"[a-z][a-z0-9.-]{0,31}")
DETAIL = re.compile(r"(?!.*\d{8})[ -~]{0,80}")
"""Plain letters, and no number so long that it could be a person's."""
ENTRIES: Table = AuditEntry.__table__  # type: ignore[assignment]
HEADS: Table = AuditHead.__table__  # type: ignore[assignment]

_TAKE_HEAD = select(HEADS.c.place, HEADS.c.link).where(HEADS.c.chain == bindparam("chain")).with_for_update()
_ENTER = ENTRIES.insert().values({column.name: bindparam(f"entry_{column.name}") for column in ENTRIES.columns})
_MOVE_HEAD = (
    update(HEADS)
    .where(HEADS.c.chain == bindparam("entry_chain"))
    .values(place=bindparam("entry_place"), link=bindparam("entry_link"), seal=bindparam("end_seal"))
)
_APPEND = _MOVE_HEAD.add_cte(_ENTER.cte("entry"))
"""Both in one round trip, which SQLite cannot: on PostgreSQL all who record in this chain wait for it."""


def person_reference(person_id: int | None) -> bytes:
    """How a person stands in the log (32 bytes); empty for nobody."""
    return NOTHING if person_id is None else keys.in_use().reference(f"people.id\0{person_id}")


def subject_reference(subject: str) -> bytes:
    """How a thing stands in the log, such as `booking:123` (32 bytes); empty for nothing in particular."""
    return keys.in_use().reference(f"subject\0{subject}") if subject else NOTHING


async def record(
    session: AsyncSession,
    action: str,
    *,
    now: datetime,
    actor: int | None = None,
    subject: str = "",
    on: int | None = None,
    clinic_id: str = "",
    detail: str = "",
    chain: str = MAIN,
) -> None:
    """Append one act, in the transaction that performs it: both stand, or neither.

    Call it last: on PostgreSQL the end of the chain is held from here to the commit.

    Args:
        actor: the person who acted; None for the bot itself and for the terminal.
        subject: what it was done to, such as `alert:12`; `on` instead for a person.
        detail: counts and names of roles (at most 80 letters), never anything of a person.
        chain: a clinic's id for what happens there every day, so that clinics do not wait for each other.

    Raises:
        ValueError: the action is no plain name, or the detail may tell of a person.
    """
    if not ACTION.fullmatch(action) or not DETAIL.fullmatch(detail):
        raise ValueError(f"not for the audit log: {action[:32]!r}, {len(detail)} letters of detail")
    if session.new or session.dirty or session.deleted:
        await session.flush()  # what is recorded stands before the end of the chain is taken
    head = await _take_head(session, chain)
    if not head.place and chain != MAIN:
        await record(session, BEGUN, now=now, detail=chain)
    entry: dict[str, Any] = {
        "chain": chain,
        "place": head.place + 1,
        "at": now,
        "actor": person_reference(actor),
        "action": action,
        "subject": person_reference(on) if on is not None else subject_reference(subject),
        "clinic_id": clinic_id,
        "detail": detail,
    }
    entry["link"] = link(head.link, **entry)
    values = {f"entry_{name}": value for name, value in entry.items()}
    end = {"end_seal": seal(chain, entry["place"], entry["link"])}
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(_ENTER, values)
        await session.execute(_MOVE_HEAD, values | end)
    else:
        await session.execute(_APPEND, values | end)


async def latest(session: AsyncSession, count: int, chain: str = MAIN) -> list[AuditEntry]:
    """The newest entries of a chain, newest first."""
    newest = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.place.desc()).limit(count)
    return list(await session.scalars(newest))


async def newest(
    session: AsyncSession, count: int, *, skip: int = 0, without: Collection[str] = ()
) -> list[AuditEntry]:
    """The newest entries of all chains, newest first, `without` some actions and after leaving out `skip`.

    None when they cannot even be read: `verify` says where.
    """
    order = (AuditEntry.at.desc(), AuditEntry.chain, AuditEntry.place.desc())
    shown = select(AuditEntry).where(AuditEntry.action.not_in(without)).order_by(*order)
    try:
        return list(await session.scalars(shown.offset(skip).limit(count)))
    except (TypeError, ValueError):
        return []


def link(
    before: bytes,
    chain: str,
    place: int,
    at: datetime,
    actor: bytes,
    action: str,
    subject: bytes,
    clinic_id: str,
    detail: str,
) -> bytes:
    """The keyed hash that binds an entry to the one before it."""
    instant = at.astimezone(UTC).isoformat()
    written = [before.hex(), chain, place, instant, actor.hex(), action, subject.hex(), clinic_id, detail]
    return keys.in_use().reference("link\0" + json.dumps(written))


def seal(chain: str, place: int, end: bytes) -> bytes:
    """The keyed hash that binds a head to its chain and its last entry."""
    return keys.in_use().reference(f"head\0{chain}\0{place}\0{end.hex()}")


async def _take_head(session: AsyncSession, chain: str) -> Any:
    head = (await session.execute(_TAKE_HEAD, {"chain": chain})).one_or_none()
    if head is None:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        begin = insert(HEADS).values(chain=chain, place=0, link=NOTHING, seal=NOTHING)
        await session.execute(begin.on_conflict_do_nothing(index_elements=["chain"]))
        head = (await session.execute(_TAKE_HEAD, {"chain": chain})).one()
    return head
