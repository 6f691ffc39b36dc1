"""The simulated clock: it runs, it jumps, and dates follow it."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator.clock import Clock
from simulator.world import World
from tests.simulator.client import Caller


def test_the_clock_runs_with_real_time_and_jumps_forward_only() -> None:
    clock = Clock()
    heard: list[datetime] = []
    clock.listeners.append(heard.append)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    clock.advance(timedelta(days=2))
    assert clock.offset == timedelta(days=2)
    assert len(heard) == 1
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
    clock.advance_to(clock.now() + timedelta(hours=1))
    assert clock.unix() == int(clock.now().timestamp())


async def test_messages_are_dated_by_the_clock_and_subscribers_hear_of_jumps(
    call: Caller, world: World, aye: int
) -> None:
    before = (await call.send())["date"]
    events = world.subscribe()
    world.clock.advance(timedelta(hours=3))
    event = events.get_nowait()
    assert (event["type"], datetime.fromisoformat(event["now"]).utcoffset()) == ("clock", timedelta())
    assert 10_800 <= (await call.send())["date"] - before <= 10_810
