"""Updates from groups, reduced like any other: what staff write, their buttons, and what Telegram says of the group.

The rule: whether a group is a staff group is decided later, in the database. Nothing of other groups is kept.
"""

from dataclasses import replace
from typing import Any

from telegram import Chat, ChatMember, ChatMemberAdministrator, Message, Update

from bot.incoming import Incoming, _button_data, _clean, _command, _speaks
from handlers.request import Place

NEWS = frozenset({"group-left", "group-rights", "group-migrated", "group-topic"})
"""What Telegram says of a group: no limit of a person keeps it from being heard."""
GROUPS = frozenset({Chat.GROUP, Chat.SUPERGROUP})


def read_group(update: Update) -> Incoming | None:
    """What happened in a group, or None for anything else."""
    if update.callback_query:
        return _press(update)
    if update.my_chat_member:
        return _standing(update)
    message = update.message
    if message is None or message.chat.type not in GROUPS:
        return None
    sender = message.from_user.id if message.from_user else 0
    said = Incoming(
        update.update_id,
        "group-text",
        sender,
        message_id=message.message_id,
        replied=_button_data(message.reply_to_message) if message.reply_to_message else "",
        language_code=(message.from_user.language_code if message.from_user else "") or "",
        place=_place(message),
    )
    if message.migrate_to_chat_id:
        return replace(said, kind="group-migrated", text=str(message.migrate_to_chat_id))
    if message.forum_topic_closed or message.forum_topic_reopened:
        is_ours = bool(message.from_user and message.from_user.is_bot)
        state = "closed" if message.forum_topic_closed else "open"
        return None if is_ours else replace(said, kind="group-topic", text=state)
    if message.from_user is None or message.from_user.is_bot or message.sender_chat:
        return None  # a channel, or an administrator who hides behind the group: nobody whose role could be asked
    return _words(said, message)


def _words(said: Incoming, message: Message) -> Incoming | None:
    if message.text is None:
        return replace(said, kind="group-media") if _speaks(message) else None
    text = _clean(message.text)
    command, argument = _command(text)
    if command:
        return replace(said, kind="group-command", command=command, text=argument)
    return replace(said, text=text)


def _place(message: Message) -> Place:
    answered = message.reply_to_message
    return Place(
        message.chat.id,
        message.message_thread_id if message.is_topic_message else None,
        message.message_id,
        answered.message_id if answered else None,
        bool(message.chat.is_forum),
    )


def _press(update: Update) -> Incoming | None:
    query = update.callback_query
    if query is None or query.message is None or query.message.chat.type not in GROUPS:
        return None
    message: Any = query.message
    where = _place(message) if isinstance(message, Message) else Place(message.chat.id, message_id=message.message_id)
    return Incoming(
        update.update_id,
        "group-press",
        query.from_user.id,
        text=_clean(query.data),
        callback_id=query.id,
        message_id=message.message_id if message.is_accessible else None,
        language_code=query.from_user.language_code or "",
        place=where,
    )


def _standing(update: Update) -> Incoming | None:
    """We were let in, shown out, or given another standing."""
    change = update.my_chat_member
    if change is None or change.chat.type not in GROUPS:
        return None
    member = change.new_chat_member
    gone = member.status in (ChatMember.BANNED, ChatMember.LEFT)
    may_open = isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics)
    return Incoming(
        update.update_id,
        "group-left" if gone else "group-rights",
        change.from_user.id,
        place=Place(change.chat.id, forum=bool(change.chat.is_forum) and may_open),
    )
