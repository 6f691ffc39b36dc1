"""What a bot is and says about itself: name, descriptions, commands, menu button.

The rule: texts are kept per language; the empty language is for everybody.
"""

import re
from typing import Any

from simulator.bots import Bot
from simulator.entities import measure
from simulator.errors import Malformed
from simulator.methods.registry import CHAT, Json, method
from simulator.parameters import Parameter, decoded, encoded, integer, mapping, need, text
from simulator.shapes import list_of, read_fields, shape
from simulator.targets import find_chat, find_open_chat
from simulator.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
_WIDE = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")


def _language(value: Any, name: str) -> str:
    read = text(value, name)
    if read and not re.fullmatch(r"[a-z]{2}", read):
        raise Malformed("invalid language code specified")
    return read


def _scope(value: Any, name: str) -> str:
    """A BotCommandScope, as the word by which commands are kept."""
    given = mapping(decoded(value, name), name)
    kind = given.get("type")
    fields = {"type": need(text)}
    if kind in ("chat", "chat_administrators", "chat_member"):
        fields |= CHAT
    if kind == "chat_member":
        fields["user_id"] = need(integer)
    if not isinstance(kind, str) or (kind not in _WIDE and len(fields) == 1):
        raise Malformed("unsupported BotCommandScope type")
    read = read_fields(fields, given, "BotCommandScope")
    return ":".join(str(read[field]) for field in fields)


def _command(value: Any, name: str) -> Json:
    read: Json = shape("BotCommand", command=need(text), description=need(text))(value, name)
    read["command"] = read["command"].removeprefix("/")
    if not _COMMAND.fullmatch(read["command"]):
        raise Malformed("BOT_COMMAND_INVALID")
    if not 1 <= measure(read["description"].strip()) <= 256:
        raise Malformed("BOT_COMMAND_DESCRIPTION_INVALID")
    return read


def _menu_button(value: Any, name: str) -> Json:
    given = decoded(value, name)
    kind = given.get("type") if isinstance(given, dict) else None
    if kind in ("commands", "default"):
        return read_fields({"type": need(text)}, given, "MenuButton")
    if kind != "web_app":
        raise Malformed("MenuButton has unsupported type")
    app = need(shape("WebAppInfo", url=need(text)))
    read = read_fields({"type": need(text), "text": need(text), "web_app": app}, given, "MenuButtonWebApp")
    if not read["web_app"]["url"].startswith("https://"):
        raise Malformed("menu button Web App URL is invalid: Only HTTPS links are allowed")
    return read


_LANGUAGE = {"language_code": Parameter(_language)}
_WHOSE = {"scope": Parameter(_scope), **_LANGUAGE}


@method("getMe")
def get_me(world: World, bot: Bot, p: Json) -> Json:
    """Say who the bot is."""
    return bot.account.as_json() | _ABILITIES


def _kept_under(world: World, bot: Bot, p: Json) -> tuple[str, str]:
    scope = p.get("scope", "default")
    if scope.startswith("chat"):
        chat_id = scope.split(":")[1]
        find_chat(world, bot, chat_id if chat_id.startswith("@") else int(chat_id))
    return scope, p.get("language_code", "")


@method("setMyCommands", commands=need(encoded(list_of(_command))), **_WHOSE)
def set_my_commands(world: World, bot: Bot, p: Json) -> bool:
    """Set the commands shown in the menu."""
    if len(p["commands"]) > 100:
        raise Malformed("BOT_COMMANDS_TOO_MUCH")
    bot.commands[_kept_under(world, bot, p)] = p["commands"]
    return True


@method("getMyCommands", **_WHOSE)
def get_my_commands(world: World, bot: Bot, p: Json) -> list[Json]:
    """The commands set for exactly this scope and language."""
    return bot.commands.get(_kept_under(world, bot, p), [])


@method("deleteMyCommands", **_WHOSE)
def delete_my_commands(world: World, bot: Bot, p: Json) -> bool:
    """Take away the commands of one scope and language."""
    bot.commands.pop(_kept_under(world, bot, p), None)
    return True


def _keep(texts: dict[str, str], p: Json, name: str, most: int, too_long: str) -> bool:
    """Keep a text of the bot's, or take it away when empty."""
    value = p.get(name, "").strip()
    if measure(value) > most:
        raise Malformed(too_long)
    texts.pop(p.get("language_code", ""), None)
    if value:
        texts[p.get("language_code", "")] = value
    return True


@method("setMyName", name=Parameter(text), **_LANGUAGE)
def set_my_name(world: World, bot: Bot, p: Json) -> bool:
    """Change the bot's name."""
    _keep(bot.names, p, "name", 64, "BOT_TITLE_INVALID")
    if not p.get("language_code") and p.get("name"):
        bot.account.name = p["name"]
    return True


@method("setMyDescription", description=Parameter(text), **_LANGUAGE)
def set_my_description(world: World, bot: Bot, p: Json) -> bool:
    """Change what an empty chat shows."""
    return _keep(bot.descriptions, p, "description", 512, "BOT_DESCRIPTION_INVALID")


@method("setMyShortDescription", short_description=Parameter(text), **_LANGUAGE)
def set_my_short_description(world: World, bot: Bot, p: Json) -> bool:
    """Change what the bot's profile shows."""
    return _keep(bot.short_descriptions, p, "short_description", 120, "BOT_SHORT_DESCRIPTION_INVALID")


@method("setChatMenuButton", chat_id=Parameter(integer), menu_button=Parameter(_menu_button))
def set_chat_menu_button(world: World, bot: Bot, p: Json) -> bool:
    """Change the button beside the text field, in one private chat or in all."""
    button = p.get("menu_button", {"type": "default"})
    if "chat_id" not in p:
        bot.menu_button = button
        return True
    chat = find_open_chat(world, bot, p["chat_id"])
    if chat.person is None:
        raise Malformed("chat_id must be of a private chat")
    chat.menu_button = button
    world.publish("chat", chat.id, menu_button=button)
    return True
