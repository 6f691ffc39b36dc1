"""An import meets an approval in the same moment: what two people agreed to is what is told, and nothing else."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from alerts import store, writing
from alerts.cap.importing import Became, Imported, import_message
from alerts.cap.meaning import meaning_of
from alerts.cap.reading import read_cap
from alerts.rules import State
from alerts.store import cap, changes
from people.authority import Role
from storage.database import Database
from storage.tables import Person
from tests.acts import ON_POSTGRESQL
from tests.faults.scene import NO_NIGHT, Known, Scene
from tests.faults.test_frozen import WAITS
from tests.flows.test_cap import follow_up, message

OLD, NEW = "Cholera in the camp: boil your water.", "Stay inside."


async def imports(database: Database, scene: Scene, operator: Known) -> Imported:
    """Another process takes in what changes the alert."""
    found = meaning_of(read_cap(follow_up("Update", "TH-EXAMPLE-0002")), scene.now())
    async with database.writing() as session:
        author = await session.get_one(Person, operator.id)
        return await import_message(session, author, found, {"en": NEW}, frames={"en": 100}, now=scene.now())


async def until_blocked(database: Database) -> None:
    """Somebody waits for a row."""
    async with asyncio.timeout(20):
        while True:
            async with database.reading() as session:
                if await session.scalar(text(WAITS)):
                    return
            await asyncio.sleep(0.05)


@ON_POSTGRESQL
async def test_an_import_changes_no_text_that_is_being_approved(scene: Scene, database_url: str) -> None:
    [operator] = await scene.people(1, role=Role.OPERATOR)
    alert_id = await scene.proposal(await scene.people(3), scene.now() - timedelta(minutes=1))
    first = read_cap(message("flood")).name.identity
    async with scene.database.writing() as session:
        await cap.remember(session, first, alert_id, "Actual", "Alert", scene.now())
    other = Database(database_url)
    try:
        async with scene.database.writing() as session:
            await writing.send(session, alert_id, now=scene.now(), quiet=NO_NIGHT)
            importing = asyncio.create_task(imports(other, scene, operator))
            await until_blocked(scene.database)
        imported = await importing
    finally:
        await other.close()
    assert imported.became is Became.CORRECTION
    async with scene.database.reading() as session:
        alert = await store.alert_by_id(session, alert_id)
        [row] = await changes.written(session, alert_id)
    assert alert
    assert alert.state == State.APPROVED
    assert (row.text, row.correction) == (OLD, NEW)
