"""Several senders on one PostgreSQL; and the fence that stops one that was frozen."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, time, timedelta

import pytest

from answers.ask import Finder
from bot.house import build_house
from bot.metrics import Metrics
from bot.sender import Sender
from delivery import claiming
from delivery.claiming import Ending
from delivery.rules import LEASE, Kind, Outcome
from simulator.server import Simulator
from storage.tables import Owed
from tests.acts import ON_POSTGRESQL
from tests.conftest import settings_for
from tests.faults.another import another_process
from tests.faults.conftest import Launcher
from tests.faults.scene import Scene, until

VISIT = "Your code"


@asynccontextmanager
async def sender(telegram: Simulator, database_url: str, finder: Finder, scene: Scene) -> AsyncIterator[Sender]:
    """A sender with connections of its own, as another process would have."""
    by_night = {"alerts_quiet_from": time(0), "alerts_quiet_until": time(0)}
    house = build_house(settings_for(telegram.url, database_url, **by_night), finder)
    async with another_process(telegram, database_url) as (database, out):
        yield Sender(house, database, out, Metrics(), scene.now)


@ON_POSTGRESQL
async def test_three_senders_send_every_message_once(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene
) -> None:
    reminded, warned = await scene.people(60), await scene.people(60)
    await scene.reminders(reminded)
    alert_id = await scene.alert(warned)
    async with AsyncExitStack() as open_ones:
        senders = [await open_ones.enter_async_context(sender(telegram, database_url, finder, scene)) for _ in range(3)]
        handled = await asyncio.gather(*(each.drain() for each in senders))
        await scene.settled()
    assert sum(handled) == 120
    assert sum(count > 0 for count in handled) >= 2, "one did it all: nothing was shared"
    assert scene.copies(reminded, VISIT) == [1] * 60
    assert scene.copies(warned, "Cholera") == [1] * 60
    assert (await scene.report(alert_id)).total == {"sent": 60}


async def test_whoever_lost_the_lease_writes_nothing(scene: Scene) -> None:
    row, stolen = await _frozen_and_overtaken(scene)
    async with scene.database.writing() as session:
        assert not await claiming.end(session, [Ending(row, Outcome.FAILED, reason="late")], datetime.now(UTC))
        assert not await claiming.end(session, [Ending(row, at=scene.now(), reason="late")], scene.now())
    [now] = await scene.owed(Kind.REMINDER, "sent")
    assert (now.message_id, now.claim, now.reason) == (77, stolen.claim, "")


async def test_without_the_fence_whoever_lost_the_lease_has_the_last_word(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: settled by the row's number alone, what was sent is made due, and sent, once more."""
    row, _ = await _frozen_and_overtaken(scene)

    monkeypatch.setattr(claiming, "_fence", lambda _fate: ())
    async with scene.database.writing() as session:
        again = Ending(row, at=scene.now() - timedelta(seconds=1), reason="late")
        await claiming.end(session, [again], scene.now())
        assert [each.id for each in await claiming.claim(session, scene.now(), datetime.now(UTC), 10)] == [row.id]


@ON_POSTGRESQL
async def test_a_row_whose_sender_is_alive_but_slow_is_not_taken_from_it(scene: Scene) -> None:
    """Its own clock may have jumped: what it has in hand is not lost."""
    await scene.reminders(await scene.people(2))
    async with scene.database.writing() as session:
        mine, other = await claiming.claim(session, scene.now(), datetime.now(UTC), 10)
    async with scene.database.writing() as session:
        assert await claiming.recover(session, datetime.now(UTC) + 2 * LEASE, {mine.id}) == 1
    assert [row.id for row in await scene.owed(Kind.REMINDER, "claimed")] == [mine.id]
    assert other.id in [row.id for row in await scene.owed(Kind.REMINDER, "pending")]


@pytest.mark.soak
@ON_POSTGRESQL
async def test_a_process_frozen_for_half_a_minute_writes_nothing_when_it_wakes(
    bot: Launcher, telegram: Simulator, scene: Scene
) -> None:
    """Frozen while Telegram was answering; another process takes over within the lease."""
    reminded = await scene.people(5)
    await scene.reminders(reminded)
    first, second = bot("webhook"), bot("webhook")
    slow = telegram.faults.add("slow", "sendMessage", delay=2)
    await first.start()
    await until(lambda: slow.hits == 5)
    first.signal(signal.SIGSTOP)
    telegram.faults.clear()
    await until(lambda: scene.copies(reminded, VISIT) == [1] * 5)
    begun = asyncio.get_running_loop().time()
    await second.start()
    await until(lambda: scene.copies(reminded, VISIT) == [2] * 5)
    assert asyncio.get_running_loop().time() - begun <= LEASE.total_seconds() + 5
    await scene.settled()
    before = {row.id: (row.claim, row.message_id, row.settled_at) for row in await scene.owed(Kind.REMINDER)}
    await asyncio.sleep(max(0.0, 30 - asyncio.get_running_loop().time() + begun))
    first.signal(signal.SIGCONT)
    await asyncio.sleep(3)
    assert {row.id: (row.claim, row.message_id, row.settled_at) for row in await scene.owed(Kind.REMINDER)} == before
    assert scene.copies(reminded, VISIT) == [2] * 5


async def _frozen_and_overtaken(scene: Scene) -> tuple[Owed, Owed]:
    """A row as a sender had it in hand when it froze; and the same row, which another has claimed and sent since."""
    await scene.reminders(await scene.people(1))
    real = datetime.now(UTC)
    async with scene.database.writing() as session:
        [frozen] = await claiming.claim(session, scene.now(), real, 10)
    async with scene.database.writing() as session:
        assert await claiming.recover(session, real + LEASE + timedelta(seconds=1), set()) == 1
        [stolen] = await claiming.claim(session, scene.now(), real, 10)
        assert await claiming.end(session, [Ending(stolen, Outcome.SENT, message_id=77)], real)
    return frozen, stolen
