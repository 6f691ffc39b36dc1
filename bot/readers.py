"""What this process remembers of people it has met, so that a question needs no look-up before it is searched.

Memory only, bounded, and never the truth: the database has that.
"""

from collections import OrderedDict
from sys import intern

from storage.tables import Person

REMEMBERED = 20_000
"""People kept in memory."""


class Readers:
    """Language, script and province of alerts by Telegram id."""

    def __init__(self) -> None:
        """Nobody is known yet."""
        self._languages: OrderedDict[int, str] = OrderedDict()
        self._zawgyi: set[int] = set()
        """Whose phone shows Zawgyi: the emergency card must be readable on it too."""
        self._provinces: dict[int, str] = {}
        """Only of those who chose one."""

    def __contains__(self, telegram_id: int) -> bool:
        """Whether this person's language is remembered."""
        return telegram_id in self._languages

    def language(self, telegram_id: int) -> str:
        """The language they chose; empty when it is not remembered."""
        return self._languages.get(telegram_id, "")

    def reads_zawgyi(self, telegram_id: int) -> bool:
        """Whether their phone shows Zawgyi."""
        return telegram_id in self._zawgyi

    def province(self, telegram_id: int) -> str:
        """The province they chose for alerts; empty when there is none, or it is not remembered."""
        return self._provinces.get(telegram_id, "")

    def learn(self, telegram_id: int, person: Person | None) -> None:
        """Remember what a person chose; of a stranger there is nothing to remember."""
        if person is None:
            return
        self._languages[telegram_id] = intern(person.language)  # or each of them keeps letters of their own
        self._languages.move_to_end(telegram_id)
        (self._zawgyi.add if person.script == "zawgyi" else self._zawgyi.discard)(telegram_id)
        self._provinces.pop(telegram_id, None)
        if person.alert_province:
            self._provinces[telegram_id] = person.alert_province
        if len(self._languages) > REMEMBERED:
            self.forget(next(iter(self._languages)))

    def forget(self, telegram_id: int) -> None:
        """Remember nothing of them any more."""
        self._languages.pop(telegram_id, None)
        self._zawgyi.discard(telegram_id)
        self._provinces.pop(telegram_id, None)
