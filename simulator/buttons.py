"""Buttons: what every button of a keyboard must and must not carry.

The rule: an inline button does exactly one thing, and its callback data is 1 to 64 bytes.
"""

from typing import Any

from simulator.errors import Malformed
from simulator.parameters import Parameter, boolean, mapping, need, text
from simulator.shapes import one_of, read_fields, shape, words

Json = dict[str, Any]
_CHOSEN_CHATS = ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats")
_LOOKS = {
    "text": need(text),
    "icon_custom_emoji_id": Parameter(text),
    "style": Parameter(one_of("danger", "success", "primary")),
}
_WEB_APP = Parameter(shape("WebAppInfo", url=need(text)))
_INLINE_ACTIONS = {
    "url": Parameter(text),
    "callback_data": Parameter(text),
    "web_app": _WEB_APP,
    "login_url": Parameter(
        shape(
            "LoginUrl",
            url=need(text),
            forward_text=Parameter(text),
            bot_username=Parameter(text),
            request_write_access=Parameter(boolean),
        )
    ),
    "switch_inline_query": Parameter(text),
    "switch_inline_query_current_chat": Parameter(text),
    "switch_inline_query_chosen_chat": Parameter(
        shape(
            "SwitchInlineQueryChosenChat",
            query=Parameter(text),
            **dict.fromkeys(_CHOSEN_CHATS, Parameter(boolean)),
        )
    ),
    "copy_text": Parameter(shape("CopyTextButton", text=need(words(1, 256)))),
    "callback_game": Parameter(mapping),
    "pay": Parameter(boolean),
}
_KEY_ACTIONS = {
    "request_users": Parameter(mapping),
    "request_chat": Parameter(mapping),
    "request_managed_bot": Parameter(mapping),
    "request_contact": Parameter(boolean),
    "request_location": Parameter(boolean),
    "request_poll": Parameter(mapping),
    "web_app": _WEB_APP,
}
_INLINE = _LOOKS | _INLINE_ACTIONS
_KEY = _LOOKS | _KEY_ACTIONS
_WEB_SCHEMES = ("http://", "https://", "tg://", "ton://")


def inline_button(value: Any, name: str) -> Json:
    """An InlineKeyboardButton with exactly one action."""
    button = read_fields(_INLINE, mapping(value, name), "InlineKeyboardButton")
    if not button["text"].strip():
        raise Malformed("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    actions = [action for action in _INLINE_ACTIONS if action in button]
    if not actions:
        raise Malformed("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise Malformed(f"can't parse inline keyboard button: more than one action: {', '.join(actions)}")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode("utf-8", "replace")) <= 64:
        raise Malformed("BUTTON_DATA_INVALID")
    if "url" in button and not button["url"].lower().startswith(_WEB_SCHEMES):
        address = button["url"]
        raise Malformed(f"inline keyboard button URL '{address}' is invalid: wrong HTTP URL")
    if "web_app" in button and not button["web_app"]["url"].startswith("https://"):
        address = button["web_app"]["url"]
        raise Malformed(f"inline keyboard button Web App URL '{address}' is invalid: Only HTTPS links are allowed")
    if "pay" in button or "callback_game" in button:
        raise Malformed("BUTTON_TYPE_INVALID")
    return button


def key(value: Any, name: str) -> Json:
    """A KeyboardButton with at most one request, or its text alone."""
    if isinstance(value, str):
        value = {"text": value}
    button = read_fields(_KEY, mapping(value, name), "KeyboardButton")
    if not button["text"].strip():
        raise Malformed("can't parse keyboard button: Text is empty")
    if sum(action in button for action in _KEY_ACTIONS) > 1:
        raise Malformed("can't parse keyboard button: more than one request")
    return button
