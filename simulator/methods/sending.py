"""Sending: text, pictures, files, voices and places.

The rule: every kind goes through `put`, which finds the chat, the topic and the message replied to.
"""

from typing import Any

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import Malformed, bad_request
from simulator.formatting import entity_list, read_caption, read_text
from simulator.keyboards import link_preview_options
from simulator.media import describe_file
from simulator.messages import Message, StoredFile
from simulator.methods.registry import BUSINESS, CAPTION, CHAT, SENT, THREAD, Json, method, paced_method
from simulator.parameters import Parameter, Upload, boolean, file, integer, need, text
from simulator.shapes import one_of
from simulator.targets import find_open_chat, find_replied, find_topic
from simulator.world import World

PHOTO_BYTES = 10 * 1024 * 1024
"""Largest photo Telegram takes by upload."""
_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
)  # fmt: skip


def put(world: World, bot: Bot, p: Json, **fields: Any) -> Message:
    """Post a message of the bot's as the call asks."""
    chat = find_open_chat(world, bot, p["chat_id"])
    thread_id = find_topic(chat, bot, p.get("message_thread_id"))
    replied = find_replied(world, bot, chat, p.get("reply_parameters"))
    markup = p.get("reply_markup") or None
    _require_private(chat, markup)
    message = world.post(
        chat,
        bot.account,
        bot,
        thread_id=thread_id,
        reply_to=replied,
        reply_markup=markup,
        protect_content=p.get("protect_content", False),
        silent=p.get("disable_notification", False),
        **fields,
    )
    if markup and "keyboard" in markup:
        chat.keyboard = markup
    elif markup and "remove_keyboard" in markup:
        chat.keyboard = None
    return message


def _require_private(chat: Chat, markup: Json | None) -> None:
    """Requests and Web Apps are for private chats."""
    if markup is None or chat.person is not None:
        return
    for row in markup.get("keyboard", []):
        if any(name.startswith("request_") or name == "web_app" for button in row for name in button):
            raise bad_request("phone number can be requested in private chats only")
    for row in markup.get("inline_keyboard", []):
        if any("web_app" in button for button in row):
            raise bad_request("BUTTON_TYPE_INVALID")


@paced_method(
    "sendMessage",
    **SENT,
    **BUSINESS,
    text=need(text, "message text is empty"),
    parse_mode=Parameter(text),
    entities=Parameter(entity_list),
    link_preview_options=Parameter(link_preview_options),
)
def send_message(world: World, bot: Bot, p: Json) -> Json:
    """Send text."""
    words, entities = read_text(p)
    preview = p.get("link_preview_options")
    return put(world, bot, p, text=words, entities=entities, link_preview_options=preview).as_json()


def _find_file(world: World, given: Upload | str, kind: str) -> StoredFile:
    """The file a call uploads or names."""
    if isinstance(given, Upload):
        size = len(given.content)
        if kind == "photo" and size > PHOTO_BYTES:
            why = f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes"
            raise Malformed(why)
        return world.store(kind, given.content, given.name if kind == "document" else None, given.mime_type)
    if given.startswith(("http://", "https://")):
        return world.store(kind, b"", given.rsplit("/", 1)[-1] or None)
    known = world.file(given)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def _send_file(world: World, bot: Bot, p: Json, kind: str, extra: Json) -> Json:
    words, entities = read_caption(p)
    find_open_chat(world, bot, p["chat_id"])
    stored = _find_file(world, p[kind], kind)
    content = describe_file(stored, extra)
    sent = put(world, bot, p, kind=kind, content=content, file=stored, text=words, entities=entities)
    return sent.as_json()


@paced_method("sendPhoto", **SENT, **BUSINESS, **CAPTION, photo=need(file), has_spoiler=Parameter(boolean))
def send_photo(world: World, bot: Bot, p: Json) -> Json:
    """Send a picture."""
    return _send_file(world, bot, p, "photo", {})


@paced_method(
    "sendDocument",
    **SENT,
    **BUSINESS,
    **{name: CAPTION[name] for name in ("caption", "parse_mode", "caption_entities")},
    document=need(file),
    thumbnail=Parameter(file),
    disable_content_type_detection=Parameter(boolean),
)
def send_document(world: World, bot: Bot, p: Json) -> Json:
    """Send a file as it is."""
    return _send_file(world, bot, p, "document", {})


@paced_method(
    "sendVoice",
    **SENT,
    **BUSINESS,
    **{name: CAPTION[name] for name in ("caption", "parse_mode", "caption_entities")},
    voice=need(file),
    duration=Parameter(integer),
)
def send_voice(world: World, bot: Bot, p: Json) -> Json:
    """Send a voice message."""
    return _send_file(world, bot, p, "voice", {"duration": p.get("duration", 0)})


@method("sendChatAction", **CHAT, **THREAD, **BUSINESS, action=need(one_of(*_ACTIONS)))
def send_chat_action(world: World, bot: Bot, p: Json) -> bool:
    """Show for five seconds what the bot is doing."""
    chat = find_open_chat(world, bot, p["chat_id"])
    find_topic(chat, bot, p.get("message_thread_id"))
    world.publish("action", chat.id, action=p["action"], bot=bot.username)
    return True
