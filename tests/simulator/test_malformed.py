"""Calls that are wrong in themselves: refused with 400, and counted against the bot."""

from typing import Any

import pytest
from aiohttp import ClientSession

from simulator.world import World
from tests.simulator.client import Caller

SEND: dict[str, Any] = {"chat_id": 5, "text": "hello"}


def inline(**button: Any) -> dict[str, Any]:
    return SEND | {"reply_markup": {"inline_keyboard": [[{"text": "x"} | button]]}}


def markup(**fields: Any) -> dict[str, Any]:
    return SEND | {"reply_markup": fields}


def entity(**fields: Any) -> dict[str, Any]:
    return SEND | {"entities": [{"type": "bold", "offset": 0, "length": 1} | fields]}


TEXT_BUTTON = "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
WRONG = [
    ("sendMessage", {"chat_id": 5}, "message text is empty"),
    ("sendMessage", {"chat_id": 5, "text": " \n "}, "message text is empty"),
    ("sendMessage", {"text": "hello"}, "chat_id is empty"),
    ("sendMessage", SEND | {"chat_id": ""}, "chat_id is empty"),
    ("sendMessage", SEND | {"chat_id": 5.5}, 'field "chat_id" must be of type Integer'),
    ("sendMessage", SEND | {"chat_id": True}, 'field "chat_id" must be of type Integer'),
    ("sendMessage", SEND | {"chat_id": "9" * 5000}, 'field "chat_id" must be of type Integer'),
    ("sendMessage", SEND | {"chat_id": 2**63}, 'field "chat_id" must be of type Integer'),
    (
        "sendLocation",
        {"chat_id": 5, "latitude": 10**400, "longitude": 0},
        'field "latitude" must be of type Float',
    ),
    ("sendMessage", SEND | {"text": 7}, 'field "text" must be of type String'),
    ("sendMessage", SEND | {"text": "\ud800"}, "strings must be encoded in UTF-8"),
    ("sendMessage", SEND | {"textt": "x"}, 'sendMessage has no field "textt"'),
    ("sendMessage", SEND | {"protect_content": "maybe"}, 'field "protect_content" must be of type Boolean'),
    ("sendMessage", SEND | {"parse_mode": "BBCode"}, "unsupported parse_mode"),
    ("sendMessage", SEND | {"reply_markup": "{"}, "can't parse reply_markup: invalid JSON"),
    ("sendMessage", SEND | {"reply_markup": []}, "object expected as reply markup"),
    ("sendMessage", markup(inlinekeyboard=[]), "can't parse reply keyboard markup JSON object"),
    ("sendMessage", markup(keyboard=[]), "reply keyboard must have at least one button"),
    ("sendMessage", markup(keyboard=[[""]]), "can't parse keyboard button: Text is empty"),
    ("sendMessage", markup(keyboard=["yes"]), 'field "keyboard" must be an Array of 0 to many values'),
    (
        "sendMessage",
        markup(keyboard=[[{"text": "x", "request_contact": True, "request_location": True}]]),
        "can't parse keyboard button: more than one request",
    ),
    ("sendMessage", inline(), TEXT_BUTTON),
    ("sendMessage", inline(text="", callback_data="x"), TEXT_BUTTON),
    (
        "sendMessage",
        inline(callback_data="x", url="https://a.org"),
        "can't parse inline keyboard button: more than one action: url, callback_data",
    ),
    ("sendMessage", inline(callback_data=""), "BUTTON_DATA_INVALID"),
    ("sendMessage", inline(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    ("sendMessage", inline(callback_data="ก" * 22), "BUTTON_DATA_INVALID"),
    ("sendMessage", inline(callback_dat="x"), 'InlineKeyboardButton has no field "callback_dat"'),
    ("sendMessage", inline(pay=True), "BUTTON_TYPE_INVALID"),
    ("sendMessage", inline(url="ftp://a"), "inline keyboard button URL 'ftp://a' is invalid: wrong HTTP URL"),
    (
        "sendMessage",
        inline(web_app={"url": "http://a.org"}),
        "inline keyboard button Web App URL 'http://a.org' is invalid: Only HTTPS links are allowed",
    ),
    ("sendMessage", entity(length=6), "ENTITY_BOUNDS_INVALID: 0+6 of 5"),
    ("sendMessage", entity(type="loud"), 'can\'t parse entities: unsupported type "loud" of an entity'),
    ("sendMessage", entity(type="text_link"), 'can\'t parse entities: field "url" of a text_link is missing'),
    ("sendMessage", SEND | {"business_connection_id": "b"}, "business_connection_id is not simulated"),
    ("sendPhoto", {"chat_id": 5}, 'sendPhoto: required field "photo" is missing'),
    ("sendPhoto", {"chat_id": 5, "photo": "attach://x"}, "there is no photo in the request"),
    ("sendPhoto", {"chat_id": 5, "photo": "x", "caption": "c" * 1025}, "message caption is too long"),
    ("editMessageText", {"chat_id": 5, "text": "x"}, "message identifier is not specified"),
    ("editMessageText", {"message_id": 5, "text": "x"}, "chat_id is empty"),
    ("editMessageText", {"chat_id": 5, "message_id": 1, "text": ""}, "message text is empty"),
    (
        "deleteMessages",
        {"chat_id": 5, "message_ids": []},
        'field "message_ids" must be an Array of 1 to 100 values',
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("answerCallbackQuery", {}, 'answerCallbackQuery: required field "callback_query_id" is missing'),
    ("setMyCommands", {"commands": [{"command": "Book", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "b", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [{"command": "b", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "language_code": "mya"}, "invalid language code specified"),
    ("getMyCommands", {"scope": {"type": "village"}}, "unsupported BotCommandScope type"),
    ("setMyName", {"name": "x" * 65}, "BOT_TITLE_INVALID"),
    ("getUpdates", {"limit": 101}, '"limit" must be between 1 and 100'),
    ("getUpdates", {"allowed_updates": ["mesage"]}, 'there is no kind of update called "mesage"'),
    ("setWebhook", {"url": "http://example.org"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    (
        "setWebhook",
        {"url": "https://a.org", "secret_token": "a b"},
        "secret token contains unallowed characters",
    ),
    ("createForumTopic", {"chat_id": -1001, "name": ""}, 'length of "name" must be 1 to 128'),
]


@pytest.mark.parametrize(("method", "parameters", "why"), WRONG)
async def test_a_malformed_call_is_refused_and_counted(
    call: Caller, world: World, aye: int, method: str, parameters: dict[str, Any], why: str
) -> None:
    reply = await call(method, **parameters)
    assert (reply.status, reply.refusal) == (400, f"Bad Request: {why}")
    assert [(one.method, one.status, one.description) for one in world.refused] == [(method, 400, reply.refusal)]
    assert world.chat(aye).messages == []


async def test_a_body_that_is_no_json_is_refused(call: Caller, session: ClientSession, world: World) -> None:
    for body in ("{", "[1]", '"x"', "[" * 100_000):
        headers = {"Content-Type": "application/json"}
        async with session.post(call.address("sendMessage"), data=body, headers=headers) as response:
            assert response.status == 400
            assert (await response.json())["ok"] is False
    assert len(world.refused) == 4


async def test_an_unknown_method_is_not_found(call: Caller, world: World) -> None:
    assert (await call("sendMesage", chat_id=5)).refusal == "Not Found"
    assert not world.refused


async def test_an_unknown_token_is_unauthorized(call: Caller, world: World) -> None:
    call.token = "123456:nobody"
    reply = await call("getMe")
    assert (reply.status, reply.refusal) == (401, "Unauthorized")


async def test_an_absent_value_may_be_null(call: Caller, aye: int) -> None:
    assert (await call.send("hello", parse_mode=None, reply_markup=None))["text"] == "hello"


async def test_64_bytes_of_callback_data_and_no_buttons_at_all_are_fine(call: Caller, world: World, aye: int) -> None:
    await call.send(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x" * 64}], []]})
    assert len(world.chat(aye).messages[-1].buttons) == 1
    await call.send(reply_markup={"inline_keyboard": []})
    assert world.chat(aye).messages[-1].reply_markup is None
    assert not world.refused
