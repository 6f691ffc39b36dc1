"""Beginnings of alerts with holes, from `templates.toml`.

The rule: no number, address or name is ever made up. Whatever changes from case to case is a hole, and an alert with
a hole left cannot be proposed.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from alerts import rules, store
from alerts.drafting import change
from locales.languages import LANGUAGES
from storage.tables import Alert

FILE = Path(__file__).parent / "templates.toml"
LONGEST_FILLING = 60
"""Letters that fill one hole."""
PHONE = re.compile(r"\+?\d(?:[\s().-]*\d){2,14}")
"""A phone number as people write it, once its digits are Latin."""


class BadTemplates(ValueError):
    """The file of templates cannot be used; one line."""


class Filling(StrEnum):
    """What a hole is filled with."""

    TEXT = "text"
    """Words, asked for in each language."""
    DAY = "day"
    """A day, asked for once and written in each language."""
    PHONE = "phone"
    """A number, asked for once."""


HOLES: dict[str, Filling] = {
    "place": Filling.TEXT,
    "illness": Filling.TEXT,
    "clinic": Filling.TEXT,
    "day": Filling.DAY,
    "phone": Filling.PHONE,
}
"""Every hole a template may have."""


@dataclass(frozen=True)
class Template:
    """One beginning, with its name and its text by language."""

    id: str
    topic: str
    reviewed: str
    """Who reviewed the words and when; empty: nobody has."""
    name: Mapping[str, str]
    text: Mapping[str, str]


def read_templates(path: Path = FILE) -> dict[str, Template]:
    """The templates of a file.

    Raises:
        BadTemplates: a language, a topic or a hole is wrong.
    """
    found = {}
    for key, entry in tomllib.loads(path.read_text("utf-8")).items():
        texts = {language: str(text).strip() for language, text in entry["text"].items()}
        if set(texts) != set(LANGUAGES) or set(entry["name"]) != set(LANGUAGES):
            raise BadTemplates(f"{key}: needs a name and a text in {', '.join(LANGUAGES)}")
        if entry["topic"] not in rules.TOPICS:
            raise BadTemplates(f"{key}: there is no topic {entry['topic']}")
        if len({frozenset(rules.holes(text)) for text in texts.values()}) > 1:
            raise BadTemplates(f"{key}: not every language has the same holes")
        if unknown := {name for text in texts.values() for name in rules.holes(text)} - HOLES.keys():
            raise BadTemplates(f"{key}: there is no hole {min(unknown)}")
        found[key] = Template(key, entry["topic"], entry["reviewed"], entry["name"], texts)
    return found


TEMPLATES = read_templates()


async def begin_with(session: AsyncSession, alert: Alert, template: Template, languages: Iterable[str]) -> None:
    """Put the template's texts into the draft, in these languages; texts that were there are replaced.

    Raises:
        AlertGone: no draft any more.
    """
    await change(session, alert, template=template.id, topic=template.topic)
    for language in languages:
        await store.put_text(session, alert.id, language, template.text[language])


async def fill(session: AsyncSession, alert: Alert, hole: str, filling: Mapping[str, str]) -> None:
    """Fill one hole in the texts of these languages."""
    texts = await store.texts_of(session, alert.id)
    for language, value in filling.items():
        if language in texts:
            await store.put_text(session, alert.id, language, texts[language].replace("{" + hole + "}", value))


def next_hole(texts: Mapping[str, str]) -> tuple[str, str] | None:
    """The language and the name of the hole to ask for now: hole by hole, each in one language after the other.

    Holes that nobody but their author knows come last.
    """
    found = [(language, name) for language in LANGUAGES for name in rules.holes(texts.get(language, ""))]
    known = [*HOLES]
    return min(found, key=lambda one: known.index(one[1]) if one[1] in HOLES else len(known), default=None)


def unreviewed(alert: Alert) -> bool:
    """Whether its words began with a template that nobody has reviewed."""
    template = TEMPLATES.get(alert.template)
    return template is not None and not template.reviewed
