"""What is forgotten by itself."""

from sqlalchemy import func, select

from people.authority import Role
from storage.database import Database
from storage.tables import Booking, Owed, Person, Slot, Table
from tests.house import House


async def _count(database: Database, table: type[Table]) -> int:
    async with database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def test_a_visit_is_erased_thirty_days_after_its_day_and_not_before(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await aye.presses("bt1.2")
    house.advance(days=30)
    await house.app.housekeeping.run(house.now)
    assert await _count(house.app.database, Booking) == 1
    house.advance(days=2)
    await house.app.housekeeping.run(house.now)
    await house.app.housekeeping.run(house.now)
    assert await _count(house.app.database, Booking) == 0
    assert await _count(house.app.database, Slot) == 0
    assert "no visits to come" in await aye.says("/mine")


async def test_what_went_out_is_forgotten_with_the_visit(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await aye.presses("bt1.2")
    assert await _count(house.app.database, Owed) == 3
    house.advance(days=33)
    await house.quiet()
    house.advance(days=33)
    await house.app.housekeeping.run(house.now)
    assert await _count(house.app.database, Owed) == 0


async def test_someone_silent_for_half_a_year_is_erased_without_a_word_but_staff_and_visitors_stay(
    house: House,
) -> None:
    aye, nurse = await house.person(7), await house.staff(200, Role.STAFF, "mae-sot")
    before = len(aye.messages)
    house.advance(days=179)
    await house.app.housekeeping.run(house.now)
    assert await _count(house.app.database, Person) == 2
    house.advance(days=3)
    await house.app.housekeeping.run(house.now)
    assert await _count(house.app.database, Person) == 1
    assert len(aye.messages) == before
    assert "Mae Sot" in await nurse.says("/today")


async def test_the_hourly_run_comes_by_itself(house: House) -> None:
    await house.opens()
    aye = await house.person(7)
    await aye.presses("bt1.2")
    house.advance(days=40)
    for _ in range(200):
        await house.quiet()
        if not await _count(house.app.database, Booking):
            break
    assert await _count(house.app.database, Booking) == 0
