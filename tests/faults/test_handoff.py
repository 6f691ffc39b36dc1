"""Conversations with health workers survive what happens to processes: nothing is lost, nothing is told twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from answers.ask import Finder
from bot.beats.threads import Threads
from bot.house import build_house
from delivery.rules import Kind
from handlers.press_codec import encode
from handlers.presses.handoff import TypeQuestion
from handoff import asking, linking
from handoff.store import groups
from people.authority import Role
from simulator.server import Simulator
from storage.tables import Conversation, Line, Person, StaffGroup
from tests.acts import ON_POSTGRESQL
from tests.conftest import settings_for
from tests.faults.another import another_process
from tests.faults.conftest import Launcher, Survivor
from tests.faults.process import BotProcess
from tests.faults.scene import Known, Scene, until
from tests.thrift import in_turn

GROUP = -1001000000088
QUESTION, ANSWER = "where do I find a dentist for my son", "please come on monday morning"


async def staffed(scene: Scene, *, forum: bool = True) -> Known:
    """A nurse of Mae Sot, and the clinic's group."""
    [nurse] = await scene.people(1, role=Role.STAFF)
    scene.world.group(GROUP, forum=forum, members=[nurse.telegram_id])
    async with scene.database.writing() as session:
        made = {"clinic_id": "mae-sot", "chat_id": str(GROUP), "chat_key": groups.chat_key(GROUP)}
        session.add(StaffGroup(**made, forum=forum, language="en", linked_at=scene.now()))
    return nurse


def asks(scene: Scene, person: Known) -> None:
    """Agree, and type the question."""
    scene.world.press(person.telegram_id, encode(TypeQuestion("mae-sot")))
    scene.world.say(person.telegram_id, QUESTION)


def in_group(scene: Scene, words: str) -> list[int]:
    """The bot's messages in the group with these words."""
    chat = scene.world.chat(GROUP)
    return [one.message_id for one in chat.messages if one.from_bot and words in one.text and not one.deleted]


async def passed_on(process: BotProcess, scene: Scene, person: Known) -> int:
    """A process passes somebody's question on, and stops; the message in the group."""
    asks(scene, person)
    await process.start()
    await until(lambda: in_group(scene, QUESTION))
    await scene.settled()
    await process.stop()
    [message] = in_group(scene, QUESTION)
    return message


def topics(scene: Scene) -> int:
    """How many topics there are."""
    group = scene.world.chat(GROUP).group
    assert group
    return len(group.topics)


async def lines(scene: Scene) -> list[Line]:
    async with scene.database.reading() as session:
        return list(await session.scalars(select(Line).order_by(Line.at, Line.id)))


def announced(scene: Scene, person: Known) -> int:
    return scene.got(person, "You have a message")


async def test_killed_between_opening_a_topic_and_storing_its_number_leaves_one_spare_topic_and_loses_nothing(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene
) -> None:
    nurse = await staffed(scene)
    [aye] = await scene.people(1)
    process = bot()
    asks(scene, aye)
    await process.run_until_killed("thread-opened")
    assert topics(scene) == 1
    assert in_group(scene, QUESTION) == []
    async with scene.database.writing() as session:  # the quarter of a minute passes in which nobody else may try
        await session.execute(update(Conversation).values(lease_until=None))
    async with survivor(process):
        await until(lambda: in_group(scene, QUESTION))
        await scene.settled()
        assert topics(scene) == 2, "at most one is to spare"
        [message] = in_group(scene, QUESTION)
        shown = scene.world.chat(GROUP).find(message)
        assert shown
        scene.world.say(nurse.telegram_id, ANSWER, chat_id=GROUP, reply_to=message, thread_id=shown.thread_id)
        await until(lambda: announced(scene, aye))
        await scene.settled()
    assert announced(scene, aye) == 1


@in_turn("forum", [True, False])
async def test_an_answer_finds_its_person_in_another_process_than_the_question(
    bot: Launcher, telegram: Simulator, scene: Scene, forum: bool
) -> None:
    nurse = await staffed(scene, forum=forum)
    [aye] = await scene.people(1)
    message = await passed_on(bot(), scene, aye)
    shown = scene.world.chat(GROUP).find(message)
    assert shown
    scene.world.say(nurse.telegram_id, ANSWER, chat_id=GROUP, reply_to=message, thread_id=shown.thread_id)
    second = bot()
    await second.start()
    await until(lambda: announced(scene, aye))
    await second.stop()
    assert announced(scene, aye) == 1


@in_turn("crashpoint", ["before-group-commit", "committed", "sent"])
async def test_an_answer_that_is_killed_on_its_way_is_one_answer(
    bot: Launcher, survivor: Survivor, telegram: Simulator, scene: Scene, crashpoint: str
) -> None:
    nurse = await staffed(scene, forum=False)
    [aye] = await scene.people(1)
    message = await passed_on(bot(), scene, aye)
    scene.world.say(nurse.telegram_id, ANSWER, chat_id=GROUP, reply_to=message)
    second = bot()
    await second.run_until_killed(crashpoint)
    await scene.lease_passes()
    async with survivor(second):
        await telegram.world.quiet(30)
        await until(lambda: announced(scene, aye))
        await scene.settled()
    assert [line.state for line in await lines(scene)] == ["sent", "sent"]
    assert await scene.states(Kind.HANDOFF) == {"sent": 1}
    assert announced(scene, aye) <= 2 if crashpoint == "sent" else announced(scene, aye) == 1


async def test_a_question_that_comes_twice_is_passed_on_once(scene: Scene) -> None:
    await staffed(scene)
    [aye] = await scene.people(1)
    for _ in range(2):
        async with scene.database.writing() as session:
            person = await session.get_one(Person, aye.id)
            await asking.ask(session, person, "mae-sot", QUESTION, 77, now=scene.now())
    assert len(await lines(scene)) == 1
    assert await scene.states(Kind.GROUP) == {"pending": 1}


@asynccontextmanager
async def worker(telegram: Simulator, database_url: str, finder: Finder, scene: Scene) -> AsyncIterator[Threads]:
    """What opens topics, with connections of its own, as another process would have."""
    house = build_house(settings_for(telegram.url, database_url), finder)
    async with another_process(telegram, database_url) as (database, out):
        yield Threads(house, database, out, scene.now)


async def opened_by_three(telegram: Simulator, database_url: str, finder: Finder, scene: Scene) -> int:
    """Three processes look for work at once; how many topics there are then."""
    await staffed(scene)
    people = await scene.people(5)
    for number, each in enumerate(people):
        async with scene.database.writing() as session:
            person = await session.get_one(Person, each.id)
            await asking.ask(session, person, "mae-sot", QUESTION, 77 + number, now=scene.now())
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(worker(telegram, database_url, finder, scene)) for _ in range(3)]
        await asyncio.gather(*(each.run() for each in workers))
    return topics(scene)


@ON_POSTGRESQL
async def test_of_several_processes_one_opens_each_topic(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene
) -> None:
    assert await opened_by_three(telegram, database_url, finder, scene) == 5
    async with scene.database.reading() as session:
        talks = list(await session.scalars(select(Conversation)))
    assert len({talk.thread_id for talk in talks}) == 5
    assert all(talk.lease_until is None for talk in talks)


@ON_POSTGRESQL
async def test_without_the_lease_topics_are_opened_twice(
    telegram: Simulator, database_url: str, finder: Finder, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    async def always(*_: object) -> bool:
        return True

    monkeypatch.setattr("handoff.threading.take", always)
    assert await opened_by_three(telegram, database_url, finder, scene) > 5


@ON_POSTGRESQL
async def test_two_leads_who_link_at_once_leave_one_group(scene: Scene) -> None:
    [lead] = await scene.people(1)
    codes = []
    async with scene.database.writing() as session:
        person = await session.get_one(Person, lead.id)
        secrets = iter(("a" * 32, "b" * 32))
        for _ in range(2):
            codes.append(
                await linking.make_code(
                    session, person, "mae-sot", now=datetime.now(UTC), new_secret=lambda: next(secrets)
                )
            )

    async def link(chat_id: int, code: str) -> None:
        for _ in range(3):
            try:
                async with scene.database.writing() as session:
                    person = await session.get_one(Person, lead.id)
                    await linking.link(
                        session, person, chat_id, forum=True, code=code, language="en", now=datetime.now(UTC)
                    )
                return
            except Exception:  # the loser's update is delivered again
                await asyncio.sleep(0.05)

    await asyncio.gather(link(GROUP, codes[0]), link(GROUP - 1, codes[1]))
    async with scene.database.reading() as session:
        assert len(list(await session.scalars(select(StaffGroup)))) == 1
