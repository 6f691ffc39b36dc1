"""Buttons are untrusted bytes: thousands mutated, foreign and replayed ones change nothing that is not the presser's.

What is wrongful is read off the database: after every few presses, each changed row must belong to the presser, to the
clinic the presser works at, or to a table of counts that the press in question is there to change.
"""

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.press_codec import LONGEST, PRESSES, Press, decode, encode
from handlers.presses.asking import Helped
from handlers.presses.choosing import ForgetMe
from handlers.presses.handoff import SendQuestion
from handlers.presses.visits import CancelVisit
from people import limits
from people.store import find_person, grants_of
from scheduling import booking, store
from scheduling.booking import Visit
from storage.tables import Booking, Person, Slot
from tests.faults.pressing import FORMER_OPERATOR, OTHER_CLINIC, REVOKED, THIRD, Run, completed, recorded
from tests.faults.rows import Change, all_rows, changes
from tests.house import House
from tests.thrift import many

MUTATED = {"sqlite": many(600, 1_500), "postgresql": many(200, 500)}
"""How many by default; `-m soak` presses `ALL`."""
ALL = 10_000
BATCH = 50
"""Presses between two looks at the whole database."""
NOBODYS: dict[type[Press], set[str]] = {
    Helped: {"votes"},
    ForgetMe: {"tombstones", "wipes", "audit", "audit_heads"},
    SendQuestion: {"owed", "shown"},  # what the staff are owed for it, and is then in their chats
}
"""Tables of nobody's that a press may change, whoever presses it."""
FORGETS = encode(ForgetMe())
ODD = (
    "",
    "0",
    "1",
    "-1",
    "+1",
    "01",
    "1_0",
    " 1",
    "１",
    "๑",
    "၁",
    "z" * 12,
    "1y2p0ij32e8e7",
    "1y2p0ij32e8e8",
    "9" * 30,
)


def mutated(draw: random.Random, known: list[str], pool: list[str]) -> str:
    """A known button as it is, or with something wrong about it. `pool` holds parts of others."""
    data = draw.choice(known)
    code, *parts = data.split(".")
    place = draw.randrange(len(parts)) if parts else 0
    match draw.randrange(12):
        case 0 | 1 | 2:
            return data
        case 3 | 4 | 5 if parts:
            parts[place] = draw.choice(pool)
        case 6 if parts:
            parts[place] = draw.choice(ODD)
        case 7 if parts and parts[place].isalnum():
            parts[place] = _neighbour(parts[place], draw.choice((-1, 1)))
        case 8:
            return data + draw.choice((".", ".1", "\0", " ", "a", "\n", "ก", "\ufeff", "." + data))
        case 9:
            code = draw.choice((code[:-1] + draw.choice("0239"), code.upper(), code[::-1], draw.choice(list(PRESSES))))
        case 10:
            parts = draw.choice((parts[:-1], parts + parts[-1:], parts[::-1], [*parts, draw.choice(pool)]))
        case _:
            flipped = bytearray(data.encode())
            flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(7)
            return flipped.decode("utf-8", "replace")
    return ".".join([code, *parts])


def _neighbour(part: str, step: int) -> str:
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"
    return part[:-1] + letters[(letters.find(part[-1]) + step) % 36]


async def wrongful(run: Run, presser: int, batch: list[str]) -> list[tuple[list[str], Change]]:
    """Press them all; what has changed that neither belongs to the presser nor is theirs to change."""
    database = run.house.app.database
    await run.house.quiet()  # what was pressed before may owe something that goes out only now
    await run.house.app.shown.flush(database, run.house.now)
    before, own, at_work = await all_rows(database), await _ids(run, presser), await _clinics(run, presser)
    allowed: set[str] = set()
    for data in batch:
        pressed = decode(data)
        allowed |= NOBODYS.get(type(pressed), set()) if pressed else set()
        await run.press(presser, data, replied=data)
        own |= await _ids(run, presser)
    found = changes(before, await all_rows(database))
    return [
        (batch, one)
        for one in found
        if one.owner not in own
        and one.table not in allowed
        and not (one.owner is None and one.clinic in at_work)
        and not (one.table == "wipes" and one.after is None)
    ]  # what is to be deleted from a chat goes from the list when the bot has done it, meanwhile


async def _ids(run: Run, telegram_id: int) -> set[object]:
    async with run.house.app.database.reading() as session:
        person = await find_person(session, telegram_id)
        return {person.id} if person else set()


async def _clinics(run: Run, telegram_id: int) -> set[object]:
    """Where somebody works; no visit that was recorded is there."""
    async with run.house.app.database.reading() as session:
        person = await find_person(session, telegram_id)
        return (
            {grant.clinic_id for grant in await grants_of(session, person.id) if grant.clinic_id} if person else set()
        )


async def attack(run: Run, known: Iterable[str], many: int) -> tuple[list[Any], Counter[str]]:
    """So many presses by those who have no right to them, a batch of each in turn."""
    draw, known = random.Random(3), list(known)
    pool = sorted({part for data in known for part in data.split(".")[1:]})
    found: list[Any] = []
    counts: Counter[str] = Counter()
    for turn in range(many // BATCH):
        pressers = (THIRD, 10_000 + turn, OTHER_CLINIC, REVOKED, FORMER_OPERATOR)
        batch = [mutated(draw, known, pool) for _ in range(BATCH)]
        batch = [data if len(data.encode()) <= LONGEST else data[:16] for data in batch]
        if pressers[turn % len(pressers)] in (OTHER_CLINIC, REVOKED, FORMER_OPERATOR):
            batch = [data for data in batch if data != FORGETS]  # whoever leaves has no old buttons any more
        counts.update("decodes" if decode(data) else "does not" for data in batch)
        found += await wrongful(run, pressers[turn % len(pressers)], batch)
    return found, counts


@pytest.fixture(autouse=True)
def _without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits would keep most presses from being tried at all."""
    monkeypatch.setattr(limits, "LIMITS", {what: (10**9, window) for what, (_, window) in limits.LIMITS.items()})


@pytest.mark.parametrize("many", [0, pytest.param(ALL, marks=pytest.mark.soak)])
async def test_thousands_of_mutated_foreign_and_replayed_buttons_do_no_wrong(house: House, many: int) -> None:
    run = await recorded(house)
    known, many = await completed(run), many or MUTATED["sqlite" if house.app.database.is_sqlite else "postgresql"]
    found, counts = await attack(run, known, many)
    figures = f"{many} of {len(known)} buttons of {len(PRESSES)} kinds: {dict(counts)}, {len(found)} wrongful changes"
    print(figures)
    assert found == [], (figures, found[:3])
    assert counts["decodes"] > many // 4, figures
    async with house.app.database.reading() as session:
        assert sorted(await session.scalars(select(Booking.status))) == ["standing"] * 3
        assert not [slot for slot in await session.scalars(select(Slot)) if slot.taken > slot.capacity]


async def test_a_wrongful_change_would_be_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: cancelling does not ask whose visit it is."""
    real = booking.cancel

    async def anybodys(session: AsyncSession, _person: Person, booking_id: int, **rest: Any) -> Visit:
        visit = await store.visit(session, booking_id)
        assert visit
        return await real(session, await session.get_one(Person, visit[0].person_id), booking_id, **rest)

    run = await recorded(house)
    async with house.app.database.reading() as session:
        standing = list(await session.scalars(select(Booking.id)))
    batch = [encode(CancelVisit(standing[0]))]
    assert await wrongful(run, THIRD, batch) == []
    monkeypatch.setattr(booking, "cancel", anybodys)
    tables = {change.table for _, change in await wrongful(run, THIRD, batch)}
    assert {"bookings", "slots"} <= tables
