"""Editing and deleting messages, and answering pressed buttons.

The rule: a bot edits only its own messages, and deletes only what is younger than 48 hours.
"""

from simulator import errors
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.entities import measure
from simulator.errors import Malformed, Refusal, bad_request
from simulator.formatting import entity_list, read_caption, read_text
from simulator.keyboards import inline_keyboard, link_preview_options
from simulator.messages import Message
from simulator.methods.registry import BUSINESS, CAPTION, CHAT, MESSAGE, Json, method, paced_method
from simulator.parameters import Parameter, boolean, encoded, integer, need, not_simulated, text
from simulator.shapes import between, list_of
from simulator.targets import find_chat, find_own_message, require_membership
from simulator.world import World

DELETABLE_SECONDS = 48 * 3600
"""An older message can no longer be deleted."""
_EDITED = {
    "chat_id": Parameter(CHAT["chat_id"].check),
    "message_id": Parameter(MESSAGE["message_id"].check),
    "inline_message_id": Parameter(not_simulated),
    "reply_markup": Parameter(inline_keyboard),
    **BUSINESS,
}


def _require_target(p: Json) -> None:
    """The published tables call both optional; without an inline message both are needed."""
    if "chat_id" not in p:
        raise Malformed("chat_id is empty")
    if "message_id" not in p:
        raise Malformed("message identifier is not specified")


def _change(world: World, bot: Bot, message: Message, p: Json, words: str, entities: list[Json]) -> Json:
    """Put the new content in, unless nothing would change."""
    markup = p.get("reply_markup") or None
    if (message.text, message.entities, message.reply_markup) == (words, entities, markup):
        raise bad_request(errors.NOT_MODIFIED)
    message.text, message.entities, message.reply_markup = words, entities, markup
    message.edited_at = world.clock.unix()
    world.publish_message("edit", message, bot)
    return message.as_json()


@paced_method(
    "editMessageText",
    **_EDITED,
    text=Parameter(text),
    parse_mode=Parameter(text),
    entities=Parameter(entity_list),
    link_preview_options=Parameter(link_preview_options),
    rich_message=Parameter(not_simulated),
)
def edit_message_text(world: World, bot: Bot, p: Json) -> Json:
    """Change a text message; without `reply_markup` its buttons go."""
    _require_target(p)
    words, entities = read_text(p)
    message = find_own_message(world, bot, p)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _change(world, bot, message, p, words, entities)


@paced_method("editMessageCaption", **_EDITED, **CAPTION)
def edit_message_caption(world: World, bot: Bot, p: Json) -> Json:
    """Change the caption of a medium."""
    _require_target(p)
    words, entities = read_caption(p)
    message = find_own_message(world, bot, p)
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, bot, message, p, words, entities)


@paced_method("editMessageReplyMarkup", **_EDITED)
def edit_message_reply_markup(world: World, bot: Bot, p: Json) -> Json:
    """Change the buttons alone."""
    _require_target(p)
    message = find_own_message(world, bot, p)
    return _change(world, bot, message, p, message.text, message.entities)


def _why_not_deletable(world: World, bot: Bot, chat: Chat, message: Message) -> Refusal | None:
    if world.clock.unix() - message.date > DELETABLE_SECONDS:
        return bad_request("message can't be deleted for everyone")
    if chat.group is not None and message.sender.id != bot.id and not chat.is_admin(bot.id):
        return bad_request("message can't be deleted")
    if message.content and "forum_topic_created" in message.content:
        return bad_request("message can't be deleted")
    return None


def _delete(world: World, bot: Bot, message: Message) -> None:
    message.deleted = True
    world.publish("delete", message.chat.id, message_id=message.message_id, bot=bot.username)


@method("deleteMessage", **CHAT, **MESSAGE)
def delete_message(world: World, bot: Bot, p: Json) -> bool:
    """Delete one message for everybody."""
    chat = find_chat(world, bot, p["chat_id"])
    require_membership(chat, bot)
    message = chat.find(p["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if refusal := _why_not_deletable(world, bot, chat, message):
        raise refusal
    _delete(world, bot, message)
    return True


@method(
    "deleteMessages",
    **CHAT,
    message_ids=need(encoded(list_of(integer, 100, 1)), "message identifiers are not specified"),
)
def delete_messages(world: World, bot: Bot, p: Json) -> bool:
    """Delete several; those that are gone are skipped."""
    chat = find_chat(world, bot, p["chat_id"])
    require_membership(chat, bot)
    found = [message for number in p["message_ids"] if (message := chat.find(number)) is not None]
    for message in found:
        if refusal := _why_not_deletable(world, bot, chat, message):
            raise refusal
    for message in found:
        _delete(world, bot, message)
    return True


@method(
    "answerCallbackQuery",
    callback_query_id=need(text),
    text=Parameter(text),
    show_alert=Parameter(boolean),
    url=Parameter(text),
    cache_time=Parameter(between(0, 2**31 - 1)),
)
def answer_callback_query(world: World, bot: Bot, p: Json) -> bool:
    """Stop the spinner on a pressed button, once."""
    if measure(p.get("text", "")) > 200:
        raise Malformed("MESSAGE_TOO_LONG")
    press = world.answer_press(p["callback_query_id"], bot.id, p)
    if press is None:
        raise bad_request(errors.QUERY_TOO_OLD)
    world.publish(
        "answer",
        press.chat_id,
        query_id=press.query_id,
        message_id=press.message_id,
        person=press.person_id,
        text=p.get("text", ""),
        show_alert=p.get("show_alert", False),
        url=p.get("url"),
    )
    return True
