"""An alert to ten thousand people while the bot is killed three times; what arrived is counted by who was called.

`make bench` plays the same with a hundred thousand, and more besides (benchmarks/README.md).
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

import aiohttp
import pytest

from answers.ask import Finder
from benchmarks.delivery import people as people
from benchmarks.delivery.__main__ import BURSTS, FROZEN, controls
from benchmarks.delivery.calls import MARK, Fate, Kind, Trouble, busiest_second
from benchmarks.delivery.campaign import play
from benchmarks.delivery.result import REMINDED, Place, Plan, Result
from benchmarks.delivery.table import OWED_WITHIN, lawless, table, wrong
from benchmarks.delivery.telegram import TOKEN, CountingTelegram
from benchmarks.delivery.witness import Witness
from storage.database import Database
from tests.acts import ON_POSTGRESQL
from tests.conftest import RING
from tests.thrift import many

soak = pytest.mark.soak
PERSON = 50_000_001
AUDIENCE, TROUBLED = many(2_500, 10_000), many(300, 600)
Playing = Callable[[Plan], Awaitable[Result]]


@pytest.fixture
def played(database: Database, database_url: str, finder: Finder, tmp_path: Path, search_cache: Path) -> Playing:
    """Plays a plan in this test's database; its figures are printed when the test fails."""

    async def playing(plan: Plan) -> Result:
        await people.move_in(database, plan.people, plan.reminders)
        kind = "sqlite" if database.is_sqlite else "postgresql"
        result = await play(plan, Place(kind, database_url, RING, search_cache, tmp_path))
        print(table([result]), result.events)
        return result

    return playing


@pytest.mark.parametrize("database_url", ["postgresql", pytest.param("sqlite", marks=soak)], indirect=True)
async def test_three_deaths_during_an_alert_to_thousands_lose_nothing_that_is_not_listed(played: Playing) -> None:
    result = await played(Plan("three kill -9", AUDIENCE, kills=3, reminders=REMINDED, most_seconds=300))
    assert wrong(result) == []
    assert result.total.get("unknown", 0) == sum(result.in_hand), "unknown is what was in hand at a death, and no more"
    assert len(result.late) == REMINDED
    assert result.owed_in <= OWED_WITHIN


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=soak)], indirect=True)
async def test_the_report_adds_up_whatever_telegram_answers(played: Playing) -> None:
    result = await played(Plan("trouble in bursts", TROUBLED, trouble=BURSTS, reminders=60, most_seconds=300))
    assert wrong(result) == []
    assert result.total["unknown"] == result.ambiguous > 0, "every doubt is listed, and nothing else"
    assert result.total["unreachable"] == TROUBLED // 50
    assert result.throttled > 0


@soak
@ON_POSTGRESQL
@pytest.mark.parametrize("life_safety", [True, False])
async def test_a_process_that_was_frozen_for_two_leases_writes_nothing_and_sends_nothing_again(
    played: Playing, life_safety: bool
) -> None:
    result = await played(replace(FROZEN, life_safety=life_safety))
    assert wrong(result) == []
    assert result.refused > 0, "it had nothing in hand when it was frozen"
    assert (result.twice > 0) == life_safety


@soak
@ON_POSTGRESQL
@pytest.mark.parametrize(("plan", "seen"), controls())
async def test_what_is_switched_off_is_seen(played: Playing, plan: Plan, seen: str) -> None:
    """The controls: without the pace the law is broken, without the fence a message comes again."""
    result = await played(plan)
    assert [each for each in wrong(result) + lawless(result) if seen in each]


async def test_the_witness_counts_what_was_done_however_it_was_answered() -> None:
    """Half of the errors were done; a reset comes after the message; what was throttled or blocked never arrived."""
    async with CountingTelegram() as telegram, aiohttp.ClientSession() as session:

        async def send(fate: Trouble, chat: int = PERSON, words: str = MARK.decode()) -> int:
            telegram.trouble = fate
            url = f"{telegram.url}/bot{TOKEN}/sendMessage"
            try:
                async with session.post(url, data={"chat_id": str(chat), "text": words}) as answer:
                    await answer.read()
                    return answer.status
            except aiohttp.ClientError:
                return 0

        assert await send(Trouble(0, 0, 0)) == 200
        async with session.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json={"chat_id": PERSON + 2}) as answer:
            assert (await answer.json())["result"]["chat"]["id"] == PERSON + 2
        assert await send(Trouble(0, 1, 0)) == 0
        assert await send(Trouble(0, 0, 1)) == 500
        assert await send(Trouble(0, 0, 0), chat=PERSON - 1) == 403
        assert await send(Trouble(1, 0, 0)) == 429
        assert await send(Trouble(0, 0, 0)) == 429, "its second of silence is not over"
        assert telegram.early == 1
        telegram.reminded = {PERSON + 1}
        assert await send(Trouble(0, 0, 0), chat=PERSON + 1, words="Tomorrow 09:30") == 200
    fates = telegram.calls.fates(Kind.ALERT)
    assert (fates[Fate.THROTTLED], fates[Fate.BLOCKED], fates[Fate.RESET_AFTER]) == (2, 1, 1)
    assert telegram.calls.arrived(Kind.ALERT)[PERSON] == 2 + fates[Fate.ERROR_AFTER]
    assert telegram.calls.arrived(Kind.REMINDER) == {PERSON + 1: 1}


def test_the_busiest_second_is_found_wherever_it_begins() -> None:
    drawn = random.Random(1)
    times = sorted(drawn.uniform(0, 20) for _ in range(300))
    most, begun = busiest_second([(at, at) for at in times])
    assert most == max(sum(at <= other < at + 1 for other in times) for at in times)
    assert sum(begun <= at < begun + 1 for at in times) == most
    assert busiest_second([]) == (0, 0)


def test_what_came_while_the_server_was_held_up_counts_only_where_it_surely_was() -> None:
    steady = [(number / 10, number / 10) for number in range(100)]
    assert busiest_second(steady)[0] in (10, 11)
    held_up = [(2.0, 2.45) if 2.0 < at < 2.45 else (since, at) for since, at in steady]
    assert busiest_second([(at, at) for _, at in held_up])[0] == 14
    assert busiest_second(held_up)[0] in (10, 11)


async def test_the_witness_tells_from_its_own_process_what_it_saw() -> None:
    async with Witness() as witness, aiohttp.ClientSession() as session:
        await witness.meets(None, [PERSON + 1])
        with pytest.raises(TimeoutError):
            await witness.seen(1, 0.1)
        for chat, words in ((PERSON, MARK.decode()), (PERSON + 1, "Tomorrow 09:30")):
            body = {"chat_id": chat, "text": words, "allow_paid_broadcast": chat == PERSON}
            async with session.post(f"{witness.url}/bot{TOKEN}/sendMessage", json=body) as answer:
                assert answer.status == 200
        await witness.seen(1, 5)
        await witness.tell()
    calls = witness.calls
    assert (list(calls.chat), list(calls.paid)) == ([PERSON, PERSON + 1], [True, False])
    assert (calls.arrived(Kind.ALERT), calls.arrived(Kind.REMINDER)) == ({PERSON: 1}, {PERSON + 1: 1})
    assert abs(calls.at[0] - monotonic()) < 30, "both processes look at the same clock"
