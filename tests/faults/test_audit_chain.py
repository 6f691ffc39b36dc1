"""Many who act at once, through two processes' pools: one chain, no fork, no gap. And the control without the guard."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit
from storage.audit import ENTRIES, HEADS, MAIN
from storage.audit_check import Verdict, verify
from storage.database import Database
from storage.failures import is_transient
from tests.acts import ON_POSTGRESQL
from tests.conftest import next_wednesday

ACTS = 200


async def act_at_once(database: Database, database_url: str, chains: list[str]) -> int:
    """Two hundred acts, every other one through a pool of its own; how many were lost."""
    second = Database(database_url)
    try:
        done = (_act([database, second][act % 2], act, chains[act % len(chains)]) for act in range(ACTS))
        return (await asyncio.gather(*done)).count(False)
    finally:
        await second.close()


async def _act(database: Database, act: int, chain: str) -> bool:
    for _ in range(3):  # as the dispatcher does
        try:
            async with database.writing() as session:
                await audit.record(session, "visit-booked", now=next_wednesday(), actor=act, chain=chain)
        except IntegrityError:
            return False
        except Exception as error:
            if not is_transient(error):
                raise
        else:
            return True
    return False


async def verdict(database: Database) -> Verdict:
    async with database.reading() as session:
        return await verify(session)


@pytest.mark.parametrize("chains", [[MAIN], ["mae-sot", "ranong"]], ids=["one chain", "two clinics"])
async def test_two_hundred_acts_at_once_leave_no_fork_and_no_gap(
    database: Database, database_url: str, chains: list[str]
) -> None:
    assert await act_at_once(database, database_url, chains) == 0
    found = await verdict(database)
    begun = len(chains) if chains != [MAIN] else 0
    assert (found.entries, found.faults) == (ACTS + begun, ())
    async with database.reading() as session:
        actors = set(await session.scalars(select(ENTRIES.c.actor).where(ENTRIES.c.action == "visit-booked")))
    assert len(actors) == ACTS


async def test_a_log_is_whole_also_while_it_is_being_written(database: Database, database_url: str) -> None:
    writing = asyncio.create_task(act_at_once(database, database_url, [MAIN]))
    seen = []
    while not writing.done():
        seen.append(await verdict(database))
        await asyncio.sleep(0)
    assert await writing == 0
    assert [each.faults for each in seen] == [()] * len(seen)
    assert len({each.entries for each in seen}) > 1, "nothing was written meanwhile"


@ON_POSTGRESQL
async def test_without_taking_the_head_the_chain_forks(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control. SQLite has one writer, so that only PostgreSQL can show what the guard is for."""

    async def look(session: AsyncSession, chain: str) -> Any:
        seen = (await session.execute(select(HEADS.c.place, HEADS.c.link).where(HEADS.c.chain == chain))).one()
        await asyncio.sleep(0.01)
        return seen

    await _act(database, 0, MAIN)
    monkeypatch.setattr(audit, "_take_head", look)
    assert await act_at_once(database, database_url, [MAIN]) > 0, "two took the same place, and one was lost"


@ON_POSTGRESQL
async def test_a_fork_that_even_the_key_of_the_table_lets_pass_is_found(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the control: both branches are written, with places of their own, and verifying sees it."""
    places = iter(range(1, 10_000))

    async def look(session: AsyncSession, chain: str) -> Any:
        seen = (await session.execute(select(HEADS.c.link).where(HEADS.c.chain == chain))).one()
        await asyncio.sleep(0.01)
        return type("Seen", (), {"place": next(places), "link": seen.link})

    await _act(database, 0, MAIN)
    monkeypatch.setattr(audit, "_take_head", look)
    assert await act_at_once(database, database_url, [MAIN]) == 0
    assert len((await verdict(database)).faults) > 1
