"""Keyboards: the shapes `reply_markup` and the other published objects of a message may have.

The rule: which of the four markups it is, is told by the one field that each must have.
"""

from typing import Any

from simulator.buttons import inline_button, key
from simulator.errors import Malformed
from simulator.formatting import entity_array
from simulator.parameters import Parameter, boolean, chat_id, decoded, encoded, integer, need, text
from simulator.shapes import between, list_of, shape, words

Json = dict[str, Any]
MOST_BUTTONS = 100
"""Telegram refuses a larger inline keyboard."""
_PROMPT = {"input_field_placeholder": Parameter(words(1, 64)), "selective": Parameter(boolean)}
_inline = shape("InlineKeyboardMarkup", inline_keyboard=need(list_of(list_of(inline_button))))
_keys = shape(
    "ReplyKeyboardMarkup",
    keyboard=need(list_of(list_of(key))),
    is_persistent=Parameter(boolean),
    resize_keyboard=Parameter(boolean),
    one_time_keyboard=Parameter(boolean),
    **_PROMPT,
)
_remove = shape("ReplyKeyboardRemove", remove_keyboard=need(boolean), selective=Parameter(boolean))
_force = shape("ForceReply", force_reply=need(boolean), **_PROMPT)
_MARKUPS = {"inline_keyboard": _inline, "keyboard": _keys, "remove_keyboard": _remove, "force_reply": _force}


def inline_keyboard(value: Any, name: str) -> Json | None:
    """An InlineKeyboardMarkup; one without buttons is none."""
    read = _inline(decoded(value, name), name)
    rows = [row for row in read["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise Malformed("reply markup is too long")
    return {"inline_keyboard": rows} if rows else {}


def reply_markup(value: Any, name: str) -> Json | None:
    """Any of the four markups, told apart by the field each must have."""
    read = decoded(value, name)
    if read in ("", {}):
        return {}
    if not isinstance(read, dict):
        raise Malformed("object expected as reply markup")
    kinds = [field for field in _MARKUPS if field in read]
    if len(kinds) != 1:
        raise Malformed("can't parse reply keyboard markup JSON object")
    if kinds[0] == "inline_keyboard":
        return inline_keyboard(read, name)
    markup: Json = _MARKUPS[kinds[0]](read, name)
    if kinds[0] == "keyboard" and not any(markup["keyboard"]):
        raise Malformed("reply keyboard must have at least one button")
    return markup


_QUOTES = {
    "quote": Parameter(text),
    "quote_parse_mode": Parameter(text),
    "quote_entities": Parameter(entity_array),
}
reply_parameters = encoded(
    shape(
        "ReplyParameters",
        message_id=need(between(1, 2**31 - 1)),
        chat_id=Parameter(chat_id),
        allow_sending_without_reply=Parameter(boolean),
        quote_position=Parameter(integer),
        checklist_task_id=Parameter(integer),
        poll_option_id=Parameter(text),
        **_QUOTES,
    )
)
link_preview_options = encoded(
    shape(
        "LinkPreviewOptions",
        is_disabled=Parameter(boolean),
        url=Parameter(text),
        prefer_small_media=Parameter(boolean),
        prefer_large_media=Parameter(boolean),
        show_above_text=Parameter(boolean),
    )
)
