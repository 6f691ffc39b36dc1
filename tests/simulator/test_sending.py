"""What a bot may send, and how it looks afterwards."""

import json

import pytest
from aiohttp import ClientSession, FormData

from simulator.world import World
from tests.simulator.client import Caller

INLINE = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "Map", "url": "https://a.org"}]]}
KEYS = {"keyboard": [["Yes", {"text": "Phone", "request_contact": True}]], "resize_keyboard": True}


async def test_a_sent_message_stands_in_the_chat(call: Caller, world: World, aye: int) -> None:
    sent = await call.send("hello", reply_markup=INLINE, protect_content=True)
    kept = world.chat(aye).messages[-1]
    assert (kept.message_id, kept.text, kept.from_bot) == (sent["message_id"], "hello", True)
    assert kept.reply_markup == INLINE == sent["reply_markup"]
    assert kept.protect_content
    assert sent["chat"] == {"id": aye, "type": "private", "first_name": "Aye"}
    assert sent["from"]["username"] == "front_door_bot"


async def test_every_private_chat_counts_its_own_messages(call: Caller, world: World, aye: int) -> None:
    world.acquaint(6)
    ids = [(await call.send(chat_id=chat))["message_id"] for chat in (aye, aye, 6)]
    assert ids == [1, 2, 1]


async def test_form_query_and_multipart_say_the_same_as_json(
    call: Caller, session: ClientSession, world: World, aye: int
) -> None:
    fields = {
        "chat_id": str(aye),
        "text": "hello",
        "reply_markup": json.dumps(INLINE),
        "protect_content": "true",
    }
    multipart = FormData(default_to_multipart=True)
    for name, value in fields.items():
        multipart.add_field(name, value)
    for body in (FormData(fields), multipart):
        async with session.post(call.address("sendMessage"), data=body) as response:
            assert response.status == 200, await response.text()
    async with session.get(call.address("SENDMESSAGE"), params=fields) as response:
        assert response.status == 200, await response.text()
    await call.send("hello", reply_markup=json.dumps(INLINE), protect_content=True)
    seen = {(m.text, json.dumps(m.reply_markup), m.protect_content) for m in world.chat(aye).messages}
    assert (len(seen), len(world.chat(aye).messages)) == (1, 4)


async def test_a_reply_keyboard_stays_until_it_is_removed(call: Caller, world: World, aye: int) -> None:
    sent = await call.send(reply_markup=KEYS)
    assert "reply_markup" not in sent
    assert world.chat(aye).keyboard == {
        "keyboard": [[{"text": "Yes"}, {"text": "Phone", "request_contact": True}]],
        "resize_keyboard": True,
    }
    await call.send("inline", reply_markup=INLINE)
    assert world.chat(aye).keyboard is not None
    await call.send("gone", reply_markup={"remove_keyboard": True})
    assert world.chat(aye).keyboard is None


async def test_text_is_trimmed_and_links_are_found(call: Caller, aye: int) -> None:
    sent = await call.send("  See https://example.org/x, or /help \U0001f600 +66 81 234 5678\n")
    assert sent["text"] == "See https://example.org/x, or /help \U0001f600 +66 81 234 5678"
    assert sent["entities"] == [
        {"type": "url", "offset": 4, "length": 21},
        {"type": "bot_command", "offset": 30, "length": 5},
        {"type": "phone_number", "offset": 39, "length": 15},
    ]


async def test_length_is_counted_in_utf16_units(call: Caller, world: World, aye: int) -> None:
    await call.send("\U0001f600" * 2048)
    await call.send("က" * 4096)
    refused = await call("sendMessage", chat_id=aye, text="\U0001f600" * 2048 + "a")
    assert refused.refusal == "Bad Request: message is too long"
    assert [one.method for one in world.refused] == ["sendMessage"]


async def test_length_is_counted_after_the_markup_is_read(call: Caller, aye: int) -> None:
    sent = await call.send("<b>" + "a" * 4096 + "</b>", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


async def test_a_reply_carries_the_message_replied_to(call: Caller, world: World, aye: int) -> None:
    asked = world.say(aye, "where?")
    sent = await call.send("there", reply_parameters={"message_id": asked.message_id})
    assert sent["reply_to_message"]["text"] == "where?"
    gone = {"message_id": 99}
    refused = await call("sendMessage", chat_id=aye, text="there", reply_parameters=gone)
    assert refused.refusal == "Bad Request: message to be replied not found"
    assert "reply_to_message" not in await call.send(
        "there", reply_parameters=gone | {"allow_sending_without_reply": True}
    )


async def test_places_are_sent_with_their_coordinates(call: Caller, world: World, aye: int) -> None:
    where = {"latitude": 16.71, "longitude": 98.57}
    venue = await call("sendVenue", chat_id=aye, **where, title="Clinic", address="Mae Sot")
    assert venue.result["venue"] == {"location": where, "title": "Clinic", "address": "Mae Sot"}
    assert (await call("sendLocation", chat_id=aye, **where)).result["location"] == where
    off = await call("sendLocation", chat_id=aye, latitude=91, longitude=0)
    assert off.status == 400
    assert [m.kind for m in world.chat(aye).messages] == ["venue", "location"]


async def test_typing_is_shown_and_an_unknown_action_refused(call: Caller, world: World, aye: int) -> None:
    events = world.subscribe()
    assert (await call("sendChatAction", chat_id=aye, action="typing")).result is True
    assert events.get_nowait() == {
        "type": "action",
        "chat_id": aye,
        "action": "typing",
        "bot": "front_door_bot",
    }
    refused = await call("sendChatAction", chat_id=aye, action="dancing")
    assert refused.refusal == "Bad Request: wrong parameter action in request"


async def test_copying_and_forwarding_respect_protected_content(call: Caller, world: World, aye: int) -> None:
    said = world.say(aye, "hello /x")
    there = {"chat_id": aye, "from_chat_id": aye}
    copied = (await call("copyMessage", **there, message_id=said.message_id)).result
    assert copied == {"message_id": said.message_id + 1}
    forwarded = (await call("forwardMessage", **there, message_id=said.message_id)).result
    assert (forwarded["text"], forwarded["forward_origin"]["sender_user"]["id"]) == ("hello /x", aye)
    secret = await call.send(protect_content=True)
    for method, word in (("copyMessage", "copied"), ("forwardMessage", "forwarded")):
        refused = await call(method, **there, message_id=secret["message_id"])
        assert refused.refusal == f"Bad Request: message can't be {word}"
        missing = await call(method, **there, message_id=999)
        assert missing.refusal == f"Bad Request: message to {method.removesuffix('Message')} not found"


async def test_one_reaction_from_telegrams_own_list(call: Caller, world: World, aye: int) -> None:
    said = world.say(aye, "thanks")
    where = {"chat_id": aye, "message_id": said.message_id}
    assert (await call("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "\U0001f44d"}])).result
    assert said.reactions == [{"type": "emoji", "emoji": "\U0001f44d"}]
    refused = await call("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "\U0001f3e5"}])
    assert refused.refusal == "Bad Request: REACTION_INVALID"
    assert (await call("setMessageReaction", **where)).result
    assert said.reactions is None


@pytest.mark.parametrize("pin", [None, 1])
async def test_a_pinned_message_is_told_by_get_chat(call: Caller, world: World, aye: int, pin: int | None) -> None:
    await call.send("read me")
    assert (await call("pinChatMessage", chat_id=aye, message_id=1)).result is True
    assert (await call("getChat", chat_id=aye)).result["pinned_message"]["text"] == "read me"
    assert (await call("unpinChatMessage", chat_id=aye, message_id=pin)).result is True
    assert "pinned_message" not in (await call("getChat", chat_id=aye)).result
    assert (await call("unpinChatMessage", chat_id=aye)).refusal == "Bad Request: message to unpin not found"
