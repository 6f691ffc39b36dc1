"""Correcting an alert that was sent: new texts, agreed to by two people, in place of the old ones.

The rule: a correction stands beside the text until it is approved; what is approved is what was proposed, byte for
byte. Delivered messages are changed after it (`walking.py`), what has not gone out goes out corrected.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import rules, store
from alerts.refusals import AlertGone, HolesOpen, NothingToCorrect
from alerts.rules import LIVE, State
from alerts.store import changes, going
from alerts.texts import accepted
from storage.tables import Alert, AlertText

OPEN = (*LIVE, State.STOPPED)
"""States in which delivered messages can still be corrected."""


@dataclass(frozen=True)
class Correction:
    """An alert, its texts, and what would take their place, both by language."""

    alert: Alert
    texts: dict[str, str]
    new: dict[str, str]
    delivered: dict[str, int]
    """By language, how many have the old text."""

    @property
    def unchanged(self) -> tuple[str, ...]:
        """Languages that keep their text."""
        return tuple(language for language in self.texts if language not in self.new)

    @property
    def people(self) -> int:
        """How many messages would be changed."""
        return sum(self.delivered.get(language, 0) for language in self.new)

    @property
    def content_hash(self) -> bytes:
        """What an approval of this correction binds (32 bytes): the alert as it stands, and every new text."""
        bound = [self.alert.id, self.alert.version, self.new]
        return hashlib.sha256(json.dumps(bound, sort_keys=True, ensure_ascii=False).encode()).digest()


def name_of(alert_id: int) -> str:
    """A correction as approvals and the audit log know it."""
    return f"correction:{alert_id}"


async def read(session: AsyncSession, alert_id: int) -> Correction:
    """The correction of an alert, as far as it is written.

    Raises:
        AlertGone: no such alert, or it cannot be corrected (any more).
    """
    alert = await store.hold(session, alert_id)
    if alert is None or alert.state not in OPEN:
        raise AlertGone
    rows = await changes.written(session, alert_id)
    counts = await going.tally(session, alert_id, *going.SENT_AGAIN)
    sent = {language: count for (language, state), count in counts.items() if state == "sent"}
    return Correction(alert, _by_language(rows, "text"), _by_language(rows, "correction"), sent)


async def write(session: AsyncSession, alert_id: int, language: str, text: str, *, frame: int) -> Correction:
    """Set what takes the text's place in one language; the old text again takes the correction away.

    Args:
        frame: UTF-16 units that the words around the text take.

    Raises:
        AlertGone: it cannot be corrected, or has no text in this language.
        TextEmpty, TextTooLong, OtherLanguage, HolesOpen: as they say.
    """
    found = await read(session, alert_id)
    if language not in found.texts:
        raise AlertGone
    text = accepted(text, language, frame=frame, attached=bool(found.alert.attachment))
    if holes := rules.holes(text):
        raise HolesOpen(language, tuple(holes))
    await changes.put_correction(session, alert_id, language, "" if text == found.texts[language] else text)
    return await read(session, alert_id)


async def discard(session: AsyncSession, alert_id: int) -> Correction:
    """Throw the correction away: the texts stay what they are.

    Raises:
        AlertGone: it cannot be corrected (any more).
    """
    found = await read(session, alert_id)
    for language in found.new:
        await changes.put_correction(session, alert_id, language, "")
    return await read(session, alert_id)


async def proposable(session: AsyncSession, alert_id: int) -> Correction:
    """The correction, if there is one to be proposed.

    Raises:
        AlertGone: it cannot be corrected (any more).
        NothingToCorrect: no text differs.
    """
    found = await read(session, alert_id)
    if not found.new:
        raise NothingToCorrect
    return found


async def put_in_place(session: AsyncSession, alert_id: int, *, now: datetime) -> str:
    """It was approved: from now on these are the texts, and delivered messages are changed; counts for the log.

    Raises:
        AlertGone: it cannot be corrected (any more).
    """
    found = await read(session, alert_id)
    values = {"version": found.alert.version + 1, "corrected_at": now, "edits": "out", "done_at": None}
    if not await going.change(session, alert_id, OPEN, **values):
        raise AlertGone
    await changes.take_over(session, alert_id, [*found.new], now)
    return f"languages={len(found.new)} messages={found.people}"


def _by_language(rows: list[AlertText], column: str) -> dict[str, str]:
    found: Mapping[str, str] = {row.language: getattr(row, column) for row in rows}
    return {language: text for language, text in found.items() if text}
