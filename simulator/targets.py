"""Which chat, topic and message a call is about, and whether the bot may touch them.

The rule: refusals come in Telegram's order: the chat, the person's will, the topic, the message.
"""

from typing import Any

from simulator import errors
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import bad_request, forbidden
from simulator.messages import Message
from simulator.world import World

Json = dict[str, Any]


def find_chat(world: World, bot: Bot, chat_id: int | str) -> Chat:
    """A chat the bot knows; anything else is "chat not found"."""
    if isinstance(chat_id, str):
        raise bad_request(errors.CHAT_NOT_FOUND)
    if chat_id < 0:
        chat = world.groups.get(chat_id)
        if chat is None or chat.group is None:
            raise bad_request(errors.CHAT_NOT_FOUND)
        if chat.group.migrated_to is not None:
            raise errors.migrated(chat.group.migrated_to)
        return chat
    private = bot.chats.get(chat_id)
    if private is None or not private.opened:
        raise bad_request(errors.CHAT_NOT_FOUND)
    return private


def find_open_chat(world: World, bot: Bot, chat_id: int | str) -> Chat:
    """A chat the bot may write to now."""
    if isinstance(chat_id, int) and chat_id > 0:
        if chat_id in world.bots_by_id:
            raise forbidden(errors.TO_A_BOT)
        person = world.people.get(chat_id)
        if person is not None and person.deactivated:
            raise forbidden(errors.DEACTIVATED)
        known = bot.chats.get(chat_id)
        if person is not None and (known is None or not known.opened):
            raise forbidden(errors.CANNOT_INITIATE)
    chat = find_chat(world, bot, chat_id)
    if chat.blocked:
        raise forbidden(errors.BLOCKED)
    require_membership(chat, bot)
    return chat


def require_membership(chat: Chat, bot: Bot) -> None:
    """Refuse a bot that was shown out of the group or never was in it."""
    standing = chat.standing(bot.id)
    if standing == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if standing == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")


def find_topic(chat: Chat, bot: Bot, thread_id: int | None) -> int | None:
    """The topic to write in; None is the chat itself."""
    if thread_id is None:
        return None
    topic = chat.group.topics.get(thread_id) if chat.group else None
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not chat.is_admin(bot.id):
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def find_replied(world: World, bot: Bot, chat: Chat, asked: Json | None) -> Message | None:
    """The message replied to."""
    if asked is None:
        return None
    other = asked.get("chat_id", chat.id)
    place = chat if other == chat.id else find_chat(world, bot, other)
    replied = place.find(asked["message_id"])
    if replied is None and not asked.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return replied


def find_own_message(world: World, bot: Bot, p: Json) -> Message:
    """A message the bot may edit: its own, and not under a reply keyboard."""
    message = find_open_chat(world, bot, p["chat_id"]).find(p["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender.id != bot.id or message.kind == "service" or message.forwarded_from is not None:
        raise bad_request("message can't be edited")
    if message.reply_markup and "inline_keyboard" not in message.reply_markup:
        raise bad_request("message can't be edited")
    return message
