"""What the page is told: the world as JSON, for the people who are in it and the bot registered first.

The rule: reading never changes the world; messages are the Bot API's own JSON plus `reactions`.
"""

from typing import Any

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.messages import Account, Message
from simulator.world import World

Json = dict[str, Any]
PRESENT = ("creator", "administrator", "member")


def describe_world(world: World, roles: dict[int, str]) -> Json:
    """Everything the page shows. `roles` names what each person is, such as "Nurse", by person id."""
    if not world.bots:
        return {
            "clock": world.clock.now().isoformat(),
            "bot": None,
            "people": [],
            "chats": {},
        }
    bot = world.bot
    chats = [bot.chats.get(person.id) or Chat(person.id, person=person) for person in world.people.values()]
    return {
        "clock": world.clock.now().isoformat(),
        "bot": {
            "id": bot.id,
            "username": bot.username,
            "name": in_language(bot.names, None) or bot.account.name,
        },
        "people": [describe_person(world, bot, who, roles.get(who.id, "")) for who in world.people.values()],
        "chats": {str(chat.id): describe_chat(chat, bot) for chat in [*chats, *world.groups.values()]},
    }


def describe_person(world: World, bot: Bot, person: Account, role: str) -> Json:
    """One person: who they are, the chats they see, and what the bot offers them in their language."""
    own = bot.chats.get(person.id) or Chat(person.id, person=person)
    seen = [own] + [group for group in world.groups.values() if group.standing(person.id) in PRESENT]
    language = person.language_code
    return {
        "id": person.id,
        "name": person.name,
        "role": role,
        "language_code": language,
        "blocked": own.blocked,
        "chats": [chat.id for chat in seen],
        "commands": {str(chat.id): bot.commands_for(chat, language) for chat in seen},
        "bot_name": in_language(bot.names, language) or bot.account.name,
        "description": in_language(bot.descriptions, language),
        "menu_button": _menu_button(own, bot),
    }


def _menu_button(chat: Chat, bot: Bot) -> Json:
    own = chat.menu_button
    return bot.menu_button if own is None or own["type"] == "default" else own


def describe_chat(chat: Chat, bot: Bot) -> Json:
    """One chat with all its messages, oldest first."""
    topics = chat.group.topics.values() if chat.group else ()
    return {
        "id": chat.id,
        "type": chat.type,
        "title": chat.title,
        "forum": chat.group is not None and chat.group.is_forum,
        "topics": [{"id": topic.thread_id, "name": topic.name, "closed": topic.closed} for topic in topics],
        "messages": [describe_message(message) for message in chat.messages if not message.deleted],
        "keyboard": chat.keyboard,
        "commands": bot.commands_for(chat, chat.person.language_code if chat.person else None),
        "pinned": list(chat.pinned),
    }


def describe_message(message: Message) -> Json:
    """The Bot API's message, and the emoji of its reactions, which the Bot API tells only in updates."""
    faces = [reaction.get("emoji", "") for reaction in message.reactions or ()]
    return message.as_json() | {"reactions": faces} if faces else message.as_json()


def describe_event(world: World, event: Json) -> Json | None:
    """An event of `world.subscribe()` as the page takes it; None for one that it need not hear.

    A message is told as it is now, not as it was at the event: a later event can then only repeat it.
    """
    kind, chat_id = event["type"], event["chat_id"]
    told: Json = {"type": kind, "chat_id": chat_id}
    if kind == "clock":
        return {"type": kind, "clock": event["now"]}
    if kind == "delete":
        return told | {"message_ids": [event["message_id"]]}
    if kind == "answer":
        answer = {key: event[key] for key in ("text", "show_alert", "url")}
        return told | {"id": event["query_id"], "answer": answer}
    if kind in ("message", "edit"):
        elsewhere = chat_id > 0 and event["bot"] != world.bot.username
        news = None if elsewhere else _news(world, event)
        return told | news if news else None
    return told | {key: value for key, value in event.items() if key not in told}


def _news(world: World, event: Json) -> Json | None:
    chat = world.chat(event["chat_id"])
    message = chat.find(event["message_id"])
    if message is None:
        return None
    news: Json = {"message": describe_message(message), "keyboard": chat.keyboard}
    if chat.person is not None:
        # Setting commands is no event of its own; who has just been written to sees them with the message.
        news["commands"] = world.bot.commands_for(chat, chat.person.language_code)
    return news


def in_language(texts: dict[str, str], language: str | None) -> str:
    """A text of the bot's in a language, else the one for everybody, else empty."""
    return texts.get(language or "") or texts.get("", "")
