"""Whom a bot may write to, and what people send it."""

import pytest

from simulator.world import World
from tests.simulator.client import Caller

BLOCKED = "Forbidden: bot was blocked by the user"


async def test_a_bot_cannot_write_first(call: Caller, world: World) -> None:
    world.person(8)
    reply = await call("sendMessage", chat_id=8, text="hello")
    assert (reply.status, reply.refusal) == (403, "Forbidden: bot can't initiate conversation with a user")
    world.start(8)
    assert (await call.send(chat_id=8))["message_id"] == 2
    assert not world.refused


@pytest.mark.parametrize("chat_id", [8, -8, -1008, 0, "@nobody"])
async def test_a_chat_nobody_knows_is_not_found(call: Caller, world: World, chat_id: int | str) -> None:
    for method, more in (
        ("sendMessage", {"text": "x"}),
        ("getChat", {}),
        ("deleteMessage", {"message_id": 1}),
    ):
        assert (await call(method, chat_id=chat_id, **more)).refusal == "Bad Request: chat not found"


async def test_a_blocked_bot_is_told_so_until_start(call: Caller, world: World, aye: int) -> None:
    sent = await call.send()
    world.block(aye)
    assert (await call("sendMessage", chat_id=aye, text="x")).refusal == BLOCKED
    edit = {"chat_id": aye, "message_id": sent["message_id"], "text": "y"}
    assert (await call("editMessageText", **edit)).refusal == BLOCKED
    with pytest.raises(ValueError, match="blocked"):
        world.say(aye, "hello")
    world.start(aye, payload="clinic7")
    assert (await call.send())["text"] == "hello"
    updates = (await call("getUpdates")).result
    changes = [
        (u["my_chat_member"]["old_chat_member"]["status"], u["my_chat_member"]["new_chat_member"]["status"])
        for u in updates[:2]
    ]
    assert changes == [("member", "kicked"), ("kicked", "member")]
    assert updates[2]["message"]["text"] == "/start clinic7"


async def test_a_deleted_account_and_a_bot_cannot_be_written_to(call: Caller, world: World, aye: int) -> None:
    world.person(aye).deactivated = True
    assert (await call("sendMessage", chat_id=aye, text="x")).refusal == "Forbidden: user is deactivated"
    other = world.register("777:OTHER", "other_bot")
    reply = await call("sendMessage", chat_id=other.id, text="x")
    assert reply.refusal == "Forbidden: bot can't send messages to bots"


async def test_two_bots_have_a_private_chat_each(call: Caller, world: World, aye: int) -> None:
    other = world.register("777:OTHER", "other_bot")
    world.say(aye, "to the other", bot=other)
    await call.send("from the first")
    assert [m.text for m in world.chat(aye).messages] == ["from the first"]
    assert [m.text for m in world.chat(aye, other).messages] == ["to the other"]
    assert (world.updates_pending(), world.updates_pending(other)) == (0, 1)


async def test_every_kind_of_medium_reaches_the_bot(call: Caller, world: World, aye: int) -> None:
    kinds = [
        "photo",
        "sticker",
        "voice",
        "document",
        "location",
        "contact",
        "video",
        "animation",
        "dice",
        "venue",
    ]
    for kind in kinds:
        world.send(aye, kind)
    updates = (await call("getUpdates")).result
    seen = [next(kind for kind in kinds if kind in update["message"]) for update in updates]
    assert seen == [*kinds[:7], "document", "dice", "location"]
    assert "animation" in updates[7]["message"]
    assert "venue" in updates[9]["message"]
    assert updates[5]["message"]["contact"]["user_id"] == aye
    with pytest.raises(ValueError, match="hologram"):
        world.send(aye, "hologram")


async def test_an_edited_message_is_an_update_of_its_own(call: Caller, world: World, aye: int) -> None:
    said = world.say(aye, "helo")
    world.edit(aye, said.message_id, "hello")
    first, second = (await call("getUpdates")).result
    assert (first["message"]["text"], second["edited_message"]["text"]) == ("helo", "hello")
    assert "edit_date" in second["edited_message"]
    with pytest.raises(KeyError):
        world.edit(aye, 99, "x")


async def test_subscribers_see_what_happens(call: Caller, world: World, aye: int) -> None:
    events = world.subscribe()
    said = world.say(aye, "hello")
    sent = await call.send("hi")
    await call("editMessageText", chat_id=aye, message_id=sent["message_id"], text="ho")
    await call("answerCallbackQuery", callback_query_id=world.press(aye, "x"))
    await call("deleteMessage", chat_id=aye, message_id=said.message_id)
    world.unsubscribe(events)
    world.say(aye, "unseen")
    seen = [events.get_nowait() for _ in range(events.qsize())]
    assert [event["type"] for event in seen] == ["message", "message", "edit", "answer", "delete"]
    assert all(event["chat_id"] == aye for event in seen)
    assert seen[2]["message"]["text"] == "ho"
