"""The words people read: gettext catalogues per language, and the `say` that a screen speaks with.

English sentences are the msgids. `ui` holds the bot's own words, `answers` the medical wording; a fuzzy or missing
entry is never shown in another language silently: `ui` is complete by the build's gate, `answers` says what is missing.
"""

import html
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from locales.languages import LANGUAGES, SOURCE

FOLDER = Path(__file__).parent


class Filling(str):
    """What fills a hole. `{count:visit|visits}` is the number with the words that fit it.

    English alone tells one from many, and English is what sentences are written in: translations write `{count}`.
    """

    __slots__ = ()

    def __format__(self, words: str) -> str:
        """The text; after a number that has words for one and for many, the right ones."""
        one, bar, many = words.partition("|")
        return f"{self!s} {one if self == '1' else many}" if bar else super().__format__(words)


class Html(Filling):
    """Text that is ready for Telegram's HTML mode: everything that came from outside is escaped."""

    __slots__ = ()


NOTHING = Html("")
"""No text: an empty part that `together` leaves out."""


def escaped(value: object) -> Html:
    """A hole's value made safe for HTML mode, once, unless it was made by `say` itself."""
    return value if isinstance(value, Html) else Html(html.escape(str(value), quote=False))


def together(parts: Iterable[str], between: str = "\n\n") -> Html:
    """Several finished texts as one; empty ones are left out."""
    return Html(between.join(escaped(part) for part in parts if part))


class Translator:
    """Speaks one language. `say(...)` gives HTML with escaped holes, `label(...)` plain text for buttons."""

    def __init__(self, language: str, words: dict[str, str]) -> None:
        """`words` maps msgid to msgstr."""
        self.language = language
        self._words = words

    def __call__(self, sentence: str, **holes: object) -> Html:
        """The sentence in this language, its `{named}` holes filled and escaped."""
        return Html(self._words.get(sentence, sentence).format(**{name: escaped(hole) for name, hole in holes.items()}))

    def label(self, sentence: str, **holes: object) -> str:
        """The sentence as plain text: for buttons, notices on top of the screen and file names."""
        return self._words.get(sentence, sentence).format(**{name: Filling(hole) for name, hole in holes.items()})


def words(sentence: str) -> str:
    """Mark a sentence for extraction where it is only kept in a table and said later."""
    return sentence


class Catalogues:
    """Every catalogue of a folder, read once at the start."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read `<folder>/<language>/LC_MESSAGES/{ui,answers}.po`."""
        self.folder = folder
        self._ui = {language: _finished(self.file(language, "ui")) for language in LANGUAGES}

    def file(self, language: str, domain: str) -> Catalog:
        """One catalogue as it stands; the source language needs none."""
        path = self.folder / language / "LC_MESSAGES" / f"{domain}.po"
        if language == SOURCE or not path.exists():
            return Catalog(locale=language, domain=domain)
        with path.open("rb") as file:
            return read_po(file, locale=language, domain=domain, abort_invalid=True)

    @cached_property
    def speakers(self) -> dict[str, Translator]:
        """One translator per language."""
        return {language: Translator(language, ready) for language, ready in self._ui.items()}

    def say(self, language: str) -> Translator:
        """The translator of a language."""
        return self.speakers[language]


def _finished(catalog: Catalog) -> dict[str, str]:
    return {
        str(message.id): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }


def reviewed_on(comments: Iterable[str]) -> date | None:
    """The day a reviewer signed an entry, from its translator comment `reviewed: NAME, 2026-12-01`."""
    for comment in comments:
        head, _, rest = comment.partition(":")
        if head.strip() == "reviewed":
            return date.fromisoformat(rest.rpartition(",")[2].strip())
    return None
