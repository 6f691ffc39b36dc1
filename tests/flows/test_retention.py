"""What is forgotten by itself."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.beats.housekeeping import Housekeeping
from people.authority import Role
from storage.database import Database
from storage.tables import (
    Approval,
    AuditEntry,
    Booking,
    Consent,
    Limit,
    Owed,
    Person,
    Shown,
    Slot,
    Table,
    Tombstone,
    Wipe,
)
from tests.acts import ON_POSTGRESQL, cleared, take
from tests.house import House


async def _count(database: Database, table: type[Table]) -> int:
    async with database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def _everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the log of who did what and the sending pace."""
    found = {}
    async with database.reading() as session:
        for table in Table.metadata.sorted_tables:
            if table.name not in ("pace", "limits"):
                rows = await session.execute(select(table))
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


async def test_a_visit_is_erased_thirty_days_after_its_day_and_not_before(house: House) -> None:
    times = await house.opens()
    aye = await house.person(7)
    await take(aye, times[1])
    house.advance(days=30)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(house.app.database, Booking) == 1
    house.advance(days=2)
    await house.by_hand(house.app.housekeeping.run(house.now))
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(house.app.database, Booking) == 0
    assert await _count(house.app.database, Slot) == 0
    assert "no visits to come" in await aye.says("/mine")


async def test_what_went_out_is_forgotten_with_the_visit(house: House) -> None:
    times = await house.opens()
    aye = await house.person(7)
    await take(aye, times[1])
    assert await _count(house.app.database, Owed) == 3
    house.advance(days=33)
    await house.quiet()
    house.advance(days=33)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(house.app.database, Owed) == 0


async def test_someone_silent_for_half_a_year_is_erased_without_a_word_but_staff_and_visitors_stay(
    house: House,
) -> None:
    aye, nurse = await house.person(7), await house.staff(200, Role.STAFF, "mae-sot")
    before = len(aye.messages)
    for _ in range(3):
        house.advance(days=59.6)
        await nurse.says("/today")
        await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(house.app.database, Person) == 2
    house.advance(days=3)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(house.app.database, Person) == 1
    assert len(aye.messages) == before
    assert "Mae Sot" in await nurse.says("/today")
    assert await _count(house.app.database, Tombstone) == 1
    assert await _count(house.app.database, Consent) == 0


async def test_the_hourly_run_comes_by_itself(house: House) -> None:
    times = await house.opens()
    aye = await house.person(7)
    await take(aye, times[1])
    house.advance(days=40)
    async with asyncio.timeout(20):
        while await _count(house.app.database, Booking):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)


async def test_what_serves_for_a_while_is_forgotten_after_it(house: House) -> None:
    """Message ids after 48 hours, wipes with them, approvals 30 days after their end, tombstones after 400 days."""
    database = house.app.database
    aye, min_ = await house.person(7), await house.person(8)
    await cleared(house)
    assert await _count(database, Shown) == 4
    async with database.writing() as session:
        expired = house.now + timedelta(days=1)
        session.add(Approval(action="alert", subject="alert:1", content_hash=bytes(32), expires_at=expired))
        session.add(Wipe(telegram_id="7", message_ids="[1]", due_at=house.now + timedelta(days=9), expires_at=expired))
    await min_.says("/forgetme")
    await min_.taps("Yes, erase everything")
    house.advance(hours=47)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(database, Shown) == 2
    house.advance(hours=2)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert [await _count(database, table) for table in (Shown, Wipe, Approval, Limit)] == [0, 0, 1, 0]
    house.advance(days=31)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(database, Approval) == 0
    house.advance(days=366)
    await house.by_hand(house.app.housekeeping.run(house.now))
    erased_on_that_day = await _count(database, Tombstone)
    house.advance(days=4)
    await house.by_hand(house.app.housekeeping.run(house.now))
    assert await _count(database, Tombstone) == erased_on_that_day - 1
    if house.app.housekeeping.file:
        assert len(house.app.housekeeping.file.read()) == erased_on_that_day - 1
    assert aye.screen


async def test_a_second_run_changes_nothing(house: House) -> None:
    aye, times = await house.person(7), await house.opens()
    await take(aye, times[0])
    await house.staff(200, Role.STAFF, "mae-sot")
    await cleared(house)
    for days in (0, 3, 40, 200):
        house.advance(days=days)
        await house.quiet()
        await house.by_hand(house.app.housekeeping.run(house.now))
        once = await _everything(house.app.database)
        await house.by_hand(house.app.housekeeping.run(house.now))
        assert await _everything(house.app.database) == once, days
    assert once["people"] == []


@ON_POSTGRESQL
async def test_two_processes_may_forget_at_the_same_moment(house: House) -> None:
    for number in range(30):
        await house.person(1000 + number, agreed=False)
    await cleared(house)
    house.advance(days=200)
    second = Database(house.settings.database_url)
    try:
        both = [house.app.housekeeping, Housekeeping(second, lambda: house.now, None, asyncio.Event())]
        await asyncio.gather(*(one.run(house.now) for one in both for _ in range(2)))
    finally:
        await second.close()
    assert await _count(house.app.database, Person) == 0
    assert await _count(house.app.database, Tombstone) == 30
    async with house.app.database.reading() as session:
        swept = list(await session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "forgotten")))
    assert sum(int(line.partition(": ")[2]) for line in swept if line.startswith("people")) == 30
