"""From the press to the last message: a stop or a pause is kept within two seconds, by every process, at full speed."""

import asyncio
from datetime import time
from time import monotonic

import pytest

from alerts.rules import LIVE
from alerts.store import going
from answers.ask import Finder
from bot.app import App
from delivery.rules import Kind
from people.authority import Role
from simulator.server import Simulator
from tests.acts import ON_SQLITE
from tests.conftest import settings_for
from tests.faults.conftest import Launcher
from tests.faults.scene import Known, Scene, until
from tests.thrift import IN_CI

PEOPLE, RATE = 250, "28"
PROMISED = 2.0
"""Seconds."""
WORDS = "Cholera"


async def late_by(telegram: Simulator, operator: Known, typed: str, watched: float = 3.5) -> float:
    """Type a command while an alert goes out; seconds from then to the last message of it, as Telegram saw it."""
    sent = [call for call in telegram.world.calls if _is_alert(call.params)]
    assert len(sent) < PEOPLE / 2, "it is over already"
    begun = monotonic()
    telegram.world.say(operator.telegram_id, typed)
    await asyncio.sleep(watched)
    after = [call.at - begun for call in telegram.world.calls if _is_alert(call.params) and call.at > begun]
    return max(after, default=0.0)


def _is_alert(params: dict[str, object]) -> bool:
    return WORDS in str(params.get("text", ""))


@pytest.mark.parametrize(
    ("database_url", "processes"),
    [pytest.param("sqlite", 1, marks=[] if IN_CI else pytest.mark.soak), ("postgresql", 2)],
    indirect=["database_url"],
)
async def test_nothing_more_is_sent_two_seconds_after_the_kill_switch(
    bot: Launcher, telegram: Simulator, scene: Scene, processes: int
) -> None:
    [operator], warned = await scene.people(1, role=Role.OPERATOR), await scene.people(PEOPLE)
    made = [bot("webhook", send_rate=RATE) for _ in range(processes)] if processes > 1 else [bot(send_rate=RATE)]
    for each in made:
        await each.start()
    alert_id = await scene.alert(warned)
    await until(lambda: sum(scene.copies(warned, WORDS)) >= 40)
    seconds = await late_by(telegram, operator, "/stop_alerts")
    assert seconds <= PROMISED
    copies = scene.copies(warned, WORDS)
    assert max(copies) == 1
    assert scene.got(operator, "Stopped. Nothing more goes out") == 1
    await until_moved(scene)
    report = await scene.report(alert_id)
    assert report.adds_up
    assert report.total["sent"] == sum(copies)
    assert report.total["dropped"] == PEOPLE - sum(copies)


@ON_SQLITE
async def test_with_ten_seconds_in_hand_it_goes_on_for_longer(
    telegram: Simulator, scene: Scene, database_url: str, finder: Finder
) -> None:
    """The control: what was claimed long before it is sent is not asked again, and goes out after the stop."""
    [operator], warned = await scene.people(1, role=Role.OPERATOR), await scene.people(PEOPLE)
    await scene.alert(warned)
    no_night = {"alerts_quiet_from": time(0), "alerts_quiet_until": time(0)}
    app = App(settings_for(telegram.url, database_url, send_rate=float(RATE), **no_night), finder=finder)
    async with app:
        app.sender.in_hand = 10.0
        await until(lambda: sum(scene.copies(warned, WORDS)) >= 60)
        assert await late_by(telegram, operator, "/stop_alerts") > PROMISED


async def test_a_stop_is_told_at_once_however_many_rows_there_are(scene: Scene) -> None:
    """The press changes one row and one chunk: what is left of a large audience is moved after it."""
    warned = await scene.people(30)
    alert_id = await scene.alert(warned)
    async with scene.database.writing() as session:
        assert await going.hold_rows(session, alert_id, scene.now()) == 30
        assert await going.let_go(session, alert_id, 7) == 7
    assert dict(await scene.states(Kind.ALERT)) == {"waiting": 23, "pending": 7}
    async with scene.database.writing() as session:
        assert await going.change(session, alert_id, LIVE, state="stopped")
    report = await scene.report(alert_id)
    assert (report.total, report.adds_up) == ({"dropped": 30}, True)


async def until_moved(scene: Scene) -> None:
    """Wait until no row is left that has not ended."""
    async with asyncio.timeout(20):
        while set(await scene.states(Kind.ALERT)) & {"pending", "waiting", "claimed"}:  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.1)
