"""The audit log: who did what to what, in chains that show every later change.

The rule: append only. Each entry's link is a keyed hash over the entry and the link before it; the head of a chain
says where it ends. People stand in it as keyed references, so that erasing somebody never rewrites it.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import keys
from storage.tables import AuditEntry, AuditHead

MAIN = "main"
"""The chain of roles, alerts, exports, erasures: whatever belongs to no clinic's day."""
NOTHING = b""
PAGE = 1000
"""Entries read at once while a chain is verified."""


@dataclass(frozen=True)
class Fault:
    """Something in a chain that `record` did not write there."""

    chain: str
    place: int
    what: Literal["changed", "missing", "foreign", "end"]
    """`changed`: the entry or the one before it. `missing`: no entry at this place. `foreign`: one too many.
    `end`: the head does not match the last entry."""


@dataclass(frozen=True)
class Verdict:
    """What verifying found: entries read, faults, and the head of each chain (hex), to be noted elsewhere."""

    entries: int
    faults: tuple[Fault, ...]
    heads: dict[str, str]


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
        actor: the person who acted; None for the bot itself.
        subject: what it was done to, such as `alert:12`; `on` instead for a person.
        detail: counts and names of roles (at most 80 letters), never anything of a person.
    """
    head = await _take_head(session, chain)
    entry = AuditEntry(
        chain=chain,
        place=head.place + 1,
        at=now,
        actor=person_reference(actor),
        action=action,
        subject=person_reference(on) if on is not None else subject_reference(subject),
        clinic_id=clinic_id,
        detail=detail,
    )
    entry.link = _link(head.link, entry)
    session.add(entry)
    head.place, head.link = entry.place, entry.link
    head.seal = _seal(head)
    await session.flush()


async def verify(session: AsyncSession) -> Verdict:
    """Read every chain from its beginning and name whatever was edited, deleted, inserted or put in another order."""
    faults: list[Fault] = []
    heads = {head.chain: head for head in await session.scalars(select(AuditHead).order_by(AuditHead.chain))}
    last: dict[str, AuditEntry] = {}
    count = 0
    async for entry in _entries(session):
        count += 1
        before = last.get(entry.chain)
        place, link = (before.place, before.link) if before else (0, NOTHING)
        if entry.place <= place:
            faults.append(Fault(entry.chain, entry.place, "foreign"))
            continue
        faults += [Fault(entry.chain, gone, "missing") for gone in range(place + 1, min(entry.place, place + PAGE))]
        if entry.link != _link(link, entry):
            faults.append(Fault(entry.chain, entry.place, "changed"))
        last[entry.chain] = entry
    for chain in sorted({*heads, *last}):
        head, end = heads.get(chain), last.get(chain)
        reached = (end.place, end.link) if end else (0, NOTHING)
        if head is None or head.seal != _seal(head) or (head.place, head.link) != reached:
            faults.append(Fault(chain, reached[0], "end"))
    return Verdict(count, tuple(faults), {chain: head.link.hex() for chain, head in heads.items()})


async def latest(session: AsyncSession, count: int, chain: str = MAIN) -> list[AuditEntry]:
    """The newest entries of a chain, newest first."""
    newest = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.place.desc()).limit(count)
    return list(await session.scalars(newest))


async def _take_head(session: AsyncSession, chain: str) -> AuditHead:
    taken = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    head = await session.scalar(taken.execution_options(populate_existing=True))
    if head is None:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        begin = insert(AuditHead).values(chain=chain, place=0, link=NOTHING, seal=NOTHING)
        await session.execute(begin.on_conflict_do_nothing(index_elements=["chain"]))
        head = (await session.scalars(taken)).one()
    return head


async def _entries(session: AsyncSession) -> AsyncIterator[AuditEntry]:
    chain, place = "", 0
    while True:
        after = (AuditEntry.chain > chain) | ((AuditEntry.chain == chain) & (AuditEntry.place > place))
        page = select(AuditEntry).where(after).order_by(AuditEntry.chain, AuditEntry.place).limit(PAGE)
        entries = list(await session.scalars(page))
        for entry in entries:
            yield entry
        if len(entries) < PAGE:
            return
        chain, place = entries[-1].chain, entries[-1].place
        session.expunge_all()


def _link(before: bytes, entry: AuditEntry) -> bytes:
    written = [
        before.hex(),
        entry.chain,
        entry.place,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor.hex(),
        entry.action,
        entry.subject.hex(),
        entry.clinic_id,
        entry.detail,
    ]
    return keys.in_use().reference("link\0" + json.dumps(written))


def _seal(head: AuditHead) -> bytes:
    return keys.in_use().reference(f"head\0{head.chain}\0{head.place}\0{head.link.hex()}")
