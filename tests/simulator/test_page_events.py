"""Server-sent events: what an open page hears, and what it hears after a cut."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from simulator.pace import Pace
from simulator.server import Simulator
from simulator.world import World
from tests.simulator.client import AYE, Caller, until

BUTTON = {"inline_keyboard": [[{"text": "Book", "callback_data": "book"}]]}


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = Simulator(pace=Pace.unlimited())
    running.world.register()
    async with running:
        yield running


async def hear(response: ClientResponse) -> dict[str, Any]:
    """The next event of a stream."""
    async with asyncio.timeout(5):
        async for line in response.content:
            if line.startswith(b"data: "):
                event = json.loads(line[6:])
                assert isinstance(event, dict)
                return event
    raise AssertionError("the stream ended")


@asynccontextmanager
async def listening(simulator: Simulator, session: ClientSession) -> AsyncIterator[ClientResponse]:
    async with session.get(f"{simulator.url}/sim/events") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b"retry: 1000\n"
        yield response


async def test_an_open_page_hears_messages_edits_and_deletions_in_order(
    simulator: Simulator, session: ClientSession, call: Caller, aye: int
) -> None:
    async with listening(simulator, session) as stream:
        simulator.world.say(aye, "hello")
        said = await hear(stream)
        assert (said["type"], said["chat_id"], said["message"]["text"]) == ("message", aye, "hello")
        sent = await call.send("one", reply_markup=BUTTON)
        came = await hear(stream)
        assert came["message"]["reply_markup"] == BUTTON
        await call("editMessageText", chat_id=aye, message_id=sent["message_id"], text="two")
        changed = await hear(stream)
        assert (changed["type"], changed["message"]["text"]) == ("edit", "two")
        assert changed["message"]["edit_date"] >= changed["message"]["date"]
        await call("deleteMessage", chat_id=aye, message_id=sent["message_id"])
        gone = await hear(stream)
        assert (gone["type"], gone["message_ids"]) == ("delete", [sent["message_id"]])


async def test_an_open_page_hears_the_answer_to_a_press(
    simulator: Simulator, session: ClientSession, call: Caller, aye: int
) -> None:
    async with listening(simulator, session) as stream:
        query_id = simulator.world.press(aye, "book")
        await call("answerCallbackQuery", callback_query_id=query_id, text="Kept", show_alert=True)
        told = await hear(stream)
    assert (told["type"], told["id"]) == ("answer", query_id)
    assert told["answer"] == {"text": "Kept", "show_alert": True, "url": None}


async def test_an_open_page_hears_typing_the_clock_newcomers_and_a_block(
    simulator: Simulator, session: ClientSession, call: Caller, aye: int
) -> None:
    async with listening(simulator, session) as stream:
        await call("sendChatAction", chat_id=aye, action="typing")
        typing = await hear(stream)
        assert (typing["type"], typing["chat_id"], typing["action"]) == ("action", aye, "typing")
        told = simulator.world.clock.advance(timedelta(hours=1))
        assert await hear(stream) == {"type": "clock", "clock": told.isoformat()}
        simulator.world.person(77, "Sokha", "km")
        assert (await hear(stream))["type"] == "person"
        simulator.world.block(aye)
        assert (await hear(stream))["type"] == "chat"


async def test_a_message_comes_with_the_keyboard_and_commands_that_hold_now(
    simulator: Simulator, session: ClientSession, call: Caller, aye: int
) -> None:
    commands = [{"command": "mine", "description": "My visits"}]
    keyboard = {"keyboard": [[{"text": "Yes"}]], "resize_keyboard": True}
    async with listening(simulator, session) as stream:
        await call("setMyCommands", commands=commands, scope={"type": "chat", "chat_id": aye})
        await call.send(reply_markup=keyboard)
        came = await hear(stream)
        while came["type"] != "message":
            came = await hear(stream)
    assert came["commands"] == commands
    assert came["keyboard"]["keyboard"] == keyboard["keyboard"]


async def test_every_open_page_hears_everything(simulator: Simulator, session: ClientSession, aye: int) -> None:
    async with listening(simulator, session) as first, listening(simulator, session) as second:
        for number in range(50):
            simulator.world.say(aye, f"line {number}")
        for stream in (first, second):
            heard = [(await hear(stream))["message"]["text"] for _ in range(50)]
            assert heard == [f"line {number}" for number in range(50)]


async def test_a_page_that_goes_away_is_forgotten(
    simulator: Simulator, session: ClientSession, world: World, aye: int
) -> None:
    async with listening(simulator, session):
        assert world.watched
    async with asyncio.timeout(5):
        while world.watched:
            world.say(aye, "is anybody there")
            await asyncio.sleep(0.01)


async def test_open_pages_do_not_hold_up_a_stop_and_find_everything_after_it(session: ClientSession) -> None:
    running = Simulator(pace=Pace.unlimited())
    running.world.register()
    await running.start()
    async with listening(running, session) as stream:
        async with asyncio.timeout(3):
            await running.stop()
            assert await stream.content.read() is not None
    await until(lambda: not running.world.watched)
    running.world.say(AYE, "meanwhile")
    await running.start()
    try:
        async with listening(running, session), session.get(f"{running.url}/sim/state") as response:
            state = await response.json()
        assert [m["text"] for m in state["chats"][str(AYE)]["messages"]] == ["meanwhile"]
    finally:
        await running.stop()
