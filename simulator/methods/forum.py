"""Topics of a forum: open, rename, close, open again, delete.

The rule: only an administrator manages topics, and a topic's id is that of the message which opened it.
"""

from simulator.bots import Bot
from simulator.chats import Chat, Topic
from simulator.errors import Malformed, bad_request
from simulator.methods.registry import CHAT, Json, method
from simulator.parameters import Check, Parameter, integer, need, text
from simulator.shapes import between, words
from simulator.targets import find_open_chat
from simulator.world import World

_COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
_TOPIC = {
    **CHAT,
    "message_thread_id": need(between(1, 2**31 - 1), "message thread identifier is not specified"),
}


def _colour(value: object, name: str) -> int:
    read = integer(value, name)
    if read not in _COLOURS:
        raise Malformed("topic icon color is not allowed")
    return read


_read_colour: Check = _colour


def _find_forum(world: World, bot: Bot, p: Json, right: str) -> Chat:
    chat = find_open_chat(world, bot, p["chat_id"])
    if chat.group is None or not chat.group.is_forum:
        raise bad_request("the chat is not a forum")
    if not chat.is_admin(bot.id):
        raise bad_request(f"not enough rights to {right}")
    return chat


def _find(chat: Chat, p: Json) -> Topic:
    topic = chat.group.topics.get(p["message_thread_id"]) if chat.group else None
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def _announce(world: World, bot: Bot, chat: Chat, topic: Topic, content: Json) -> None:
    world.post(chat, bot.account, bot, kind="service", content=content, thread_id=topic.thread_id)
    world.publish("chat", chat.id, topic=topic.thread_id)


@method(
    "createForumTopic",
    **CHAT,
    name=need(words(1, 128), "TOPIC_TITLE_EMPTY"),
    icon_color=Parameter(_read_colour),
    icon_custom_emoji_id=Parameter(text),
)
def create_forum_topic(world: World, bot: Bot, p: Json) -> Json:
    """Open a topic."""
    chat = _find_forum(world, bot, p, "create a topic")
    assert chat.group is not None
    told = {"name": p["name"], "icon_color": p.get("icon_color", _COLOURS[0])}
    if "icon_custom_emoji_id" in p:
        told["icon_custom_emoji_id"] = p["icon_custom_emoji_id"]
    opening = world.post(chat, bot.account, bot, kind="service", content={"forum_topic_created": told})
    opening.thread_id = opening.message_id
    chat.group.topics[opening.message_id] = Topic(opening.message_id, **told)
    world.publish("chat", chat.id, topic=opening.message_id)
    return {"message_thread_id": opening.message_id} | told


@method("editForumTopic", **_TOPIC, name=Parameter(words(0, 128)), icon_custom_emoji_id=Parameter(text))
def edit_forum_topic(world: World, bot: Bot, p: Json) -> bool:
    """Rename a topic or change its icon."""
    chat = _find_forum(world, bot, p, "edit the topic")
    topic = _find(chat, p)
    name = p.get("name") or topic.name
    icon = p.get("icon_custom_emoji_id", topic.icon_custom_emoji_id or "") or None
    if (name, icon) == (topic.name, topic.icon_custom_emoji_id):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon_custom_emoji_id = name, icon
    _announce(world, bot, chat, topic, {"forum_topic_edited": {"name": name}})
    return True


def _set_closed(world: World, bot: Bot, p: Json, closed: bool) -> bool:
    chat = _find_forum(world, bot, p, "close the topic" if closed else "reopen the topic")
    topic = _find(chat, p)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _announce(world, bot, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


@method("closeForumTopic", **_TOPIC)
def close_forum_topic(world: World, bot: Bot, p: Json) -> bool:
    """Close a topic to members."""
    return _set_closed(world, bot, p, True)


@method("reopenForumTopic", **_TOPIC)
def reopen_forum_topic(world: World, bot: Bot, p: Json) -> bool:
    """Open a closed topic again."""
    return _set_closed(world, bot, p, False)


@method("deleteForumTopic", **_TOPIC)
def delete_forum_topic(world: World, bot: Bot, p: Json) -> bool:
    """Delete a topic with all its messages."""
    chat = _find_forum(world, bot, p, "delete the topic")
    topic = _find(chat, p)
    assert chat.group is not None
    del chat.group.topics[topic.thread_id]
    for message in chat.messages:
        if message.thread_id == topic.thread_id:
            message.deleted = True
    world.publish("chat", chat.id, topic=topic.thread_id)
    return True
