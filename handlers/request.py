"""What a handler is given: who asks, in which words, when, and the house it can ask."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from alerts.rules import Quiet
from answers.ask import Finder, Finding
from answers.texts import TopicTexts
from answers.topics import Topic
from handlers.grammar.reading import DeskGrammar
from locales.catalogue import Catalogues, Translator
from people.refusals import LanguageFirst
from scheduling.clinics import Clinics
from storage.audit_check import Verdict
from storage.tables import Person


@dataclass(frozen=True)
class House:
    """What is the same for every update: built once at the start."""

    clinics: Clinics
    catalogues: Catalogues
    finder: Finder
    topics: dict[str, Topic]
    texts: TopicTexts
    owners: frozenset[int]
    desk_grammar: DeskGrammar
    new_code: Callable[[], str]
    """Draws a booking's code."""
    new_secret: Callable[[], str]
    """Draws the secret of an invite, and the salt of a PIN."""
    new_layout: Callable[[], str]
    """Draws an order of the ten keys of a keypad."""
    quiet: Quiet = field(default_factory=Quiet)
    """The night of ordinary alerts."""
    send_rate: float = 28
    """Messages a second of the whole bot."""
    free_rate: float = 30
    """Above this rate Telegram takes Stars for alerts."""
    hides_drafts: bool = False
    """Whether answers that nobody has reviewed are withheld."""
    bot_name: str = ""
    """The bot's username, for links."""
    web_url: str = ""
    """Where our web server is reached from outside, without a slash at the end; empty: nowhere."""
    check_log: Callable[[], Awaitable[Verdict]] | None = None
    """Reads the whole audit log anew."""


@dataclass(frozen=True)
class Place:
    """Where in a staff group something was said."""

    chat_id: int
    thread: int | None = None
    """The forum topic."""
    message_id: int | None = None
    replied_to: int | None = None
    """The message it replies to."""
    forum: bool = False
    """Whether the group has topics and we may open them."""


@dataclass(frozen=True)
class Fetched:
    """A file of an operator that was fetched, or why it was not: `large`, `away`."""

    content: bytes = b""
    fault: str = ""


@dataclass(frozen=True)
class Request:
    """One update, as a handler sees it. `now` is the same all through."""

    session: AsyncSession
    house: House
    person: Person | None
    telegram_id: int
    language: str
    now: datetime
    text: str = ""
    """What was typed, without the command in front."""
    medium: str = ""
    """`photo` or `document`, where one was sent while a step waits for it."""
    medium_id: str = ""
    """Telegram's file id of it."""
    fetched: Fetched | None = None
    """An alert of another agency that an operator sent; nothing else is ever fetched."""
    replied: str = ""
    """For a press: the text of ours or theirs that the pressed message replies to."""
    place: Place | None = None
    """The staff group it happened in; None: a private chat."""
    update_id: int = 0
    finding: Finding | None = None
    """What the search made of free text, found before the transaction opened."""
    recent: Mapping[int, datetime] = field(default_factory=dict)
    """Messages of this chat that this process remembers and has not stored yet, with the time they were sent."""
    draft: dict[str, Any] = field(default_factory=dict)
    """What the person entered so far in the step they are in."""

    @property
    def say(self) -> Translator:
        """Speaks the person's language."""
        return self.house.catalogues.say(self.language)

    @property
    def known(self) -> Person:
        """The person, where one is needed.

        Raises:
            LanguageFirst: nobody we know.
        """
        if self.person is None:
            raise LanguageFirst
        return self.person
