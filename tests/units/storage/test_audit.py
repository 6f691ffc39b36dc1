"""The audit log: whatever is changed in it afterwards is found, and what was not changed is not accused."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit, keys
from storage.audit import ENTRIES, HEADS, MAIN
from storage.audit_check import Verdict, export, verify
from storage.database import Database
from tests.acts import ON_SQLITE
from tests.conftest import RING, next_wednesday

CHAINS = (MAIN, "mae-sot", "ranong")
ACTS = 5
EACH = {MAIN: ACTS + 2, "mae-sot": ACTS, "ranong": ACTS}
"""The main chain also says that the two others were begun."""
Change = Callable[[AsyncSession], Awaitable[object]]


@pytest.fixture
async def log(database: Database) -> Database:
    """Five acts in each of three chains."""
    async with database.writing() as session:
        await write(session)
    return database


async def write(session: AsyncSession, acts: int = ACTS) -> None:
    for act in range(acts):
        for chain in CHAINS:
            await audit.record(
                session,
                "visit-booked",
                now=next_wednesday() + timedelta(minutes=act, microseconds=act),
                actor=100 + act,
                subject=f"booking:{act}",
                clinic_id="" if chain == MAIN else chain,
                detail=f"{act} visits",
                chain=chain,
            )


async def check(database: Database, noted: dict[str, set[str]] | None = None) -> Verdict:
    async with database.reading() as session:
        return await verify(session, noted)


def sql(*statements: str) -> Change:
    async def change(session: AsyncSession) -> None:
        for statement in statements:
            done = await session.execute(text(statement))
            assert getattr(done, "rowcount", 1), f"changed nothing: {statement}"

    return change


def edit(column: str, value: str, place: int) -> Any:
    statement = f"UPDATE audit SET {column} = {value} WHERE chain = 'mae-sot' AND place = {place}"
    return pytest.param(sql(statement), id=f"{column} of {place}")


BYTES = "(SELECT link FROM audit_heads WHERE chain = 'main')"
ROW = "at, actor, action, subject, clinic_id, detail, link"
COPY = "INSERT INTO audit SELECT chain, {place}, {row} FROM audit WHERE chain = 'mae-sot' AND place = {of}"
HEAD_BACK = (
    "UPDATE audit_heads SET place = 4, link = (SELECT link FROM audit WHERE chain = 'mae-sot' AND place = 4) "
    "WHERE chain = 'mae-sot'"
)
EDITS = [
    edit(column, value, place)
    for place in (1, 3, 5)
    for column, value in {
        "at": "'2026-01-01 00:00:00'",
        "actor": BYTES,
        "action": "'no-show'",
        "subject": BYTES,
        "clinic_id": "'ranong'",
        "detail": "'9 visits'",
        "link": BYTES,
        "place": "77",
    }.items()
]
CHANGES = {
    "moved to another chain": ("UPDATE audit SET chain = 'main', place = 8 WHERE chain = 'mae-sot' AND place = 5",),
    "moved to a new chain": ("UPDATE audit SET chain = 'new', place = 1 WHERE chain = 'mae-sot' AND place = 5",),
    "first deleted": ("DELETE FROM audit WHERE chain = 'mae-sot' AND place = 1",),
    "middle deleted": ("DELETE FROM audit WHERE chain = 'mae-sot' AND place = 3",),
    "last deleted": ("DELETE FROM audit WHERE chain = 'mae-sot' AND place = 5",),
    "last deleted, head set back": ("DELETE FROM audit WHERE chain = 'mae-sot' AND place = 5", HEAD_BACK),
    "middle deleted, gap closed": (
        "DELETE FROM audit WHERE chain = 'mae-sot' AND place = 3",
        "UPDATE audit SET place = 3 WHERE chain = 'mae-sot' AND place = 4",
        "UPDATE audit SET place = 4 WHERE chain = 'mae-sot' AND place = 5",
    ),
    "all of a chain deleted": ("DELETE FROM audit WHERE chain = 'mae-sot'",),
    "a chain deleted with its head": (
        "DELETE FROM audit WHERE chain = 'mae-sot'",
        "DELETE FROM audit_heads WHERE chain = 'mae-sot'",
    ),
    "the main chain deleted with its head": (
        "DELETE FROM audit WHERE chain = 'main'",
        "DELETE FROM audit_heads WHERE chain = 'main'",
    ),
    "all deleted but the heads": ("DELETE FROM audit",),
    "inserted at the end": (COPY.format(place=6, row=ROW, of=5),),
    "inserted before the first": (COPY.format(place=0, row=ROW, of=1),),
    "inserted in the middle": (
        "UPDATE audit SET place = place + 100 WHERE chain = 'mae-sot' AND place > 2",
        "UPDATE audit SET place = place - 99 WHERE chain = 'mae-sot' AND place > 2",
        COPY.format(place=3, row=ROW, of=2),
    ),
    "two in another order": (
        "UPDATE audit SET place = 77 WHERE chain = 'mae-sot' AND place = 2",
        "UPDATE audit SET place = 2 WHERE chain = 'mae-sot' AND place = 3",
        "UPDATE audit SET place = 3 WHERE chain = 'mae-sot' AND place = 77",
    ),
    "head deleted": ("DELETE FROM audit_heads WHERE chain = 'mae-sot'",),
    "head set back": (HEAD_BACK,),
    "head sealed by nobody": ("UPDATE audit_heads SET seal = link WHERE chain = 'mae-sot'",),
    "head of another chain": (
        "UPDATE audit_heads SET link = (SELECT link FROM audit_heads WHERE chain = 'ranong'), "
        "seal = (SELECT seal FROM audit_heads WHERE chain = 'ranong') WHERE chain = 'mae-sot'",
    ),
    "chains swapped": (
        "UPDATE audit SET chain = 'x' WHERE chain = 'mae-sot'",
        "UPDATE audit SET chain = 'mae-sot' WHERE chain = 'ranong'",
        "UPDATE audit SET chain = 'ranong' WHERE chain = 'x'",
        "UPDATE audit_heads SET chain = 'x' WHERE chain = 'mae-sot'",
        "UPDATE audit_heads SET chain = 'mae-sot' WHERE chain = 'ranong'",
        "UPDATE audit_heads SET chain = 'ranong' WHERE chain = 'x'",
    ),
}


async def test_an_untouched_log_has_no_fault(log: Database) -> None:
    verdict = await check(log)
    assert (verdict.entries, verdict.faults) == (sum(EACH.values()), ())
    assert verdict.heads.keys() == set(CHAINS)


async def test_an_empty_log_has_no_fault(database: Database) -> None:
    assert await check(database) == Verdict(0, (), {})


@pytest.mark.parametrize("change", [*EDITS, *(pytest.param(sql(*each), id=name) for name, each in CHANGES.items())])
async def test_whatever_is_changed_is_found(log: Database, change: Change) -> None:
    async with log.writing() as session:
        await change(session)
    verdict = await check(log)
    assert verdict.faults
    assert {fault.chain for fault in verdict.faults} & {"mae-sot", "main"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_value_that_becomes_another_is_found(log: Database, data: st.DataObject) -> None:
    async with log.writing() as session:
        table = data.draw(st.sampled_from([ENTRIES, HEADS]))
        rows = [dict(row._mapping) for row in await session.execute(select(table))]
        row = data.draw(st.sampled_from(rows))
        column = data.draw(st.sampled_from(sorted(row)))
        taken = {"chain": st.sampled_from(["x", "main2"]), "place": st.integers(50, 2**40)}
        value = data.draw(taken[column] if column in taken else _another(row[column]))
        key = (table.c.chain == row["chain"], table.c.place == row["place"])
        await session.execute(table.update().where(*key).values({column: value}))
    assert (await check(log)).faults, f"{table.name}.{column} became {value!r}"
    async with log.writing() as session:
        await session.execute(delete(table))
        await session.execute(table.insert(), rows)
    assert (await check(log)).faults == ()


def _another(value: Any) -> st.SearchStrategy[Any]:
    if isinstance(value, bytes):
        return st.binary(max_size=32).filter(lambda other: other != value)
    if isinstance(value, str):
        letters = st.characters(codec="utf-8", exclude_characters="\0")
        return st.text(letters, max_size=20).filter(lambda other: other != value)
    return st.timedeltas(timedelta(microseconds=1), timedelta(days=900)).map(lambda by: value + by)


@ON_SQLITE
@pytest.mark.parametrize("column", ["at", "actor", "place", "link"])
async def test_what_is_not_even_of_its_kind_is_a_fault_and_ends_nothing(log: Database, column: str) -> None:
    """SQLite keeps a text in any column."""
    async with log.writing() as session:
        await sql(f"UPDATE audit SET {column} = 'x' WHERE chain = 'mae-sot' AND place = 3")(session)
        await sql("UPDATE audit_heads SET seal = 'x' WHERE chain = 'ranong'")(session)
    verdict = await check(log)
    assert verdict.entries == sum(EACH.values())
    assert {(fault.chain, fault.place) for fault in verdict.faults} >= {("mae-sot", 3), ("ranong", 5)}
    async with log.reading() as session:
        assert len([entry async for entry in export(session)]) == sum(EACH.values())


async def test_with_another_key_every_entry_is_a_fault(log: Database) -> None:
    """The control: without the key nobody can continue or rewrite a chain."""
    keys.use(keys.new_ring())
    assert len((await check(log)).faults) >= sum(EACH.values())
    keys.use(RING)


async def test_a_log_put_back_as_a_whole_is_seen_against_a_noted_head(log: Database) -> None:
    async with log.reading() as session:
        before = {table: (await session.execute(select(table))).all() for table in (ENTRIES, HEADS)}
    early = (await check(log)).heads
    async with log.writing() as session:
        await write(session, 1)
    late = (await check(log)).heads
    noted = {chain: {early[chain], late[chain]} for chain in CHAINS}
    assert (await check(log, noted)).faults == ()
    async with log.writing() as session:
        for table, rows in before.items():
            await session.execute(delete(table))
            await session.execute(table.insert(), [dict(row._mapping) for row in rows])
    assert (await check(log)).faults == (), "an older state is whole in itself"
    assert {(fault.chain, fault.what) for fault in (await check(log, noted)).faults} == {
        (chain, "rolled back") for chain in CHAINS
    }
    async with log.writing() as session:
        await sql("DELETE FROM audit", "DELETE FROM audit_heads")(session)
    assert (await check(log)).faults == (), "nothing tells an emptied log from a new one"
    assert len((await check(log, noted)).faults) == 2 * len(CHAINS)


async def test_an_act_that_is_rolled_back_leaves_nothing(log: Database) -> None:
    async def act() -> None:
        async with log.writing() as session:
            await write(session, 1)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await act()
    assert (await check(log)).entries == sum(EACH.values())


async def test_the_export_names_nobody(log: Database) -> None:
    async with log.reading() as session:
        entries = [entry async for entry in export(session)]
        newest = await audit.latest(session, 2, "ranong")
    assert [entry["place"] for entry in entries if entry["chain"] == "mae-sot"] == [1, 2, 3, 4, 5]
    assert [entry.place for entry in newest] == [5, 4]
    assert entries[-1]["actor"] == audit.person_reference(104).hex()
    assert not {"100", "booking:1"} & {value for entry in entries for value in entry.values()}


@pytest.mark.parametrize(
    ("action", "detail"),
    [("Booked by Aye", ""), ("", ""), ("x" * 33, ""), ("x", "5" * 8), ("x", "y" * 81), ("x", "မင်္ဂလာပါ"), ("x", "a\nb")],
)
async def test_nothing_of_a_person_can_be_recorded(database: Database, action: str, detail: str) -> None:
    async with database.writing() as session:
        with pytest.raises(ValueError, match="not for the audit log") as refused:
            await audit.record(session, action, now=next_wednesday(), detail=detail)
    assert not detail or detail not in str(refused.value)
