"""What a bot says about itself: commands per language, texts, the menu button."""

from simulator.world import World
from tests.simulator.client import Caller

BOOK = {"command": "book", "description": "Book a visit"}
BOOK_MY = {"command": "book", "description": "ရက်ချိန်းယူရန်"}


async def test_commands_are_kept_per_scope_and_language(call: Caller, world: World, aye: int) -> None:
    assert (await call("setMyCommands", commands=[BOOK])).result is True
    assert (await call("setMyCommands", commands=[BOOK_MY], language_code="my")).result is True
    staff = {"type": "chat", "chat_id": aye}
    assert (await call("setMyCommands", commands=[{"command": "/queue", "description": "q"}], scope=staff)).result
    assert (await call("getMyCommands")).result == [BOOK]
    assert (await call("getMyCommands", language_code="my")).result == [BOOK_MY]
    assert (await call("getMyCommands", language_code="th")).result == []
    assert (await call("getMyCommands", scope=staff)).result == [{"command": "queue", "description": "q"}]
    chat = world.chat(aye)
    assert [c["command"] for c in world.bot.commands_for(chat, "my")] == ["queue"]
    assert (await call("deleteMyCommands", scope=staff)).result is True
    assert world.bot.commands_for(chat, "my") == [BOOK_MY]
    assert world.bot.commands_for(chat, "km") == [BOOK]


async def test_commands_for_a_chat_nobody_knows_are_refused(call: Caller) -> None:
    reply = await call("setMyCommands", commands=[BOOK], scope={"type": "chat", "chat_id": 77})
    assert reply.refusal == "Bad Request: chat not found"


async def test_texts_are_kept_per_language_and_an_empty_one_is_taken_away(call: Caller, world: World) -> None:
    assert (await call("setMyDescription", description="Free care", language_code="")).result is True
    assert (await call("setMyShortDescription", short_description="Care", language_code="th")).result is True
    assert (await call("setMyName", name="Front Door")).result is True
    assert world.bot.descriptions == {"": "Free care"}
    assert world.bot.short_descriptions == {"th": "Care"}
    assert (await call("getMe")).result["first_name"] == "Front Door"
    assert (await call("setMyDescription")).result is True
    assert world.bot.descriptions == {}


async def test_the_menu_button_is_set_for_one_chat_or_for_all(call: Caller, world: World, aye: int) -> None:
    app = {"type": "web_app", "text": "Map", "web_app": {"url": "https://a.org"}}
    assert (await call("setChatMenuButton", menu_button=app)).result is True
    assert (await call("setChatMenuButton", chat_id=aye, menu_button={"type": "commands"})).result is True
    assert (world.bot.menu_button, world.chat(aye).menu_button) == (app, {"type": "commands"})
    refused = await call("setChatMenuButton", menu_button=app | {"web_app": {"url": "http://a.org"}})
    assert refused.status == 400


async def test_get_me_says_that_privacy_mode_is_on(call: Caller) -> None:
    me = (await call("getMe")).result
    assert (me["id"], me["is_bot"], me["can_read_all_group_messages"]) == (123456, True, False)
