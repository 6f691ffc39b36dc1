"""Pressed buttons: the callback query, its one answer, its end."""

from datetime import timedelta

from simulator.world import World
from tests.simulator.client import Caller

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
BUTTON = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}


async def test_a_press_reaches_the_bot_and_turns_until_answered(call: Caller, world: World, aye: int) -> None:
    sent = await call.send(reply_markup=BUTTON)
    query_id = world.press(aye, "x")
    (update,) = (await call("getUpdates")).result
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (query_id, "x", aye)
    assert query["message"]["message_id"] == sent["message_id"]
    assert world.unanswered() == [query_id]
    assert (await call("answerCallbackQuery", callback_query_id=query_id, text="ok", show_alert=True)).result is True
    assert world.answers[query_id] == {"callback_query_id": query_id, "text": "ok", "show_alert": True}
    assert world.unanswered() == []


async def test_a_press_is_answered_once(call: Caller, world: World, aye: int) -> None:
    query_id = world.press(aye, "x")
    assert (await call("answerCallbackQuery", callback_query_id=query_id)).result is True
    assert (await call("answerCallbackQuery", callback_query_id=query_id)).refusal == TOO_OLD
    assert (await call("answerCallbackQuery", callback_query_id="7")).refusal == TOO_OLD
    assert not world.refused


async def test_an_old_press_can_no_longer_be_answered(call: Caller, world: World, aye: int) -> None:
    query_id = world.press(aye, "x")
    world.clock.advance(world.query_lifetime + timedelta(seconds=2))
    assert (await call("answerCallbackQuery", callback_query_id=query_id)).refusal == TOO_OLD
    assert world.unanswered() == [query_id]


async def test_another_bot_cannot_answer_it(call: Caller, world: World, aye: int) -> None:
    query_id = world.press(aye, "x")
    call.token = world.register("777:OTHER", "other_bot").token
    assert (await call("answerCallbackQuery", callback_query_id=query_id)).refusal == TOO_OLD


async def test_any_bytes_may_be_pressed_on_a_message_that_is_gone(call: Caller, world: World, aye: int) -> None:
    sent = await call.send(reply_markup=BUTTON)
    await call("deleteMessage", chat_id=aye, message_id=sent["message_id"])
    world.press(aye, b"\xff\x00" * 40, message_id=sent["message_id"])
    (update,) = (await call("getUpdates")).result
    assert update["callback_query"]["message"] == {
        "chat": {"id": aye, "type": "private", "first_name": "Aye"},
        "message_id": sent["message_id"],
        "date": 0,
    }
    assert update["callback_query"]["data"] == "\ufffd\x00" * 40
