"""How a method is declared, and the parameters that many methods share.

The rule: a method's function gets parameters already checked, and answers plain JSON or raises `Refusal`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.bots import Bot
from simulator.formatting import entity_list
from simulator.keyboards import reply_markup, reply_parameters
from simulator.parameters import Parameter, boolean, chat_id, need, not_simulated, text
from simulator.shapes import between
from simulator.world import World

Json = dict[str, Any]
Act = Callable[[World, Bot, Json], Any]
"""May return an awaitable, if the method has to wait."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Bot API."""

    name: str
    accepts: dict[str, Parameter]
    act: Act
    paced: bool
    """Whether it counts against the law of rates."""


METHODS: dict[str, Method] = {}


def method(published: str, /, **accepts: Parameter) -> Callable[[Act], Act]:
    """Declare a method: its published name and every parameter it accepts."""
    return _declare(published, accepts, paced=False)


def paced_method(published: str, /, **accepts: Parameter) -> Callable[[Act], Act]:
    """Declare a method that counts against the law of rates."""
    return _declare(published, accepts, paced=True)


def _declare(published: str, accepts: dict[str, Parameter], paced: bool) -> Callable[[Act], Act]:
    def declare(act: Act) -> Act:
        METHODS[published.lower()] = Method(published, accepts, act, paced)
        return act

    return declare


CHAT = {"chat_id": need(chat_id, "chat_id is empty")}
MESSAGE = {"message_id": need(between(1, 2**31 - 1), "message identifier is not specified")}
THREAD = {"message_thread_id": Parameter(between(1, 2**31 - 1))}
BUSINESS = {"business_connection_id": Parameter(not_simulated)}
DIRECT = {"direct_messages_topic_id": Parameter(not_simulated)}
POSTED = {"suggested_post_parameters": Parameter(not_simulated)}
QUIETLY = {
    "disable_notification": Parameter(boolean),
    "protect_content": Parameter(boolean),
    "message_effect_id": Parameter(text),
}
SENT = {
    **CHAT,
    **THREAD,
    **DIRECT,
    **POSTED,
    **QUIETLY,
    "allow_paid_broadcast": Parameter(boolean),
    "reply_parameters": Parameter(reply_parameters),
    "reply_markup": Parameter(reply_markup),
}
CAPTION = {
    "caption": Parameter(text),
    "parse_mode": Parameter(text),
    "caption_entities": Parameter(entity_list),
    "show_caption_above_media": Parameter(boolean),
}
