"""Limits as the database counts them, for every process: in windows, by kind and person, also when all come at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.guard import REMEMBERED, Guard
from bot.incoming import Incoming
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from people import limits
from people.limits import LIMITS, What
from people.refusals import TooManyGuesses, TooManyTries
from people.store import forgetting, telegram_key
from people.store import limits as limits_kept
from storage.database import Database
from storage.tables import Limit
from tests.acts import ON_POSTGRESQL, ON_SQLITE
from tests.flows.test_limits import counted

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


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
        await forgetting.drop_run_out(session, NOW + timedelta(minutes=91))
    assert await counted(database, What.BOOKINGS) == 0


async def test_no_row_names_anybody(database: Database) -> None:
    await _count(database, 1)
    async with database.reading() as session:
        [row] = await session.scalars(select(Limit))
    assert len(row.who) == 32
    assert row.who != telegram_key(7)


async def test_a_fleeting_transaction_changes_nothing_for_the_next(database: Database) -> None:
    asking = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    answers = []
    for fleeting in (False, True, False):
        async with database.writing(fleeting=fleeting) as session:
            answers.append(await session.scalar(text(asking)))
    assert answers == ([2, 1, 2] if database.is_sqlite else ["on", "off", "on"])


def test_no_window_is_longer_than_its_rows_are_kept() -> None:
    assert max(window for _, window in LIMITS.values()) <= limits_kept.LONGEST_WINDOW
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
    monkeypatch.setattr(limits_kept, "count_up", unguarded)
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
