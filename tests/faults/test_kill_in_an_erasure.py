"""SIGKILL in an erasure or in a /hide: it has happened or it has not, and every message that must go goes."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from handlers.press_codec import encode
from handlers.presses.choosing import ForgetMe
from simulator.messages import Message
from simulator.server import Simulator
from storage.tables import Booking, Consent, Owed, Person, Shown, Table, Tombstone, Wipe
from tests.faults.conftest import Launcher, Survivor
from tests.faults.process import BotProcess
from tests.faults.scene import Known, Scene

SQLITE, POSTGRESQL = ("sqlite", "polling"), ("postgresql", "webhook")
THEIRS = (Person, Booking, Consent, Owed, Shown)


async def rows(scene: Scene, *tables: type[Table]) -> list[int]:
    async with scene.database.reading() as session:
        return [int(await session.scalar(select(func.count()).select_from(table)) or 0) for table in tables]


async def lease_passes(scene: Scene) -> None:
    """The minute in which a dead wiper's rows are left alone is over."""
    async with scene.database.writing() as session:
        await session.execute(update(Wipe).values(lease_until=None))


async def vanished(scene: Scene) -> None:
    """Wait until no wipe is left."""
    for _ in range(300):
        if await rows(scene, Wipe) == [0]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("messages that must go are still there")


def standing(telegram: Simulator, person: Known) -> list[Message]:
    return [message for message in telegram.world.chat(person.telegram_id).messages if not message.deleted]


async def chat_with(scene: Scene, telegram: Simulator, process: BotProcess, person: Known) -> None:
    """Somebody has a visit and has talked with the bot, which knows the messages; then it is stopped."""
    slot = (await scene.slots(capacity=3))[0]
    await scene.book(person, slot)
    await process.start()
    telegram.world.say(person.telegram_id, "/menu")
    await telegram.world.quiet(30)
    await scene.settled()
    await process.stop()
    assert await rows(scene, Shown) == [3], "the ticket, the command and the menu"
    assert len(standing(telegram, person)) == 3


@pytest.mark.parametrize(
    ("database_url", "intake"),
    [POSTGRESQL, pytest.param(*SQLITE, marks=pytest.mark.soak)],
    indirect=["database_url"],
)
async def test_an_erasure_killed_everywhere_happens_once_and_leaves_nothing(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene, intake: str
) -> None:
    [person] = await scene.people(1)
    process = bot(intake)
    await chat_with(scene, telegram, process, person)
    telegram.world.press(person.telegram_id, encode(ForgetMe()))

    await process.run_until_killed("before-commit")
    assert await rows(scene, Person, Booking, Tombstone, Wipe) == [1, 1, 0, 0], "nothing has happened"
    assert len(standing(telegram, person)) == 3

    for point in ("committed", "wipe-claimed", "wiped"):
        await process.run_until_killed(point)
        assert await rows(scene, *THEIRS) == [0] * len(THEIRS), point
        assert await rows(scene, Tombstone, Wipe) == [1, 1], "the deletion is owed until it is known to be done"
        assert await scene.standing() == []
        await lease_passes(scene)

    async with survivor(process):
        await telegram.world.quiet(30)
        await vanished(scene)
    assert await rows(scene, *THEIRS, Tombstone) == [0] * len(THEIRS) + [1]
    left = [message.text for message in standing(telegram, person)]
    assert left, "whoever asked is told, even if the first answer died"
    assert all("erased" in text or "nothing about you" in text for text in left), left


@pytest.mark.parametrize(
    ("database_url", "intake"),
    [SQLITE, pytest.param(*POSTGRESQL, marks=pytest.mark.soak)],
    indirect=["database_url"],
)
async def test_a_hide_killed_everywhere_clears_the_chat_and_keeps_the_visit(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene, intake: str
) -> None:
    [person] = await scene.people(1)
    process = bot(intake)
    await chat_with(scene, telegram, process, person)
    telegram.world.say(person.telegram_id, "/hide")

    for point in ("before-commit", "committed", "wiped"):
        await process.run_until_killed(point)
        assert len(await scene.standing()) == 1
        await lease_passes(scene)
    async with survivor(process):
        await telegram.world.quiet(30)
        await vanished(scene)
    assert {message.text for message in standing(telegram, person)} == {"Done."}
    assert len(await scene.standing()) == 1
    assert await rows(scene, Person, Wipe) == [1, 0]
