"""SIGKILL in the middle of an update: it happens exactly once, whoever asks again."""

from datetime import timedelta

import pytest

from alerts.rules import State
from delivery.rules import Kind
from handlers import previews
from handlers.press_codec import encode
from handlers.presses.alerting import ApproveAlert
from handlers.presses.booking import KeepPlace
from handlers.presses.desk import ConfirmDesk
from people import dialogue
from people.authority import Role
from simulator.server import Simulator
from storage.tables import Slot
from tests.faults.conftest import Launcher, Survivor
from tests.faults.scene import Known, Scene

soak = pytest.mark.soak
BOTH = [
    pytest.param("sqlite", "polling"),
    pytest.param("postgresql", "webhook"),
    pytest.param("sqlite", "webhook", marks=soak),
    pytest.param("postgresql", "polling", marks=soak),
]
KEPT, FULL = "Your place is kept", "Someone has just taken the last place"


@pytest.mark.parametrize(("database_url", "intake"), BOTH, indirect=["database_url"])
async def test_a_booking_killed_before_and_after_its_commit_happens_once(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene, intake: str
) -> None:
    people = await scene.people(4)
    slot = (await scene.slots(capacity=3))[0]
    process = bot(intake)
    for person in people:
        telegram.world.press(person.telegram_id, encode(KeepPlace(slot, False, "", False)))

    await process.run_until_killed("before-commit")
    assert await scene.standing() == []
    assert telegram.world.updates_pending() == 4

    await process.run_until_killed("committed")
    assert 1 <= len(await scene.standing()) <= 3
    assert telegram.world.updates_pending() == 4, "confirmed before it was handled to the end"
    assert sum(scene.copies(people, KEPT)) < 4

    async with survivor(process):
        await telegram.world.quiet(30)
        await scene.settled()
    standing = {booking.person_id for booking in await scene.standing()}
    assert len(standing) == 3
    for person in people:
        assert scene.got(person, KEPT if person.id in standing else FULL) >= 1
        assert scene.got(person, FULL if person.id in standing else KEPT) == 0
    assert await scene.states(Kind.RECEIPT) == {"sent": 3}


@pytest.mark.parametrize(
    ("database_url", "intake"),
    [("postgresql", "polling"), pytest.param("sqlite", "webhook", marks=soak)],
    indirect=["database_url"],
)
async def test_a_killed_closure_and_a_killed_alert_happen_once_and_tell_everybody_once(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene, intake: str
) -> None:
    booked, audience = await scene.people(3), await scene.people(20, alerts=True)
    [nurse], [approver] = await scene.people(1, role=Role.STAFF), await scene.people(1, role=Role.OPERATOR)
    slot = (await scene.slots(capacity=3))[0]
    for person in booked:
        await scene.book(person, slot)
    alert_id = await scene.proposal(audience, scene.now())
    process = bot(intake)
    telegram.world.press(nurse.telegram_id, encode(ConfirmDesk(await _preview_closing(scene, nurse, slot))))

    await process.run_until_killed("before-commit")
    assert len(await scene.standing()) == 3
    assert await scene.states(Kind.CLOSED) == {}

    await scene.gives_pin(approver)
    telegram.world.press(approver.telegram_id, encode(ApproveAlert(alert_id, await scene.approval(alert_id), stars=9)))
    await process.run_until_killed("committed:2")
    assert await scene.standing() == []
    assert await scene.states(Kind.ALERT) == {"pending": 20}
    assert telegram.world.updates_pending() >= 1

    async with survivor(process):
        await telegram.world.quiet(30)
        await scene.lease_passes()
        await scene.settled()
    assert await scene.standing() == []
    assert await scene.states(Kind.CLOSED) == {"sent": 3}
    assert min(scene.copies(booked, "The clinic must close")) >= 1
    report = await scene.report(alert_id)
    assert report.alert.state == State.APPROVED
    assert report.alert.audience_size == 20
    assert report.total == {"waiting": 20}
    assert report.adds_up
    assert all(scene.got(person, "") for person in (nurse, approver)), "somebody was left without an answer"


@pytest.mark.soak
@pytest.mark.parametrize("intake", ["polling", "webhook"])
async def test_a_process_killed_again_and_again_while_people_book_loses_and_doubles_nothing(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene, intake: str
) -> None:
    """Thirty deaths at every point there is, under a stream of presses."""
    people = await scene.people(120)
    slots = await scene.slots(capacity=18)
    process = bot(intake)
    points = ["before-commit:2", "committed:3", "replied:2", "claimed", "sent:2"]
    for turn in range(30):
        for person in people[turn * 4 : turn * 4 + 4]:
            telegram.world.press(person.telegram_id, encode(KeepPlace(slots[turn % 6], False, "", False)))
        await process.run_until_killed(points[turn % 5])
        await scene.standing()
    await scene.lease_passes()
    async with survivor(process):
        await telegram.world.quiet(30)
        await scene.settled()
    standing = await scene.standing()
    assert len(standing) == 108
    assert await scene.states(Kind.RECEIPT) == {"sent": 108}
    booked = {booking.person_id for booking in standing}
    assert all(scene.got(person, KEPT) >= 1 for person in people if person.id in booked)
    assert all(scene.got(person, FULL) >= 1 for person in people if person.id not in booked)


async def _preview_closing(scene: Scene, nurse: Known, slot_id: int) -> int:
    """The nurse has typed /close and seen what it would do; the number on the button that does it."""
    async with scene.database.writing() as session:
        begin = (await session.get_one(Slot, slot_id)).starts_at
        spans = [[begin.isoformat(), (begin + timedelta(minutes=30)).isoformat()]]
        draft = {"clinic_id": "mae-sot", "spans": spans, "reason": ""}
        return (await dialogue.begin(session, nurse.id, previews.STEP + "close", draft, scene.now())).nonce
