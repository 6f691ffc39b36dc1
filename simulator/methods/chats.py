"""What a bot may ask about a chat, and how it leaves one.

The rule: a bot learns nothing of a chat it is not in.
"""

from simulator.bots import Bot
from simulator.chats import describe_member
from simulator.errors import bad_request
from simulator.methods.registry import CHAT, Json, method
from simulator.parameters import Parameter, boolean, integer, need
from simulator.targets import find_chat, require_membership
from simulator.world import World

_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


@method("getChat", **CHAT)
def get_chat(world: World, bot: Bot, p: Json) -> Json:
    """Describe a chat in full."""
    chat = find_chat(world, bot, p["chat_id"])
    require_membership(chat, bot)
    told = chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}
    if chat.pinned and (pinned := chat.find(chat.pinned[-1])):
        told["pinned_message"] = pinned.as_json(nested=True)
    return told


@method("getChatMember", **CHAT, user_id=need(integer))
def get_chat_member(world: World, bot: Bot, p: Json) -> Json:
    """Say how somebody stands in a chat."""
    chat = find_chat(world, bot, p["chat_id"])
    require_membership(chat, bot)
    wanted = world.bots_by_id.get(p["user_id"])
    account = wanted.account if wanted else world.people.get(p["user_id"])
    if account is None or (chat.person is not None and account.id not in (chat.id, bot.id)):
        raise bad_request("PARTICIPANT_ID_INVALID")
    return describe_member(account, chat.standing(account.id))


@method("getChatAdministrators", **CHAT, return_bots=Parameter(boolean))
def get_chat_administrators(world: World, bot: Bot, p: Json) -> list[Json]:
    """List a group's administrators; other bots only if asked for."""
    chat = find_chat(world, bot, p["chat_id"])
    require_membership(chat, bot)
    if chat.group is None:
        raise bad_request("there are no administrators in the private chat")
    told = []
    for account_id, standing in chat.group.standings.items():
        other = world.bots_by_id.get(account_id)
        if other is not None and other is not bot and not p.get("return_bots"):
            continue
        if standing in ("administrator", "creator"):
            told.append(describe_member(other.account if other else world.person(account_id), standing))
    return told


@method("leaveChat", **CHAT)
def leave_chat(world: World, bot: Bot, p: Json) -> bool:
    """Leave a group."""
    chat = find_chat(world, bot, p["chat_id"])
    require_membership(chat, bot)
    if chat.group is None:
        raise bad_request("chat member status can't be changed in private chats")
    chat.group.standings[bot.id] = "left"
    world.publish("chat", chat.id, standing="left")
    return True
