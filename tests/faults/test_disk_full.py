"""The disk is full: nothing that was confirmed is lost, danger is answered, and nobody has to restart anything."""

from collections.abc import Iterable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.booking import KeepPlace
from simulator.server import Simulator
from simulator.world import World
from storage.database import Database
from storage.failures import is_outage, is_transient
from storage.tables import AskedDay, Booking, Person
from tests.acts import ON_SQLITE
from tests.faults.conftest import Launcher
from tests.faults.full_disk import cramped, full
from tests.faults.scene import Known, Scene, until
from tests.faults.test_outage import last_error, ready
from tests.house import House

DANGER, CALL = "my friend is not breathing", "Call 1669 now"
KEPT, VISIT = "Your place is kept", "Your code"
MANY, AT_ONCE = 160, 8
"""So many come, a few at once, until the last corner of the last page is full."""


async def test_what_a_full_disk_says_is_an_outage_and_passes(database: Database) -> None:
    async def ask_in_vain(day: int, times: int = 1) -> None:
        for turn in range(times):
            async with database.writing() as session:
                for number in range(200):
                    named = {"day": date(2026, 1, 1 + day), "subject": f"{turn:010}{number:040}"}
                    session.add(AskedDay(**named, language="", province="", times=1))

    async with full(database):
        with pytest.raises(DBAPIError) as caught:
            await ask_in_vain(0, times=20)
        assert is_outage(caught.value)
        assert not is_transient(caught.value)
    await ask_in_vain(1)


def confirmed(world: World, people: Iterable[Known]) -> set[int]:
    """Whose presses were answered with 200, by Telegram's ids."""
    waiting = {update.lane for update in world.bot.updates.pending}
    return {person.telegram_id for person in people} - waiting


async def with_a_visit(database: Database) -> set[int]:
    """Who has one, by Telegram's ids."""
    async with database.reading() as session:
        found = await session.scalars(select(Person.telegram_id).join(Booking, Booking.person_id == Person.id))
        return {int(each) for each in found}


async def press_until_full(world: World, people: list[Known], slots: list[int]) -> list[Known]:
    """Let people take places until one of them is refused with 503; whoever has pressed."""
    for number, person in enumerate(people, 1):
        world.press(person.telegram_id, encode(KeepPlace(slots[number % 6], False, "", False)))
        if number % AT_ONCE == 0:
            await until(lambda: "503" in last_error(world) or not world.updates_pending())
            if "503" in last_error(world):
                return people[:number]
    raise AssertionError("there is still room")


async def test_on_a_full_disk_nothing_confirmed_is_lost_and_all_goes_on_when_there_is_room(
    house_by_webhook: House,
) -> None:
    house = house_by_webhook
    world, database = house.simulator.world, house.app.database
    scene = Scene(database, world, lambda: house.now)
    many, reminded = await scene.people(MANY), await scene.people(4)
    await scene.reminders(reminded)
    slots = await scene.slots(50)
    stranger = house.someone(7)
    async with full(database):
        people = await press_until_full(world, many, slots)
        world.say(7, DANGER)
        await until(lambda: bool(stranger.messages) and CALL in stranger.screen)
        done = confirmed(world, people)
        assert done <= await with_a_visit(database), "confirmed, and not stored"
        assert len(done) < len(people)
        assert database.is_sqlite or not await ready(house.app.port)  # a limit of pages lets old rows be changed
    await world.quiet(20)
    await house.quiet()
    assert scene.copies(people, KEPT) == [1] * len(people)
    assert len(await scene.standing()) == len(people) + len(reminded)
    assert await scene.states(Kind.RECEIPT) == {"sent": len(people) + len(reminded)}
    assert scene.copies(reminded, VISIT) == [1] * len(reminded)


@pytest.mark.soak
@ON_SQLITE
async def test_a_process_whose_files_cannot_grow_goes_on_by_itself_when_they_can(
    bot: Launcher, telegram: Simulator, scene: Scene, database_url: str
) -> None:
    world, process = telegram.world, bot("webhook")
    many, [hurt], slots = await scene.people(MANY), await scene.people(1), await scene.slots(50)
    await process.start()
    assert process._process
    with cramped(process._process.pid, database_url):
        people = await press_until_full(world, many, slots)
        world.say(hurt.telegram_id, DANGER)
        await until(lambda: scene.got(hurt, CALL) == 1)
        done = confirmed(world, people)
        assert done <= await with_a_visit(scene.database), "confirmed, and not stored"
        assert not await ready(int(process.settings["port"]))
    await world.quiet(30)
    await scene.settled()
    print(f"confirmed while no file could grow: {len(done)} of {len(people)}")
    assert len(await scene.standing()) == len(people)
    assert scene.copies(people, KEPT) == [1] * len(people)
    assert await process.stop() < 10
