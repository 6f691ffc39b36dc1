"""Forum topics of staff groups: opened, closed, opened again. Calls take their turn like any other."""

from bot.telegram_errors import Doubtful
from bot.telegram_http import Accepted
from bot.telegram_out import TelegramOut
from delivery.rules import Lane


async def open_topic(out: TelegramOut, chat_id: int, title: str) -> int:
    """Open a topic; its number.

    Raises:
        Undeliverable, TryLater, TokenRefused: as they say.
        Doubtful: perhaps there is one now, and nobody knows its number.
    """
    async with out.calling("createForumTopic", chat_id, Lane.VISITS):
        try:
            made = await out.bot.create_forum_topic(chat_id, title)
        except Accepted as error:
            raise Doubtful("topic without a number") from error
    return made.message_thread_id


async def turn_topic(out: TelegramOut, chat_id: int, thread_id: int, *, is_open: bool) -> None:
    """Close a topic, or open it again.

    Raises:
        Undeliverable, TryLater, Doubtful, TokenRefused: as they say.
    """
    turn = out.bot.reopen_forum_topic if is_open else out.bot.close_forum_topic
    async with out.calling("reopenForumTopic" if is_open else "closeForumTopic", chat_id, Lane.VISITS):
        try:
            await turn(chat_id, thread_id)
        except Accepted:
            return
