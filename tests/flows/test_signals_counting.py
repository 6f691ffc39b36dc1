"""What people ask about is counted without anybody's row: once a day, and by nobody who reads it."""

import asyncio

import pytest
from sqlalchemy import func, select

from answers import store
from answers.signals import day_of, week_of
from bot.app import App
from handlers.press_codec import encode
from handlers.presses.asking import NoneOfThese, ShowTopic
from handlers.presses.choosing import ForgetMe
from people.authority import Role
from people.store import find_person
from storage.database import Database
from storage.failures import is_outage
from storage.tables import AskedDay, AskedWeek, Person
from tests.acts import ON_POSTGRESQL, ON_SQLITE, count, until
from tests.house import House, Someone
from tests.outage import away


async def counted(house: House) -> dict[tuple[str, str, str], int]:
    """What stands in the database for this week, once everything counted is written."""
    await house.app.dispatcher.unit.asked.flush(house.app.database, house.now, at_once=True)
    async with house.app.database.reading() as session:
        rows = await store.asked_weeks(session, week_of(day_of(house.now)))
    return {(subject, language, province): times for _, subject, language, province, times in rows}


async def chooses_province(one: Someone, code: str) -> None:
    async with one.house.app.database.writing() as session:
        person = await find_person(session, one.id)
        assert person
        person.alert_province = code


async def test_what_people_ask_about_is_counted_by_language_and_by_province_apart(house: House) -> None:
    aye, sokha, stranger = await house.person(7, "my"), await house.person(8, "km"), house.someone(9, "km")
    await chooses_province(sokha, "23")
    await aye.says("သွေးလွန်တုပ်ကွေး")
    await sokha.presses(encode(ShowTopic("dengue", "")))
    await stranger.says("គ្រុនឈាម")
    await aye.says("my neighbour plays the guitar too loud at night")
    await sokha.presses(encode(NoneOfThese()))
    await aye.says("အသက်မရှူတော့ဘူး")
    found = await counted(house)
    assert found[("dengue", "my", "")] == 1
    assert found[("dengue", "km", "")] == 2
    assert found[("dengue", "", "23")] == 1
    assert found[("dengue", "", "-")] == 2
    assert found[("none", "", "23")] == found[("none", "", "-")] == 1
    assert found[("sign:not-breathing", "my", "")] == found[("sign:not-breathing", "", "-")] == 1
    assert not [key for key in found if key[1] and key[2]], "language and province never meet in one row"


@ON_SQLITE
async def test_asking_again_the_same_day_counts_once_and_the_next_day_again(house: House) -> None:
    aye = await house.person(7, "en")
    for _ in range(3):
        await aye.says("dengue")
        await aye.presses(encode(ShowTopic("dengue", "")))
    assert (await counted(house))[("dengue", "en", "")] == 1
    house.advance(hours=13)  # 23:00
    await aye.says("dengue")
    assert (await counted(house))[("dengue", "en", "")] == 1
    house.advance(hours=2)  # after midnight in Thailand
    await aye.says("dengue")
    assert (await counted(house))[("dengue", "en", "")] == 2


@ON_SQLITE
async def test_what_is_no_question_is_not_counted(house: House) -> None:
    aye, operator = await house.person(7, "en"), await house.staff(1, Role.OPERATOR)
    await aye.says("hello")
    await aye.says("hospital")  # only a choice between topics
    await aye.presses(encode(ShowTopic("nothing-of-ours", "")))
    await aye.says("/mine")
    await operator.says("/signals")
    assert await counted(house) == {}


async def test_readers_leave_counts_and_no_rows_of_their_own(house: House) -> None:
    for number in range(20):
        await house.someone(100 + number, "en").says("dengue")
    assert (await counted(house))[("dengue", "en", "")] == 20
    assert await count(house, Person) == 0


@ON_POSTGRESQL
async def test_counts_reach_the_database_with_the_stop_of_the_bot_and_wait_while_it_is_away(house: House) -> None:
    aye = await house.person(7, "en")
    memory = house.app.dispatcher.unit.asked
    memory._next = float("inf")  # no beat writes them before their time
    await aye.says("dengue")
    async with away(house.settings.database_url):
        with pytest.raises(Exception, match=r".") as error:
            await memory.flush(house.app.database, house.now, at_once=True)
        assert is_outage(error.value)
    await house.app.stop()
    database = Database(house.settings.database_url)
    async with database.reading() as session:
        assert await session.scalar(select(func.sum(AskedDay.times)).where(AskedDay.language == "en")) == 1
    await database.close()
    house.app = App(house.settings, now=house.simulator.world.clock.now, finder=house.app.house.finder)
    await house.app.start()


@ON_SQLITE
async def test_counts_are_written_by_themselves_within_seconds_and_nobody_is_remembered_after_midnight(
    house: House,
) -> None:
    aye = await house.person(7, "en")
    await aye.says("dengue")
    memory = house.app.dispatcher.unit.asked
    await until(lambda: not memory._counts, 8)
    async with asyncio.timeout(8):
        while not await count(house, AskedWeek):  # noqa: ASYNC110 - the end of the transaction tells nobody
            await asyncio.sleep(0.05)
    assert len(memory._met) == 1
    house.advance(hours=15)
    await until(lambda: memory._met == {}, 8)


@ON_SQLITE
async def test_whoever_leaves_is_not_remembered_until_midnight(house: House) -> None:
    aye = await house.person(7, "en")
    await aye.says("dengue")
    memory = house.app.dispatcher.unit.asked
    assert len(memory._met) == 1
    await aye.says("/forgetme")
    await aye.presses(encode(ForgetMe()))
    assert memory._met == {}
    assert (await counted(house))[("dengue", "en", "")] == 1
