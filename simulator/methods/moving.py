"""Copying, forwarding, pinning and reacting: what is done with a message that is already there.

The rule: protected content leaves its chat in no way.
"""

from typing import Any

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import Malformed, bad_request
from simulator.formatting import read_caption
from simulator.messages import Message
from simulator.methods.registry import (
    BUSINESS,
    CAPTION,
    CHAT,
    DIRECT,
    MESSAGE,
    POSTED,
    QUIETLY,
    SENT,
    THREAD,
    Json,
    method,
    paced_method,
)
from simulator.methods.sending import put
from simulator.parameters import Parameter, boolean, encoded, integer, mapping, need
from simulator.shapes import between, list_of
from simulator.targets import find_chat, find_open_chat
from simulator.world import World

_FROM = {"from_chat_id": need(CHAT["chat_id"].check), "video_start_timestamp": Parameter(integer)}
_REACTIONS = frozenset(
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡🤷"
) | {"❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷\u200d♀"}


def _take(world: World, bot: Bot, p: Json, verb: str) -> Message:
    original = find_chat(world, bot, p["from_chat_id"]).find(p["message_id"])
    if original is None:
        raise bad_request(f"message to {verb} not found")
    if original.protect_content or original.kind == "service":
        past = {"copy": "copied", "forward": "forwarded"}[verb]
        raise bad_request(f"message can't be {past}")
    return original


@paced_method("copyMessage", **SENT, **_FROM, **MESSAGE, **CAPTION)
def copy_message(world: World, bot: Bot, p: Json) -> Json:
    """Send the same again, without saying whose it was."""
    original = _take(world, bot, p, "copy")
    words, entities = read_caption(p) if "caption" in p else (original.text, original.entities)
    copy = put(world, bot, p, text=words, entities=entities, **_body(original))
    return {"message_id": copy.message_id}


@paced_method("forwardMessage", **CHAT, **THREAD, **DIRECT, **POSTED, **QUIETLY, **_FROM, **MESSAGE)
def forward_message(world: World, bot: Bot, p: Json) -> Json:
    """Send the same again, saying whose it was."""
    original = _take(world, bot, p, "forward")
    author = {"forwarded_from": original.sender, "forwarded_date": original.date}
    body = _body(original) | author
    return put(world, bot, p, text=original.text, entities=original.entities, **body).as_json()


def _body(original: Message) -> dict[str, Any]:
    return {"kind": original.kind, "content": original.content, "file": original.file}


def _find_pinnable(world: World, bot: Bot, p: Json) -> Chat:
    chat = find_open_chat(world, bot, p["chat_id"])
    if chat.group is not None and not chat.is_admin(bot.id):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@method("pinChatMessage", **CHAT, **MESSAGE, **BUSINESS, disable_notification=Parameter(boolean))
def pin_chat_message(world: World, bot: Bot, p: Json) -> bool:
    """Pin a message above its chat."""
    chat = _find_pinnable(world, bot, p)
    message = chat.find(p["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    if not message.pinned:
        message.pinned = True
        chat.pinned.append(message.message_id)
    world.publish("chat", chat.id, pinned=list(chat.pinned))
    return True


@method("unpinChatMessage", **CHAT, **BUSINESS, message_id=Parameter(between(1, 2**31 - 1)))
def unpin_chat_message(world: World, bot: Bot, p: Json) -> bool:
    """Unpin a message, or the newest pinned one."""
    chat = _find_pinnable(world, bot, p)
    number = p.get("message_id", chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    if message := chat.find(number):
        message.pinned = False
    world.publish("chat", chat.id, pinned=list(chat.pinned))
    return True


@method(
    "setMessageReaction",
    **CHAT,
    **MESSAGE,
    reaction=Parameter(encoded(list_of(mapping))),
    is_big=Parameter(boolean),
)
def set_message_reaction(world: World, bot: Bot, p: Json) -> bool:
    """Put at most one reaction under a message; none takes the bot's away."""
    asked = p.get("reaction", [])
    if len(asked) > 1:
        raise Malformed("REACTIONS_TOO_MANY")
    for reaction in asked:
        if reaction.get("type") != "emoji" or str(reaction.get("emoji")).replace("\ufe0f", "") not in _REACTIONS:
            raise Malformed("REACTION_INVALID")
    message = find_open_chat(world, bot, p["chat_id"]).find(p["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    message.reactions = asked or None
    world.publish_message("edit", message, bot)
    return True
