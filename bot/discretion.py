"""Discreet mode around one press, in its transaction: details are owed their cover, and what replaces them ends it.

The rule: details stand only in protected messages. Telegram cannot protect a message by changing it, so they take the
place of an unprotected one as a new message.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.incoming import Incoming
from delivery.covering import cover_later, uncover
from handlers.screen import Screen
from storage.tables import Person


async def cover_in_time(
    session: AsyncSession, incoming: Incoming, person: Person | None, screen: Screen | None, now: datetime
) -> Screen | None:
    """The screen as it may be shown. A message sent anew is covered when its number is known (`bot/shown.py`)."""
    message_id = incoming.message_id
    if person is None or screen is None or incoming.kind != "press" or message_id is None or screen.leaves:
        return screen
    if screen.private and not incoming.protected and not screen.fresh:
        await uncover(session, person.id, message_id)
        return replace(screen, fresh=True, instead=True)
    if screen.fresh or not screen.text:
        return screen  # the pressed message stays as it is
    if screen.private and person.discreet:
        await cover_later(session, person.id, message_id, screen.about, now)
    else:
        await uncover(session, person.id, message_id)
    return screen
