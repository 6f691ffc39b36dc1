"""SIGKILL while messages go out: reminders at least once, alerts at most once, and every doubt is shown."""

from datetime import timedelta
from time import monotonic

import pytest

from delivery.rules import LEASE, Kind
from simulator.server import Simulator
from tests.acts import ON_POSTGRESQL
from tests.faults.conftest import Launcher, Survivor
from tests.faults.scene import Scene, until

soak = pytest.mark.soak
VISIT, ALERT = "Your code", "Cholera"


@pytest.mark.parametrize(
    ("database_url", "last"),
    [
        pytest.param("sqlite", 2),
        pytest.param("postgresql", 3),
        pytest.param("sqlite", 3, marks=soak),
        pytest.param("postgresql", 2, marks=soak),
    ],
    indirect=["database_url"],
)
async def test_a_killed_sender_loses_no_reminder_and_doubles_no_alert(
    bot: Launcher, survivor: Survivor, scene: Scene, last: int
) -> None:
    """Two deaths with two reminders and two alerts in hand: before any, and after the `last` has gone out."""
    reminded, warned = await scene.people(2), await scene.people(10)
    await scene.reminders(reminded)
    alert_id = await scene.alert(warned)
    process = bot(send_rate="4")

    await process.run_until_killed("claimed")
    assert scene.copies([*reminded, *warned], "") == [0] * 12
    assert (await scene.report(alert_id)).adds_up

    await scene.lease_passes()
    await process.run_until_killed(f"sent:{last}")
    assert scene.copies(reminded, VISIT) == [1, 1]
    assert sum(scene.copies(warned, ALERT)) == last - 2
    assert (await scene.report(alert_id)).adds_up

    await scene.lease_passes()
    noted = (await scene.states(Kind.REMINDER))["sent"]
    assert noted < last, "the last was not noted"
    async with survivor(process):
        await scene.settled()
    extra = sum(scene.copies(reminded, VISIT)) - 2
    assert extra == 2 - noted, "what was sent but not noted comes again, nothing else"
    assert set(scene.copies(reminded, VISIT)) <= {1, 2}
    assert (await scene.states(Kind.REMINDER))["sent"] == 2

    report = await scene.report(alert_id)
    assert report.adds_up
    assert report.total == {"unknown": 4, "sent": 6}, "two in hand at each death, and listed"
    arrived = scene.copies(warned, ALERT)
    assert max(arrived) == 1
    assert sum(arrived) == 6 + last - 2, "what was sent but not noted is never sent again"


@pytest.mark.soak
@ON_POSTGRESQL
async def test_a_living_process_takes_over_from_a_killed_one_within_fifteen_seconds(
    bot: Launcher, telegram: Simulator, scene: Scene
) -> None:
    reminded = await scene.people(8)
    dying, living = bot("webhook"), bot("webhook")
    await living.start()
    await scene.reminders(reminded)
    await until(lambda: scene.copies(reminded, VISIT) == [1] * 8)
    await scene.settled()
    await _make_due_again(scene)
    await living.stop()
    await dying.run_until_killed("claimed")
    died = monotonic()
    await living.start()
    await until(lambda: scene.copies(reminded, VISIT) == [2] * 8)
    assert monotonic() - died <= LEASE.total_seconds() + 2
    await scene.settled()


@pytest.mark.soak
async def test_ten_deaths_during_an_alert_to_many_people_lose_only_what_is_listed(bot: Launcher, scene: Scene) -> None:
    reminded, warned = await scene.people(50), await scene.people(480)  # too few for a canary
    await scene.reminders(reminded)
    alert_id = await scene.alert(warned)
    process = bot(send_rate="20")
    for death in range(10):
        await process.run_until_killed(f"{('claimed', 'sent', 'settled')[death % 3]}:{death % 5 + 1}")
        await scene.lease_passes()
        report = await scene.report(alert_id)
        assert report.adds_up
        assert max(scene.copies(warned, ALERT)) <= 1
    await process.start(send_rate="1000")
    await scene.settled(60)
    report = await scene.report(alert_id)
    assert report.total["sent"] + report.total["unknown"] == 480
    assert report.total["unknown"] <= 10 * 20, "more than a second's sends were lost at a death"
    copies = scene.copies(warned, ALERT)
    assert copies.count(0) <= report.total["unknown"]
    assert max(copies) == 1
    assert min(scene.copies(reminded, VISIT)) >= 1
    assert sum(scene.copies(reminded, VISIT)) <= 50 + 10 * 20


async def _make_due_again(scene: Scene) -> None:
    """As if none had gone out."""
    rows = await scene.owed(Kind.REMINDER, "sent")
    async with scene.database.writing() as session:
        for row in rows:
            again = await session.merge(row)
            again.state, again.settled_at, again.due_at = "pending", None, scene.now() - timedelta(seconds=1)
