"""SIGTERM, and a second process where there may be only one."""

from resource import RUSAGE_CHILDREN, getrusage
from time import monotonic

import pytest

from bot import app as composition
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from simulator.server import Simulator
from tests.acts import ON_SQLITE
from tests.faults.conftest import Launcher, Survivor
from tests.faults.scene import Scene, until
from tests.house import House

KEPT, VISIT = "Your place is kept", "Your code"
REMINDED = 120
"""At twenty a second, five of them after the first ten: bookings are answered meanwhile on a busy machine too."""


@pytest.mark.parametrize(
    ("database_url", "intake"), [("sqlite", "polling"), ("postgresql", "webhook")], indirect=["database_url"]
)
async def test_a_stop_in_the_middle_of_everything_loses_and_doubles_nothing(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene, intake: str
) -> None:
    reminded, booking = await scene.people(REMINDED), await scene.people(12)
    await scene.reminders(reminded)
    slot = (await scene.slots(capacity=50))[5]
    process = bot(intake)
    await process.start(send_rate="20")
    await until(lambda: sum(scene.copies(reminded, VISIT)) >= 10)
    for person in booking:
        telegram.world.press(person.telegram_id, encode(KeepPlace(slot, False, "", False)))
    await until(lambda: sum(scene.copies(booking, KEPT)) >= 1)
    assert await process.stop() <= 10
    sent = (await scene.states(Kind.REMINDER))["sent"]
    assert sent < REMINDED, "it was to be stopped in the middle"
    assert sum(scene.copies(reminded, VISIT)) == sent, "sent and not noted"
    assert (await scene.states(Kind.REMINDER))["claimed"] == 0, "handed back, for the next to send at once"

    async with survivor(process):
        await telegram.world.quiet(30)
        await scene.settled()
    assert scene.copies(reminded, VISIT) == [1] * REMINDED
    assert scene.copies(booking, KEPT) == [1] * 12
    assert sum(each.slot_id == slot for each in await scene.standing()) == 12


@ON_SQLITE
async def test_a_telegram_that_hangs_does_not_keep_the_process_alive(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "STOP_SECONDS", 0.5)
    scene = Scene(house.app.database, house.simulator.world, lambda: house.now)
    house.simulator.faults.add("timeout", "sendMessage")
    house.simulator.faults.add("timeout", "editMessageText")
    reminded = await scene.people(1)
    await scene.reminders(reminded)
    aye = house.someone(7)
    house.simulator.world.start(aye.id)
    await until(lambda: len([call for call in house.simulator.world.calls if call.method == "sendMessage"]) == 2)
    begun = monotonic()
    await house.app.stop()
    assert monotonic() - begun < 4
    house.simulator.faults.clear()
    await house.app.start()


@ON_SQLITE
async def test_a_second_process_on_the_same_sqlite_refuses_at_once_and_says_why(bot: Launcher) -> None:
    first, second = bot(), bot()
    await first.start()
    before = getrusage(RUSAGE_CHILDREN)
    await second.launch()
    assert await second.ended() == 1
    after = getrusage(RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime <= 2, "its own time, on a busy machine"
    assert len(second.words) == 1
    assert "another process already serves house.db" in second.words[0]
    assert await first.stop() <= 10
