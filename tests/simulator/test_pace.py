"""The law of rates: the sliding second, the private chat, the group, and patience after a 429."""

import pytest
from aiohttp import ClientSession

from simulator.delivery import Patience
from simulator.pace import Pace
from simulator.server import Simulator
from tests.simulator.client import Caller

BOT, AYE, GROUP = 1, 5, -1001


class Time:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


def test_thirty_in_any_sliding_second_and_no_more(time: Time) -> None:
    pace = Pace(now=time)
    for chat in range(1, 31):
        assert pace.weigh(BOT, chat) is None
        time.at += 0.02
    assert pace.weigh(BOT, 99) == 1
    assert pace.breaches["second"] == 1
    time.at += 1.0
    assert pace.weigh(BOT, 99) is None
    assert pace.most_in_a_second == 30


def test_two_bots_have_a_second_each(time: Time) -> None:
    pace = Pace(limit=1, now=time)
    assert [pace.weigh(bot, AYE) for bot in (1, 2, 1)] == [None, None, 1]


def test_a_private_chat_may_burst_but_not_keep_on(time: Time) -> None:
    pace = Pace(now=time)
    for _ in range(5):
        assert pace.weigh(BOT, AYE) is None
    assert not pace.breaches
    for _ in range(15):
        time.at += 0.05
        assert pace.weigh(BOT, AYE) is None
    assert pace.chat_breaches[AYE] == 15
    time.at += 0.05
    assert pace.weigh(BOT, AYE) == 1
    time.at += 1.2
    assert pace.weigh(BOT, AYE) is None


def test_one_a_second_is_never_a_breach(time: Time) -> None:
    pace = Pace(now=time)
    for _ in range(300):
        assert pace.weigh(BOT, AYE) is None
        time.at += 1.0
    assert not pace.breaches


def test_twenty_a_minute_to_a_group(time: Time) -> None:
    pace = Pace(now=time)
    for _ in range(20):
        assert pace.weigh(BOT, GROUP) is None
        time.at += 1.5
    assert pace.weigh(BOT, GROUP) == 30
    assert pace.breaches == {"group": 1}
    time.at += 10
    assert pace.weigh(BOT, GROUP) == 20
    assert pace.breaches == {"group": 2, "early": 1}
    time.at += 20
    assert pace.weigh(BOT, GROUP) is None


def test_observing_counts_but_refuses_nothing(time: Time) -> None:
    pace = Pace(enforce=False, now=time)
    assert [pace.weigh(BOT, AYE) for _ in range(40)] == [None] * 40
    assert pace.breaches == {"second": 10, "chat": 35}
    assert pace.most_in_a_second == 40


def test_a_paid_broadcast_has_its_own_limit(time: Time) -> None:
    pace = Pace(now=time)
    assert {pace.weigh(BOT, chat, paid=True) for chat in range(1, 1001)} == {None}
    assert pace.weigh(BOT, 1001, paid=True) == 1


def test_idle_chats_are_forgotten(time: Time) -> None:
    pace = Pace(10**9, now=time)
    for chat in range(1, 30_001):
        pace.weigh(BOT, chat)
        time.at += 0.001
    assert len(pace._debts) < 12_000


async def test_over_http_a_breach_is_a_429_with_retry_after(session: ClientSession) -> None:
    async with Simulator(pace=Pace(limit=3), patience=Patience(), page=False) as simulator:
        call = Caller(simulator, session)
        for person in range(1, 6):
            simulator.world.acquaint(person)
        replies = [await call("sendMessage", chat_id=person, text="x") for person in range(1, 5)]
        assert [reply.status for reply in replies] == [200, 200, 200, 429]
        assert replies[3].refusal == "Too Many Requests: retry after 1"
        assert replies[3].body["parameters"] == {"retry_after": 1}
        assert (await call("getMe")).status == 200
        assert not simulator.world.refused
        assert simulator.world.chat(4).messages == []
