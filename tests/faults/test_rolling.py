"""SIGTERM to one process after the other, while people are at work: nobody notices, and nothing comes twice."""

import asyncio

import pytest

from benchmarks.faults.balancer import Balancer
from benchmarks.faults.load import FEW, Load
from benchmarks.faults.verdict import is_over, judge, lost_now
from bot.flood import Crowd
from tests.acts import ON_POSTGRESQL
from tests.faults.conftest import SECRET, Launcher
from tests.faults.process import free_port
from tests.faults.scene import PATIENCE, Scene

STOPS_WITHIN = 10.0
TURNS = [pytest.param(1), pytest.param(4, marks=pytest.mark.soak)]


@ON_POSTGRESQL
@pytest.mark.parametrize("turns", TURNS)
async def test_a_rolling_restart_loses_nothing_and_sends_nothing_twice(bot: Launcher, scene: Scene, turns: int) -> None:
    load = Load(scene, FEW)
    await load.move_in(seconds=2)
    port = free_port()
    to_balancer = {"webhook_url": f"http://127.0.0.1:{port}/telegram", "webhook_secret": SECRET}
    both = [bot("webhook", **to_balancer) for _ in range(2)]
    async with Balancer([int(each.settings["port"]) for each in both]).listening(port):
        await asyncio.gather(*(each.start() for each in both))
        at_work = [asyncio.create_task(each) for each in (load.run(every=0.1), load.watch())]
        for turn in range(turns):
            await asyncio.sleep(0.5)
            process = both[turn % 2]
            assert await process.stop() <= STOPS_WITHIN
            assert await lost_now(load) == []
            if turn + 1 < turns:
                await process.start()
        load.act_all()
        async with asyncio.timeout(2 * PATIENCE):
            while not await is_over(load):  # noqa: ASYNC110 - it is in the database
                await asyncio.sleep(0.05)
        load.stopped = True
        await asyncio.gather(*at_work)
    verdict = await judge(load, in_doubt=0)
    assert (verdict.lost, verdict.twice, verdict.unknown) == ([], [], 0)


def test_an_update_that_is_delivered_several_times_at_once_makes_nobody_noisier() -> None:
    """As when a process that starts tells Telegram its webhook, and what was on its way comes again."""
    crowd = Crowd(most=3)
    with crowd.place(1, 11) as first, crowd.place(1, 11), crowd.place(1, 12) as second, crowd.place(1, 12) as again:
        assert crowd.noise(1) == 2
        assert not any(place.shed for place in (first, second, again)), "a quiet person's words were passed over"
        with pytest.raises(RuntimeError), crowd.place(1, 13):
            raise RuntimeError
        assert crowd.noise(1) == 2
