"""A topic's words in the reader's language, and whether anybody has reviewed them.

English comes from the topic file; the other languages from the `answers` catalogue, where the English text is the
msgid: when it changes, its translation turns fuzzy and is withheld. Nothing is shown in another language silently.
"""

from dataclasses import dataclass
from datetime import date

from babel.messages.catalog import Catalog

from answers.topics import Topic
from locales.catalogue import Catalogues, reviewed_on
from locales.languages import LANGUAGES, SOURCE

PARTS = ("title", "answer", "do_now")


@dataclass(frozen=True, slots=True)
class TopicText:
    """What a person reads. `reviewed` is the day the last of its parts was signed, None for a draft."""

    title: str
    answer: str
    do_now: str
    reviewed: date | None


class TopicTexts:
    """Every topic in every language that has it."""

    def __init__(self, topics: dict[str, Topic], catalogues: Catalogues) -> None:
        """Pick each topic's parts out of the catalogues; a topic with a part missing is missing in that language."""
        self._texts: dict[tuple[str, str], TopicText] = {}
        for language in LANGUAGES:
            catalog = catalogues.file(language, "answers")
            for topic in topics.values():
                text = _source_text(topic) if language == SOURCE else _translated(topic, catalog)
                if text:
                    self._texts[topic.id, language] = text

    def get(self, topic_id: str, language: str) -> TopicText | None:
        """The topic in this language, or None where it is not (or not any more) translated."""
        return self._texts.get((topic_id, language))

    def languages(self, topic_id: str) -> list[str]:
        """The languages that have it."""
        return [language for language in LANGUAGES if (topic_id, language) in self._texts]

    def title(self, topic_id: str, language: str) -> str:
        """The title for a button: in this language, or in English where there is no translation."""
        return (self.get(topic_id, language) or self._texts[topic_id, SOURCE]).title

    def drafts(self, language: str) -> int:
        """How many topics of a language nobody has reviewed."""
        return sum(text.reviewed is None for (_, code), text in self._texts.items() if code == language)

    def for_search(self) -> dict[str, dict[str, str]]:
        """Title and answer by language and topic: what the search may compare a question with."""
        found: dict[str, dict[str, str]] = {}
        for (topic_id, language), text in self._texts.items():
            found.setdefault(language, {})[topic_id] = f"{text.title}. {text.answer}"
        return found


def context(topic_id: str, part: str) -> str:
    """The msgctxt of one part of a topic."""
    return f"{topic_id}.{part}"


def _source_text(topic: Topic) -> TopicText:
    return TopicText(topic.title, topic.answer, topic.do_now, topic.reviewed)


def _translated(topic: Topic, catalog: Catalog) -> TopicText | None:
    entries = {part: catalog.get(getattr(topic, part), context(topic.id, part)) for part in PARTS}
    found = {part: entry for part, entry in entries.items() if entry and entry.string and not entry.fuzzy}
    if len(found) < len(PARTS):
        return None
    days = [reviewed_on(entry.user_comments) for entry in found.values()]
    signed = [day for day in days if day]
    title, answer, do_now = (str(found[part].string) for part in PARTS)
    return TopicText(title, answer, do_now, max(signed) if len(signed) == len(days) else None)
