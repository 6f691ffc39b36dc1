"""Which messages stand in the chats of people we know, so that `/hide` and `/forgetme` can delete them.

Ids are collected in memory and written once a second, in one transaction for everybody: a message costs no write of its
own, and a crash forgets at most one second of ids (those messages then stay in their chats). What is owed is noted with
its row's end and loses nothing. Of strangers nothing is written.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from delivery import covering, shown
from people.store import people_by_keys, telegram_key
from storage.database import Database

MOST = 50_000
"""Messages kept in memory while the database is away; the chats that were quiet longest are forgotten first."""
AT_ONCE = 500
"""Chats written in one transaction."""


@dataclass(frozen=True, eq=False)
class Note:
    """One message."""

    at: datetime
    """When it was sent, by Telegram's clock."""
    about: int | None = None
    """The visit whose details it shows, 0 for details of none in particular; None: it shows no details."""


class ShownMessages:
    """What has not been written yet, by chat."""

    def __init__(self) -> None:
        """Nothing was shown."""
        self._notes: OrderedDict[int, dict[int, Note]] = OrderedDict()
        self._count = 0

    def note(self, telegram_id: int, message_id: int, at: datetime, about: int | None = None) -> None:
        """Remember a message, ours or theirs; `about` as in `Note`."""
        notes = self._notes.setdefault(telegram_id, {})
        self._notes.move_to_end(telegram_id)
        if message_id not in notes:
            self._count += 1
        elif about is None:
            return
        notes[message_id] = Note(at, about)
        while self._count > MOST:
            self._count -= len(self._notes.popitem(last=False)[1])

    def of(self, telegram_id: int) -> Mapping[int, datetime]:
        """The messages of a chat that may not be in the database yet, with the time they were sent."""
        return {message_id: note.at for message_id, note in self._notes.get(telegram_id, {}).items()}

    def strike(self, telegram_id: int, message_ids: Iterable[int]) -> None:
        """Forget messages that somebody has taken charge of deleting."""
        notes = self._notes.get(telegram_id, {})
        for message_id in message_ids:
            self._count -= notes.pop(message_id, None) is not None
        if not notes:
            self._notes.pop(telegram_id, None)

    def forget(self, telegram_id: int) -> None:
        """Remember nothing of a chat any more."""
        self._count -= len(self._notes.pop(telegram_id, {}))

    async def flush(self, database: Database, now: datetime) -> None:
        """Write what was collected. It stays here until the commit, so that nothing is missed in between.

        Raises:
            Exception: whatever the database raises; then it is all still here.
        """
        for begin in range(0, len(chats := list(self._notes)), AT_ONCE):
            batch = {chat: dict(self._notes[chat]) for chat in chats[begin : begin + AT_ONCE] if chat in self._notes}
            await self._write(database, batch, now)
            for chat, notes in batch.items():
                left = self._notes.get(chat, {})
                self.strike(chat, [number for number, note in notes.items() if left.get(number) is note])

    async def _write(self, database: Database, batch: dict[int, dict[int, Note]], now: datetime) -> None:
        by_key = {telegram_key(chat): notes for chat, notes in batch.items()}
        async with database.writing() as session:
            known = await people_by_keys(session, by_key)
            rows = []
            for key, (person_id, discreet) in known.items():
                for message_id, note in by_key[key].items():
                    if note.at <= now - shown.KEEP:
                        continue
                    rows.append((person_id, message_id, note.at))
                    if discreet and note.about is not None:
                        await covering.cover_later(session, person_id, message_id, note.about, now)
            await shown.remember(session, rows)
