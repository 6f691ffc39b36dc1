"""Discreet mode around one press: details are owed their cover, and what replaces them ends it.

The rule: details stand only in protected messages. Telegram cannot protect a message by changing it, so they take the
place of an unprotected one as a new message.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.incoming import Incoming
from delivery.covering import cover_later, is_covered, uncover
from handlers.screen import Screen
from storage.looks import Look
from storage.tables import Person

Duty = Literal["cover", "uncover", ""]
"""What becomes of the pressed message: details stand in it now, something else does, or it stays as it is."""


async def cover_in_time(
    session: AsyncSession, incoming: Incoming, person: Person | None, screen: Screen | None, now: datetime
) -> Screen | None:
    """The screen as it may be shown, once its cover is owed; in the transaction that stores what the press did.

    A message sent anew is covered when its number is known (`bot/shown.py`).
    """
    if person and screen and incoming.message_id is not None:
        match _duty(incoming, person, screen):
            case "cover":
                await cover_later(session, person.id, incoming.message_id, screen.about, now)
            case "uncover":
                await uncover(session, person.id, incoming.message_id)
    return screen and as_shown(incoming, person, screen)


async def owes_cover(session: Look, incoming: Incoming, person: Person | None, screen: Screen) -> bool:
    """Whether `cover_in_time` has anything to write."""
    if person is None or incoming.message_id is None:
        return False
    duty = _duty(incoming, person, screen)
    return duty == "cover" or (duty == "uncover" and await is_covered(session, person.id, incoming.message_id))


def as_shown(incoming: Incoming, person: Person | None, screen: Screen) -> Screen:
    """Details take the place of an unprotected message as a new one."""
    if person and _concerns_a_message(incoming, screen) and _cannot_stay(incoming, screen):
        return replace(screen, fresh=True, instead=True)
    return screen


def _duty(incoming: Incoming, person: Person, screen: Screen) -> Duty:
    if not _concerns_a_message(incoming, screen):
        return ""
    if _cannot_stay(incoming, screen):
        return "uncover"
    if screen.fresh or not screen.text:
        return ""  # the pressed message stays as it is
    return "cover" if screen.private and person.discreet else "uncover"


def _concerns_a_message(incoming: Incoming, screen: Screen) -> bool:
    return incoming.kind == "press" and incoming.message_id is not None and not screen.leaves


def _cannot_stay(incoming: Incoming, screen: Screen) -> bool:
    return screen.private and not incoming.protected and not screen.fresh
