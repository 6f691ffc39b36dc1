"""Editing and deleting: whose message, which message, and until when."""

from datetime import timedelta

import pytest

from simulator.chats import Standing
from simulator.world import World
from tests.simulator.client import Caller

BUTTON = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


async def test_an_edit_changes_text_and_buttons(call: Caller, world: World, aye: int) -> None:
    where = {"chat_id": aye, "message_id": (await call.send("one", reply_markup=BUTTON))["message_id"]}
    edited = (await call("editMessageText", **where, text="two")).result
    assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("two", False, True)
    assert (await call("editMessageReplyMarkup", **where, reply_markup=BUTTON)).result["reply_markup"] == BUTTON
    kept = world.chat(aye).messages[-1]
    assert (kept.text, kept.reply_markup, kept.edited_at is not None) == ("two", BUTTON, True)


async def test_an_edit_that_changes_nothing_is_refused_but_not_malformed(call: Caller, world: World, aye: int) -> None:
    where = {"chat_id": aye, "message_id": (await call.send("<b>x</b>", parse_mode="HTML"))["message_id"]}
    assert (await call("editMessageText", **where, text="<b>x</b>", parse_mode="HTML")).refusal == SAME
    assert (await call("editMessageReplyMarkup", **where)).refusal == SAME
    assert (await call("editMessageText", **where, text="x")).result["text"] == "x"
    assert not world.refused


async def test_only_the_bots_own_living_messages_can_be_edited(call: Caller, world: World, aye: int) -> None:
    theirs = world.say(aye, "mine")
    edit = {"chat_id": aye, "text": "changed"}
    refused = await call("editMessageText", **edit, message_id=theirs.message_id)
    assert refused.refusal == "Bad Request: message can't be edited"
    own = (await call.send())["message_id"]
    assert (await call("deleteMessage", chat_id=aye, message_id=own)).result is True
    for gone in (own, 999):
        refused = await call("editMessageText", **edit, message_id=gone)
        assert refused.refusal == "Bad Request: message to edit not found"


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(call: Caller, aye: int) -> None:
    sent = await call.send(reply_markup={"keyboard": [["Yes"]]})
    refused = await call("editMessageText", chat_id=aye, message_id=sent["message_id"], text="x")
    assert refused.refusal == "Bad Request: message can't be edited"


async def test_text_and_caption_are_not_confused(call: Caller, aye: int) -> None:
    text = (await call.send())["message_id"]
    point = (await call("sendLocation", chat_id=aye, latitude=1, longitude=1)).result["message_id"]
    refused = await call("editMessageCaption", chat_id=aye, message_id=text, caption="x")
    assert refused.refusal == "Bad Request: there is no caption in the message to edit"
    refused = await call("editMessageText", chat_id=aye, message_id=point, text="x")
    assert refused.refusal == "Bad Request: there is no text in the message to edit"


async def test_a_message_can_be_deleted_for_48_hours(call: Caller, world: World, aye: int) -> None:
    first, theirs = await call.send(), world.say(aye, "mine")
    world.clock.advance(timedelta(hours=47))
    second = await call.send()
    assert (await call("deleteMessage", chat_id=aye, message_id=theirs.message_id)).result is True
    world.clock.advance(timedelta(hours=2))
    refused = await call("deleteMessage", chat_id=aye, message_id=first["message_id"])
    assert refused.refusal == "Bad Request: message can't be deleted for everyone"
    assert (await call("deleteMessage", chat_id=aye, message_id=second["message_id"])).result is True
    assert [m.deleted for m in world.chat(aye).messages] == [False, True, True]
    refused = await call("deleteMessage", chat_id=aye, message_id=second["message_id"])
    assert refused.refusal == "Bad Request: message to delete not found"


async def test_deleting_many_skips_those_that_are_gone(call: Caller, world: World, aye: int) -> None:
    ids = [(await call.send())["message_id"] for _ in range(3)]
    assert (await call("deleteMessages", chat_id=aye, message_ids=[*ids[:2], 999])).result is True
    assert [m.deleted for m in world.chat(aye).messages] == [True, True, False]


@pytest.mark.parametrize(("standing", "allowed"), [("member", False), ("administrator", True)])
async def test_in_a_group_only_an_administrator_deletes_what_others_wrote(
    call: Caller, world: World, standing: Standing, allowed: bool
) -> None:
    group = world.group(members=[7], bot_is=standing)
    said = world.say(7, "hello", chat_id=group.id)
    reply = await call("deleteMessage", chat_id=group.id, message_id=said.message_id)
    assert said.deleted is allowed
    assert allowed or reply.refusal == "Bad Request: message can't be deleted"
