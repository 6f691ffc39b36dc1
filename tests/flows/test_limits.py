"""How often one person may do something: as they meet it, and as the database counts it for every process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import new_secret
from bot.guard import REMEMBERED, Guard
from bot.incoming import Incoming
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from handlers.presses.choosing import AcceptInvite
from handlers.start import INVITE_PREFIX
from people import invites, limits, store
from people.authority import Role
from people.limits import LIMITS, What
from people.refusals import TooManyGuesses, TooManyTries
from storage.database import Database
from storage.tables import Booking, Limit, Slot
from tests.acts import ON_POSTGRESQL, ON_SQLITE, is_in, take
from tests.house import House, Someone

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
QUICK = "You are quick! Please wait a few seconds."
TRIED = "You have tried many times in a short time."
GUESSED = "Several codes or links did not work."
MENU = "What do you need?"


async def counted(database: Database, what: What) -> int:
    async with database.reading() as session:
        return int(await session.scalar(select(func.sum(Limit.count)).where(Limit.what == what)) or 0)


async def floods(one: Someone, many: int, text: str = "/menu") -> list[str]:
    """Write so many times at once; what the bot wrote back."""
    before = len(one.messages)
    for _ in range(many):
        one.world.say(one.id, text)
    await one.house.quiet()
    while late := one.house.app.out._late:  # one chat gets them one after the other
        await asyncio.wait(late)
    return one.texts[before:]


# as people meet it


async def test_twenty_are_answered_then_one_kind_word_then_silence_until_the_ten_seconds_are_over(house: House) -> None:
    aye, min_ = await house.person(7), await house.person(8)
    house.advance(seconds=11)
    said = await floods(aye, 40)
    assert [MENU in text for text in said] == [True] * 20 + [False]
    assert said[-1] == QUICK
    assert MENU in await min_.says("/menu")
    house.advance(seconds=11)
    assert MENU in await aye.says("/menu")


@ON_SQLITE
async def test_a_danger_sign_is_answered_whatever_the_limit(house: House) -> None:
    aye = await house.person(7)
    await floods(aye, 40)
    assert any("1669" in text for text in await floods(aye, 1, "my friend is not breathing"))


@ON_SQLITE
async def test_beyond_the_limit_a_button_says_why_a_picture_still_goes_and_nothing_is_done(house: House) -> None:
    aye, world = await house.person(7), house.simulator.world
    await floods(aye, 40)
    await house.quiet()
    query = world.press(7, "lg1.my", message_id=aye.messages[-1].message_id)
    picture = world.send(7, "photo", content=b"passport")
    before = len(aye.messages)
    await house.quiet()
    assert world.answers[query]["text"] == QUICK
    assert picture.deleted
    assert len(aye.messages) == before
    house.advance(seconds=11)
    assert not is_in("my", await aye.says("/menu"))


@ON_SQLITE
async def test_the_word_is_said_in_ones_own_language(house: House) -> None:
    aye = await house.person(7, "km")
    house.advance(seconds=11)
    assert is_in("km", (await floods(aye, 21))[-1])


@ON_SQLITE
async def test_the_first_update_in_ten_seconds_costs_no_write_and_the_second_counts_both(house: House) -> None:
    aye = house.someone(7)
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 0
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 2
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 3
    house.advance(seconds=11)
    await aye.says("/menu")
    assert await counted(house.app.database, What.UPDATES) == 3


async def test_five_tries_for_a_place_then_a_word_when_to_try_again_and_what_else_there_is(house: House) -> None:
    times = await house.opens(capacity=1)
    for number, at in enumerate(times[:5]):
        await take(await house.person(50 + number), at)
    aye, slots = await house.person(7), await _slots(house)
    for slot in slots[:5]:
        assert "Someone has just taken the last place" in await aye.presses(encode(KeepPlace(slot, False, "", False)))
    refused = await aye.presses(encode(KeepPlace(slots[5], False, "", False)))
    assert TRIED in refused
    assert "60 minutes" in refused or "1 hour" in refused
    assert "call the clinic" in refused
    assert "🗓 My visits" in aye.labels
    assert "Which clinic" in await aye.says("/book")
    house.advance(minutes=61)
    await aye.presses(encode(KeepPlace(slots[5], False, "", False)))
    async with house.app.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Booking)) == 6


async def _slots(house: House) -> list[int]:
    async with house.app.database.reading() as session:
        return list(await session.scalars(select(Slot.id).order_by(Slot.starts_at)))


async def test_after_five_codes_that_do_not_exist_even_a_right_one_waits_a_quarter_of_an_hour(house: House) -> None:
    times = await house.opens()
    aye, noi = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot")
    code = await take(aye, times[0])
    house.advance(days=1, hours=3)
    for guess in ("AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD", "EEEEEE"):
        assert "I find no visit" in await noi.says(f"/noshow {guess}")
    assert GUESSED in await noi.says(f"/noshow {code}")
    assert "IOM clinic Mae Sot" in await noi.says("/today")
    house.advance(minutes=16)
    assert "did not come" in await noi.says(f"/noshow {code}")


@ON_SQLITE
async def test_right_codes_and_refusals_that_are_no_guesses_count_nothing(house: House) -> None:
    times = await house.opens()
    aye, noi = await house.person(7), await house.staff(500, Role.STAFF, "mae-sot")
    code = await take(aye, times[0])
    for _ in range(7):
        assert "has not begun yet" in await noi.says(f"/noshow {code}")
    house.advance(days=1, hours=3)
    for _ in range(7):
        assert "did not come" in await noi.says(f"/noshow {code}")
    assert await counted(house.app.database, What.CODES) == 0


async def _link(house: House) -> str:
    async with house.app.database.writing() as session:
        return await invites.invite(session, Role.STAFF, "mae-sot", now=house.now, new_secret=new_secret)


@ON_SQLITE
async def test_after_five_links_that_do_not_work_a_good_one_waits_and_the_menu_does_not(house: House) -> None:
    noi, good = await house.person(500), await _link(house)
    for _ in range(5):
        assert "This link does not work" in await noi.starts(INVITE_PREFIX + new_secret())
    assert GUESSED in await noi.starts(INVITE_PREFIX + good)
    assert MENU in await noi.starts()
    house.advance(minutes=16)
    assert "Your role" in await noi.starts(INVITE_PREFIX + good)


@ON_SQLITE
async def test_links_tried_by_the_button_that_strangers_get_are_counted_too(house: House) -> None:
    noi = await house.person(500)
    for _ in range(5):
        assert "This link does not work" in await noi.presses(encode(AcceptInvite("en", new_secret())))
    assert GUESSED in await noi.presses(encode(AcceptInvite("en", await _link(house))))


# as the database counts it


async def _count(database: Database, update_id: int, now: datetime = NOW, what: What = What.BOOKINGS) -> limits.Tally:
    async with database.writing() as session:
        return await limits.count(session, 7, what, update_id, now)


async def test_a_window_begins_with_the_first_and_the_same_update_counts_once(database: Database) -> None:
    hour = LIMITS[What.BOOKINGS][1]
    first = await _count(database, 1)
    assert (first.count, first.until, first.is_over) == (1, NOW + hour, False)
    assert (await _count(database, 1)).count == 1
    later = [await _count(database, number, NOW + timedelta(minutes=number)) for number in range(2, 7)]
    assert [each.count for each in later] == [2, 3, 4, 5, 6]
    assert [each.is_over for each in later] == [False, False, False, False, True]
    assert {each.until for each in later} == {NOW + hour}
    assert later[-1].minutes(NOW + timedelta(minutes=6)) == 54
    assert (await _count(database, 7, NOW + hour)).count == 1


async def test_a_clock_that_went_far_ahead_and_came_back_locks_nobody_out(database: Database) -> None:
    for number in range(1, 7):
        await _count(database, number, NOW + timedelta(hours=5))
    assert (await _count(database, 8)).count == 1


async def test_a_clock_a_little_behind_another_process_begins_no_new_window(database: Database) -> None:
    await _count(database, 1, NOW + timedelta(seconds=2))
    assert (await _count(database, 2)).count == 2


async def test_each_kind_and_each_person_is_counted_alone_and_forgotten_on_wish_or_by_the_hour(
    database: Database,
) -> None:
    await _count(database, 1)
    await _count(database, 1, what=What.CODES)
    async with database.writing() as session:
        await limits.count(session, 8, What.BOOKINGS, 1, NOW + timedelta(minutes=30))
        await limits.forgive(session, 7, What.CODES)
        await limits.forgive(session, 7, What.CODES)
    assert {what: await counted(database, what) for what in What} == dict.fromkeys(What, 0) | {What.BOOKINGS: 2}
    async with database.writing() as session:
        await limits.forget(session, 7)
    assert await counted(database, What.BOOKINGS) == 1
    async with database.writing() as session:
        await store.drop_run_out(session, NOW + timedelta(minutes=91))
    assert await counted(database, What.BOOKINGS) == 0


async def test_no_row_names_anybody(database: Database) -> None:
    await _count(database, 1)
    async with database.reading() as session:
        [row] = await session.scalars(select(Limit))
    assert len(row.who) == 32
    assert row.who != store.telegram_key(7)


async def test_a_fleeting_transaction_changes_nothing_for_the_next(database: Database) -> None:
    asking = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    answers = []
    for fleeting in (False, True, False):
        async with database.writing(fleeting=fleeting) as session:
            answers.append(await session.scalar(text(asking)))
    assert answers == ([2, 1, 2] if database.is_sqlite else ["on", "off", "on"])


def test_no_window_is_longer_than_its_rows_are_kept() -> None:
    assert max(window for _, window in LIMITS.values()) <= store.LONGEST_WINDOW
    assert set(LIMITS) == set(What)


# in two processes at once


@pytest.fixture
async def guards(database: Database, database_url: str) -> AsyncIterator[list[Guard]]:
    """The guards of two processes on one database."""
    second = Database(database_url)
    yield [Guard(database), Guard(second)]
    await second.close()


def _press(number: int) -> Incoming:
    return Incoming(number, "press", 7, text=encode(KeepPlace(1, False, "", False)))


async def _parallel(guards: list[Guard], make: Callable[[int], Incoming], many: int = 200) -> int:
    """How many of so many tries at once go through."""

    async def one(number: int) -> bool:
        try:
            await guards[number % len(guards)].attempt(make(number), NOW)
        except (TooManyTries, TooManyGuesses):
            return False
        return True

    return sum(await asyncio.gather(*(one(number) for number in range(1, many + 1))))


@pytest.mark.parametrize(
    "make",
    [_press, lambda number: Incoming(number, "command", 7, command="noshow", text="AAAAAA")],
    ids=["places", "codes"],
)
async def test_of_two_hundred_tries_at_once_in_two_processes_five_go_through(
    guards: list[Guard], make: Callable[[int], Incoming]
) -> None:
    assert await _parallel(guards, make) == 5


@ON_POSTGRESQL
async def test_counting_by_reading_first_lets_more_than_five_through(
    guards: list[Guard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: read, think, then write."""

    async def unguarded(
        session: AsyncSession, who: bytes, what: str, update_id: int, now: datetime, *_: object
    ) -> tuple[int, datetime]:
        row = await session.get(Limit, (who, what))
        seen = row.count if row else 0
        await asyncio.sleep(0.02)
        await session.merge(Limit(who=who, what=what, began_at=now, count=seen + 1, update_id=update_id))
        return seen + 1, now

    await guards[0].attempt(_press(1), NOW)  # the row is there: what races is the counting
    monkeypatch.setattr(store, "count_up", unguarded)
    assert await _parallel(guards, lambda number: _press(number + 1)) > 5


async def test_a_second_process_gives_at_most_one_update_more(guards: list[Guard]) -> None:
    through = 0
    for number in range(1, 61):
        guard, now = guards[number % 2], NOW + timedelta(milliseconds=number)
        tally = None if guard.is_muted(7, now) else await guard.update(replace(_press(number), kind="text"), now)
        through += not guard.is_muted(7, now) and not (tally and tally.is_over)
    assert 20 <= through <= 21


@ON_SQLITE
async def test_memory_is_bounded_and_a_clock_that_goes_back_silences_nobody(database: Database) -> None:
    guard = Guard(database)
    for telegram_id in range(REMEMBERED + 50):
        await guard.update(Incoming(1, "text", telegram_id), NOW)
    assert len(guard) == REMEMBERED
    for number in range(1, 30):
        await guard.update(Incoming(number, "text", 60), NOW)
    assert guard.is_muted(60, NOW)
    assert not guard.is_muted(60, NOW - timedelta(hours=1))
    assert not guard.is_muted(60, NOW + timedelta(seconds=10))
