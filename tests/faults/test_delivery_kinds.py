"""What is owed besides messages to one person: changes of messages, lines in staff groups, warnings of danger to life.

The wordings stand in for those of alerts and conversations: only the way of a row is looked at here.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settled import SETTLED
from delivery.owing import owe
from delivery.rules import Kind, Outcome
from handlers.due import Due, Worded
from handlers.screen import Screen
from handlers.wording import WORDING
from handoff.store.groups import chat_key
from locales.catalogue import Html
from simulator.chats import Chat
from storage.tables import Owed, StaffGroup
from tests.acts import ON_SQLITE
from tests.faults.scene import Known, Scene, until
from tests.house import House

pytestmark = ON_SQLITE
NUMBERS = count()
GROUP = -1001000000001


@pytest.fixture
def scene(house: House, monkeypatch: pytest.MonkeyPatch) -> Scene:
    for kind in (Kind.LIFE_SAFETY, Kind.CORRECTION, Kind.EXPIRED_MARK, Kind.PROGRESS, Kind.GROUP):
        monkeypatch.setitem(WORDING, kind, _said(kind))
        monkeypatch.delitem(SETTLED, kind, raising=False)
    return Scene(house.app.database, house.simulator.world, lambda: house.now)


def _said(kind: Kind):  # type: ignore[no-untyped-def]
    async def say(due: Due) -> Worded:
        in_group = due.row.kind == Kind.GROUP
        reply_to = due.row.subject_id if in_group else None
        return Screen(text=Html(f"It is about <b>{kind}</b>"), reply_to=reply_to)

    return say


async def _owe(
    scene: Scene,
    kind: Kind,
    person: Known | None = None,
    subject_id: int = 1,
    *,
    group_id: int | None = None,
    message_id: int | None = None,
) -> str:
    key = f"test:{next(NUMBERS)}"
    async with scene.database.writing() as session:
        now = scene.now() - timedelta(seconds=1)
        await owe(session, kind, key, person.id if person else None, subject_id, group_id=group_id, due_at=now)
        about = update(Owed).where(Owed.key == f"{kind}:{key}")
        await session.execute(about.values(message_id=message_id))
    return f"{kind}:{key}"


async def _row(scene: Scene, key: str) -> Owed:
    async with scene.database.reading() as session:
        return (await session.scalars(select(Owed).where(Owed.key == key))).one()


def _standing(house: House, person: Known) -> list[tuple[int, str]]:
    messages = house.simulator.world.chat(person.telegram_id).messages
    return [(each.message_id, each.text or "") for each in messages if each.from_bot and not each.deleted]


async def _message(house: House, person: Known) -> int:
    return (await house.app.bot.send_message(person.telegram_id, "before")).message_id


@pytest.mark.parametrize("kind", [Kind.CORRECTION, Kind.EXPIRED_MARK, Kind.PROGRESS])
@pytest.mark.parametrize("fault", ["", "reset", "reset_after", "500_after", "cut", "429:1", "timeout"])
async def test_a_change_of_a_message_is_tried_until_it_is_done_and_costs_no_new_one(
    house: House, scene: Scene, kind: Kind, fault: str
) -> None:
    house.app.bot.request._read_timeout = 0.3  # type: ignore[attr-defined]
    [person] = await scene.people(1)
    message = await _message(house, person)
    if fault:
        house.simulator.faults.add(fault, "editMessageText", count=2)
    key = await _owe(scene, kind, person, message_id=message)
    await _until_settled(house, scene, key)
    assert _standing(house, person) == [(message, f"It is about {kind}")]
    row = await _row(scene, key)
    assert (row.state, row.message_id) == ("sent", message)
    assert house.simulator.pace.breaches["early"] == 0


async def test_the_words_below_a_picture_are_changed_too(house: House, scene: Scene) -> None:
    [person] = await scene.people(1)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(64)
    sent = await house.app.bot.send_photo(person.telegram_id, picture, caption="before")
    key = await _owe(scene, Kind.CORRECTION, person, message_id=sent.message_id)
    await house.quiet()
    assert (await _row(scene, key)).state == "sent"
    edits = [call.method for call in house.simulator.world.calls if call.method.startswith("edit") and call.done]
    assert edits == ["editMessageCaption"]


@pytest.mark.parametrize(("kind", "state", "new"), [(Kind.CORRECTION, "failed", 0), (Kind.PROGRESS, "sent", 1)])
async def test_a_message_that_is_gone_is_written_anew_only_for_an_operator(
    house: House, scene: Scene, kind: Kind, state: str, new: int
) -> None:
    [person] = await scene.people(1)
    message = await _message(house, person)
    await house.app.bot.delete_message(person.telegram_id, message)
    key = await _owe(scene, kind, person, message_id=message)
    await house.quiet()
    standing, row = _standing(house, person), await _row(scene, key)
    assert (row.state, len(standing)) == (state, new)
    assert row.message_id == (standing[0][0] if new else message)


@pytest.mark.parametrize(("faults", "copies", "state"), [(1, 2, "sent"), (2, 2, "unknown")])
async def test_a_warning_of_danger_to_life_is_sent_once_more_when_nobody_knows(
    house: House, scene: Scene, faults: int, copies: int, state: str
) -> None:
    [person] = await scene.people(1)
    house.simulator.faults.add("500_after", "sendMessage", count=faults)
    key = await _owe(scene, Kind.LIFE_SAFETY, person)
    await _until_settled(house, scene, key)
    assert (len(_standing(house, person)), (await _row(scene, key)).state) == (copies, state)


async def test_a_line_goes_into_the_staff_group_as_an_answer_to_another(house: House, scene: Scene) -> None:
    group, chat = await _group(house)
    asked = await house.app.bot.send_message(GROUP, "asked")
    key = await _owe(scene, Kind.GROUP, group_id=group, subject_id=asked.message_id)
    await house.quiet()
    last = chat.messages[-1]
    assert (last.text, last.reply_to and last.reply_to.message_id) == ("It is about group", asked.message_id)
    assert (await _row(scene, key)).message_id == last.message_id
    gone = await _owe(scene, Kind.GROUP, group_id=group, subject_id=9999)
    await house.quiet()
    assert (await _row(scene, gone)).state == "sent", "the answered message is gone; the line is not"


async def test_a_group_that_became_a_supergroup_gets_the_line_once(house: House, scene: Scene) -> None:
    group, old = await _group(house, -77)
    house.simulator.world.group(GROUP)
    assert old.group
    old.group.migrated_to = GROUP  # and nobody told us
    key = await _owe(scene, Kind.GROUP, group_id=group)
    await house.quiet()
    assert (await _row(scene, key)).state == "sent"
    lines = [each for each in house.simulator.world.chat(GROUP).messages if each.text == "It is about group"]
    assert len(lines) == 1
    async with house.app.database.reading() as session:
        assert (await session.get_one(StaffGroup, group)).chat_id == str(GROUP)


async def test_whoever_wants_to_know_what_became_of_a_row_learns_it_with_its_end(
    house: House, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, Outcome, tuple[int, ...]]] = []

    async def hear(_session: AsyncSession, row: Owed, outcome: Outcome, ids: Sequence[int], _now: datetime) -> None:
        heard.append((row.key, outcome, tuple(ids)))

    monkeypatch.setitem(SETTLED, Kind.LIFE_SAFETY, hear)
    good, bad = await scene.people(2)
    house.simulator.world.block(bad.telegram_id)
    await house.simulator.world.quiet()
    keys = [await _owe(scene, Kind.LIFE_SAFETY, person) for person in (good, bad)]
    await house.quiet()
    assert sorted(heard) == sorted(
        [(keys[0], Outcome.SENT, (_standing(house, good)[-1][0],)), (keys[1], Outcome.UNREACHABLE, ())]
    )


async def test_an_end_that_cannot_be_written_spoils_no_other(
    house: House, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await scene.people(8)

    async def stumble(_session: AsyncSession, row: Owed, _out: Outcome, _ids: Sequence[int], _now: datetime) -> None:
        if row.person_id == people[3].id:
            raise RuntimeError

    monkeypatch.setitem(SETTLED, Kind.LIFE_SAFETY, stumble)
    keys = [await _owe(scene, Kind.LIFE_SAFETY, person) for person in people]
    house.app.dispatcher.committed.set()
    others = [key for person, key in zip(people, keys, strict=True) if person is not people[3]]
    await until(lambda: all(len(_standing(house, person)) == 1 for person in people))
    for key in others:
        while (await _row(scene, key)).state != "sent":
            await house.simulator.world.quiet()
    assert (await _row(scene, keys[3])).state == "claimed", "its lease ends it"
    monkeypatch.delitem(SETTLED, Kind.LIFE_SAFETY)
    await scene.lease_passes()


async def _until_settled(house: House, scene: Scene, key: str) -> None:
    for _ in range(20):
        await house.quiet()
        if (await _row(scene, key)).settled_at:
            return
        await asyncio.sleep(0.2)  # a silence that Telegram asks for is real
        house.advance(seconds=20)
    raise AssertionError("never settled")


async def _group(house: House, chat_id: int = GROUP) -> tuple[int, Chat]:
    chat = house.simulator.world.group(chat_id)
    async with house.app.database.writing() as session:
        row = StaffGroup(
            clinic_id="mae-sot", chat_id=str(chat_id), chat_key=chat_key(chat_id), forum=False, linked_at=house.now
        )
        session.add(row)
        await session.flush()
        return row.id, chat
