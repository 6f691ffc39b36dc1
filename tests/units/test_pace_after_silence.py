"""After Telegram has asked the whole bot for silence, visits go on before alerts."""

import pytest

from bot.gate import MANY, VISITS_FIRST, Gate
from delivery.rules import Lane
from storage import keys
from tests.conftest import RING


@pytest.fixture
def gate() -> Gate:
    keys.use(RING)
    return Gate(1000)


def test_alerts_wait_a_little_longer_than_visits(gate: Gate) -> None:
    for chat in range(1, MANY):
        gate.hold(chat, 2, Lane.ALERTS)
    assert gate.held(lane=Lane.VISITS) == 0, "so far it is the lane of alerts alone"
    gate.hold(MANY, 2, Lane.ALERTS)
    assert 1.9 < gate.held(lane=Lane.VISITS) < 2.1
    assert 1.9 + VISITS_FIRST < gate.held(lane=Lane.ALERTS) < 2.1 + VISITS_FIRST


def test_refusals_of_calls_that_were_under_way_do_not_add_up(gate: Gate) -> None:
    for chat in range(1, 60):
        gate.hold(chat, 2, Lane.ALERTS)
    assert gate.held() < 2.1
    assert gate.held(lane=Lane.ALERTS) < 2.1 + VISITS_FIRST


def test_the_longest_silence_that_was_asked_for_counts_for_everybody(gate: Gate) -> None:
    for chat, seconds in ((1, 7), (2, 1), (3, 1)):
        gate.hold(chat, seconds, Lane.VISITS)
    assert 6.9 < gate.held(lane=Lane.REPLIES) < 7.1
