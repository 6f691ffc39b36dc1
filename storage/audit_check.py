"""Reading the audit log again: whether it is as `storage/audit.py` wrote it, and all of it as plain values.

The rule: nothing that is found in the tables may end the reading; whatever cannot be read is a fault of its place.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import BEGUN, ENTRIES, HEADS, MAIN, NOTHING, link, seal

PAGE = 1000
"""Entries read at once."""
What = Literal["changed", "missing", "foreign", "end", "rolled back"]


@dataclass(frozen=True)
class Fault:
    """Something in a chain that `record` did not write there."""

    chain: str
    place: int
    what: What
    """`changed`: the entry or the one before it. `missing`: no entry at this place; at 0 the chain as a whole.
    `foreign`: one too many; at 0 a chain that was never begun. `end`: the head does not match the last entry.
    `rolled back`: an end that was noted earlier is not on the chain."""


@dataclass(frozen=True)
class Verdict:
    """What verifying found: entries read, faults, and the head of each chain (hex), to be noted elsewhere."""

    entries: int
    faults: tuple[Fault, ...]
    heads: dict[str, str]


class _Chain:
    """One chain while it is read."""

    def __init__(self, name: str) -> None:
        self.name, self.place, self.link = name, 0, NOTHING
        self.links: set[str] = set()
        self.faults: list[Fault] = []

    def take(self, place: Any, entry: Mapping[str, Any] | None, noted: set[str]) -> None:
        if not isinstance(place, int) or place <= self.place:
            self.faults.append(Fault(self.name, place if isinstance(place, int) else 0, "foreign"))
            return
        gone = range(self.place + 1, min(place, self.place + PAGE))
        self.faults += [Fault(self.name, each, "missing") for each in gone]
        if entry is None or not _holds(self.link, entry):
            self.faults.append(Fault(self.name, place, "changed"))
        end = entry["link"] if entry else NOTHING
        self.place, self.link = place, end if isinstance(end, bytes) else NOTHING
        self.links |= {self.link.hex()} & noted


async def verify(session: AsyncSession, noted: Mapping[str, set[str]] | None = None) -> Verdict:
    """Read every chain from its beginning and name whatever was edited, deleted, inserted or put in another order.

    Whoever holds a copy of the database and nothing else can only put an older state back as a whole; comparing with
    heads that were noted elsewhere shows that too.

    Args:
        session: new, so that all is read as of one instant, while others append.
        noted: heads (hex) as earlier runs gave them, by chain.
    """
    noted = noted or {}
    await _as_of_one_instant(session)
    heads = await _heads(session)
    chains: dict[str, _Chain] = {}
    begun: set[str] = set()
    count = 0
    async for name, place, entry in _entries(session):
        count += 1
        chain = chains.setdefault(name, _Chain(name))
        chain.take(place, entry, noted.get(name, set()))
        if entry and name == MAIN and entry["action"] == BEGUN:
            begun.add(entry["detail"])
    faults: list[Fault] = []
    for name in sorted({*heads, *chains, *begun, *noted}):
        chain, head = chains.get(name) or _Chain(name), heads.get(name)
        faults += chain.faults
        if name != MAIN and chain.place and name not in begun:
            faults.append(Fault(name, 0, "foreign"))
        if name in begun and not chain.place:
            faults.append(Fault(name, 0, "missing"))
        if (name in heads or chain.place) and not _ends(head, chain):
            faults.append(Fault(name, chain.place, "end"))
        faults += [Fault(name, 0, "rolled back")] * len(noted.get(name, set()) - chain.links)
    return Verdict(
        count, tuple(faults), {name: head.link.hex() for name, head in heads.items() if head and _is_read(head)}
    )


async def export(session: AsyncSession) -> AsyncIterator[dict[str, Any]]:
    """Every entry as plain values, chain by chain; what cannot be read is an entry of its chain and place alone."""
    await _as_of_one_instant(session)
    async for chain, place, entry in _entries(session):
        if entry is None:
            yield {"chain": chain, "place": place}
            continue
        plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in entry.items()}
        yield plain | {"at": entry["at"].isoformat()}


async def _as_of_one_instant(session: AsyncSession) -> None:
    if session.get_bind().dialect.name != "sqlite":  # a reading transaction of SQLite is a snapshot anyway
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


async def _heads(session: AsyncSession) -> dict[str, Row[Any] | None]:
    found: dict[str, Row[Any] | None] = {}
    for chain in (await session.scalars(select(HEADS.c.chain).order_by(HEADS.c.chain))).all():
        try:
            found[chain] = (await session.execute(select(HEADS).where(HEADS.c.chain == chain))).one()
        except (TypeError, ValueError):
            found[chain] = None
    return found


async def _entries(session: AsyncSession) -> AsyncIterator[tuple[str, Any, Mapping[str, Any] | None]]:
    key = (ENTRIES.c.chain, ENTRIES.c.place)
    after: tuple[str, Any] | None = None
    while True:
        page = select(*key).order_by(*key).limit(PAGE)
        if after:
            page = page.where((key[0] > after[0]) | ((key[0] == after[0]) & (key[1] > after[1])))
        places = [(chain, place) for chain, place in await session.execute(page)]
        for (chain, place), entry in zip(places, await _read(session, places), strict=True):
            yield chain, place, entry
        if len(places) < PAGE:
            return
        after = places[-1]


async def _read(session: AsyncSession, places: list[tuple[str, Any]]) -> list[Mapping[str, Any] | None]:
    if not places:
        return []
    (first, low), (last, high) = places[0], places[-1]
    chain, place = ENTRIES.c.chain, ENTRIES.c.place
    span = ((chain > first) | ((chain == first) & (place >= low))) & (
        (chain < last) | ((chain == last) & (place <= high))
    )
    try:
        rows = await session.execute(select(ENTRIES).where(span).order_by(chain, place))
        return [dict(row._mapping) for row in rows]
    except (TypeError, ValueError):  # something in it is not even of its column's kind (SQLite keeps anything)
        if len(places) == 1:
            return [None]
    middle = len(places) // 2
    return await _read(session, places[:middle]) + await _read(session, places[middle:])


def _holds(before: bytes, entry: Mapping[str, Any]) -> bool:
    values = {name: value for name, value in entry.items() if name != "link"}
    try:
        return bool(entry["link"] == link(before, **values))
    except (AttributeError, TypeError, ValueError):
        return False


def _is_read(head: Any) -> bool:
    return head is not None and isinstance(head.link, bytes) and isinstance(head.seal, bytes)


def _ends(head: Any, chain: _Chain) -> bool:
    if not _is_read(head) or (head.place, head.link) != (chain.place, chain.link):
        return False
    return bool(head.seal == seal(chain.name, head.place, head.link))
