"""Which group messages reach a bot: privacy mode is on, as it is for every bot that does not switch it off.

The rule: an administrator sees all; a member sees service messages, commands, its mentions and replies to it.
"""

from simulator.bots import Bot
from simulator.entities import cut
from simulator.messages import Message


def reaches(message: Message, bot: Bot) -> bool:
    """Whether a group's message becomes an update for this bot."""
    standing = message.chat.standing(bot.id)
    if standing in ("left", "kicked") or message.sender.id == bot.id:
        return False
    if standing in ("administrator", "creator") or message.kind == "service":
        return True
    if message.reply_to is not None and message.reply_to.sender.id == bot.id:
        return True
    own = f"@{bot.username}".lower()
    for entity in message.entities:
        words = cut(message.text, entity).lower()
        if entity["type"] == "mention" and words == own:
            return True
        if entity["type"] == "bot_command" and ("@" not in words or words.endswith(own)):
            return True
    return False
