"""Several processes watch one alert, or one dies at it: everything is decided once, and nothing is left out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from alerts import correcting
from alerts.store import changes, going
from bot.beats.alert_watch import AlertWatch
from delivery.rules import Kind
from people.authority import Role
from storage.database import Database
from storage.tables import Alert, AuditEntry, Owed
from tests.acts import ON_POSTGRESQL
from tests.faults.scene import NO_NIGHT, Known, Scene

PEOPLE = 60
WATCHERS = 4


@asynccontextmanager
async def watchers(database_url: str, scene: Scene) -> AsyncIterator[list[AlertWatch]]:
    """Watchers with connections of their own, as other processes would have."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(WATCHERS):
            database = Database(database_url)
            stack.push_async_callback(database.close)
            made.append(AlertWatch(database, NO_NIGHT, scene.now, timedelta(0)))
        yield made


async def tried(scene: Scene, warned: list[Known], outcome: str) -> int:
    """An alert of which the first twenty have ended so, and all others wait; its number."""
    alert_id = await scene.alert(warned)
    async with scene.database.writing() as session:
        rows = list(await session.scalars(select(Owed.id).where(Owed.kind == Kind.ALERT).order_by(Owed.id)))
        first, others = Owed.id.in_(rows[:20]), Owed.id.in_(rows[20:])
        ended = {"state": outcome, "settled_at": scene.now(), "claim": 1, "message_id": 5}
        await session.execute(update(Owed).where(first).values(**ended))
        await session.execute(update(Owed).where(others).values(state="waiting"))
        await session.execute(update(Alert).values(canary="out", canary_size=20))
    return alert_id


async def delivered(scene: Scene, warned: list[Known]) -> int:
    """An alert that everybody has; its number."""
    alert_id = await scene.alert(warned)
    async with scene.database.writing() as session:
        ended = {"state": "sent", "settled_at": scene.now(), "message_id": 5}
        await session.execute(update(Owed).where(Owed.kind == Kind.ALERT).values(**ended))
    return alert_id


async def corrected(scene: Scene, alert_id: int, at: datetime) -> None:
    async with scene.database.writing() as session:
        await correcting.write(session, alert_id, "en", "Boil your water for one minute.", frame=100)
        await correcting.put_in_place(session, alert_id, now=at)


@ON_POSTGRESQL
async def test_of_many_watchers_one_holds_it_and_every_operator_is_told_once(scene: Scene, database_url: str) -> None:
    operators = await scene.people(2, role=Role.OPERATOR)
    alert_id = await tried(scene, await scene.people(PEOPLE), "unreachable")
    async with watchers(database_url, scene) as several:
        await asyncio.gather(*(each.run() for each in several * 3))
    assert await scene.alert_state(alert_id) == "held"
    told = [row.person_id for row in await scene.owed(Kind.ALERT_HELD)]
    assert Counter(told) == dict.fromkeys(told, 1)
    assert {one.id for one in operators} <= set(told)
    async with scene.database.reading() as session:
        acts = list(await session.scalars(select(AuditEntry.action).where(AuditEntry.action == "hold-alert")))
    assert acts == ["hold-alert"]
    assert (await scene.report(alert_id)).total == {"unreachable": 20, "waiting": PEOPLE - 20}


async def test_many_watchers_let_everybody_go_once(scene: Scene, database_url: str) -> None:
    alert_id = await tried(scene, await scene.people(PEOPLE), "sent")
    async with watchers(database_url, scene) as several:
        await asyncio.gather(*(each.run() for each in several))
        await several[0].run()
    assert dict(await scene.states(Kind.ALERT)) == {"sent": 20, "pending": PEOPLE - 20}
    report = await scene.report(alert_id)
    assert (report.alert.canary, report.adds_up) == ("passed", True)


async def test_many_watchers_owe_the_change_of_each_message_once(scene: Scene, database_url: str) -> None:
    alert_id = await delivered(scene, await scene.people(PEOPLE))
    await corrected(scene, alert_id, scene.now() - timedelta(minutes=1))
    async with scene.database.writing() as session:  # delivered before it was corrected
        long_ago = scene.now() - timedelta(minutes=5)
        await session.execute(update(Owed).where(Owed.kind == Kind.ALERT).values(settled_at=long_ago))
    async with watchers(database_url, scene) as several:
        await asyncio.gather(*(each.run() for each in several))
        await asyncio.gather(*(each.run() for each in several))
    rows = await scene.owed(Kind.CORRECTION)
    assert len(rows) == PEOPLE
    assert len({row.person_id for row in rows}) == PEOPLE
    assert {row.message_id for row in rows} == {5}
    assert (await scene.report(alert_id)).alert.edits == "done"


async def test_a_watcher_that_dies_half_way_is_followed_by_one_that_begins_anew(
    scene: Scene, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of seven; the first watcher is gone after two of them, with all that it remembered."""
    monkeypatch.setattr(changes, "CHUNK", 7)
    alert_id = await delivered(scene, await scene.people(PEOPLE))
    await corrected(scene, alert_id, scene.now() - timedelta(seconds=1))
    first, second = AlertWatch(scene.database, NO_NIGHT, scene.now), AlertWatch(scene.database, NO_NIGHT, scene.now)
    for _ in range(2):
        assert await first._in_writing(first._walk, alert_id)
    assert len(await scene.owed(Kind.CORRECTION)) == 14
    await second.run()
    assert len(await scene.owed(Kind.CORRECTION)) == PEOPLE
    assert (await scene.report(alert_id)).alert.edits == "out", "latecomers are still waited for"


async def test_what_was_on_its_way_when_the_text_changed_is_corrected_afterwards(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worded with the old text, settled after the correction: walked once more when the grace is over."""
    alert_id = await scene.alert(await scene.people(3))
    async with scene.database.writing() as session:
        await session.execute(update(Owed).where(Owed.kind == Kind.ALERT).values(state="claimed", claim=1))
    now = [scene.now()]
    watch = AlertWatch(scene.database, NO_NIGHT, lambda: now[0])
    await corrected(scene, alert_id, now[0])
    await watch.run()
    assert await scene.owed(Kind.CORRECTION) == []
    async with scene.database.writing() as session:
        ended = {"state": "sent", "settled_at": now[0] + timedelta(seconds=8), "message_id": 5}
        await session.execute(update(Owed).where(Owed.kind == Kind.ALERT).values(**ended))
    now[0] += timedelta(seconds=20)
    await watch.run()
    assert await scene.owed(Kind.CORRECTION) == []
    now[0] += timedelta(seconds=11)
    await watch.run()
    assert len(await scene.owed(Kind.CORRECTION)) == 3
    assert (await scene.report(alert_id)).alert.edits == "done"


async def test_without_the_second_walk_latecomers_would_keep_the_old_text(scene: Scene) -> None:
    """The control: one walk right after the correction finds nothing of what is on its way."""
    alert_id = await scene.alert(await scene.people(3))
    async with scene.database.writing() as session:
        await session.execute(update(Owed).where(Owed.kind == Kind.ALERT).values(state="claimed", claim=1))
    await corrected(scene, alert_id, scene.now())
    async with scene.database.writing() as session:
        found = await changes.owe_changes(
            session,
            Kind.CORRECTION,
            f"{alert_id}.1",
            alert_id,
            languages=["en"],
            settled_before=datetime.now(UTC) + timedelta(seconds=30),
            after=0,
            now=scene.now(),
        )
        assert found == (0, 0)
        assert await going.anything_claimed(session, alert_id)
