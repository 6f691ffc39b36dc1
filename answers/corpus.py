"""Everything the models learn from, gathered: phrasings, titles, chatter, danger sentences.

Rule of the place: one list of lessons, in a fixed order, with a fingerprint that changes when any word changes, or any
code that makes words ready. It is taken before they are made ready: most starts find a fitted model and need no more.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path

import locales
from answers.content import LANGS
from answers.danger import Sign, load_signs
from answers.embedding import LONGEST
from answers.phrasings import load_chatter, load_phrasings
from answers.topics import Topic, load_topics
from locales.graphemes import cut
from locales.repair import for_matching

Texts = Mapping[str, Mapping[str, str]]
"""Translated answers with their titles: language -> topic id -> text."""

_READY_BY = (Path(__file__), *sorted(Path(locales.__file__).parent.glob("*.py")))
"""The code that makes lessons ready."""

CALM = "calm"
"""Label of a look-alike in `Lesson.danger`: danger's words, nobody in danger."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text in matching form. `label`: topic id, "~" + kind of chatter, or "" (no lesson about topics).

    `danger`: sign id, CALM, or "" (an ordinary text: no danger), or None (says nothing about danger).
    """

    lang: str
    text: str
    label: str = ""
    danger: str | None = ""


@dataclass(frozen=True)
class Corpus:
    """Lessons of all languages and the topics they are about."""

    topics: tuple[str, ...]
    gathered: tuple[Lesson, ...]
    """As they were written."""

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """In matching form; this takes seconds."""
        return _prepared(self.gathered)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Topic ids, then kinds of chatter as "~hello"."""
        chatter = {lesson.label for lesson in self.lessons if lesson.label.startswith("~")}
        return (*self.topics, *sorted(chatter))

    @cached_property
    def sign_ids(self) -> tuple[str, ...]:
        """Ids of the danger signs that have sentences, sorted."""
        return tuple(sorted({lesson.danger for lesson in self.lessons if lesson.danger} - {CALM}))

    def of(self, lang: str) -> list[Lesson]:
        """The lessons of one language."""
        return [lesson for lesson in self.lessons if lesson.lang == lang]

    def fingerprint(self, *more: str) -> str:
        """16 hex digits over every lesson as it was written, what makes them ready, and `more` (embedder, format)."""
        digest = hashlib.sha256()
        for part in (*more, *self.topics, unicodedata.unidata_version):
            digest.update(part.encode() + b"\0")
        for file in _READY_BY:
            digest.update(file.read_bytes())
        for lesson in self.gathered:
            digest.update(f"{lesson.lang}\t{lesson.label}\t{lesson.danger}\t{lesson.text}\n".encode())
        return digest.hexdigest()[:16]


def write_lessons(corpus: Corpus, file: Path) -> None:
    """The corpus as JSON, for another process to fit from."""
    record = {"topics": corpus.topics, "lessons": [astuple(lesson) for lesson in corpus.gathered]}
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def read_lessons(file: Path) -> Corpus:
    """What `write_lessons` wrote."""
    record = json.loads(file.read_text(encoding="utf-8"))
    return Corpus(tuple(record["topics"]), tuple(Lesson(*fields) for fields in record["lessons"]))


def gather(topics: Mapping[str, Topic], signs: Iterable[Sign], texts: Texts | None = None) -> Corpus:
    """Gather the lessons; `texts` adds translated answers as they come from the catalogues.

    Raises `ContentError` when a phrasing file is named after no topic.
    """
    english = {topic.id: f"{topic.title}\n\n{topic.do_now}\n\n{topic.answer}" for topic in topics.values()}
    lessons = [
        Lesson(lang, part, name, None)
        for lang, answers in {**(texts or {}), "en": english}.items()
        for name, answer in answers.items()
        if name in topics
        for part in answer.split("\n\n")
    ]
    lessons += [
        Lesson(line.lang, line.text, line.label, _ordinary(topics[line.label])) for line in load_phrasings(topics)
    ]
    lessons += [Lesson(line.lang, line.text, f"~{line.label}") for line in load_chatter()]
    for sign in signs:
        lessons += [Lesson(sign.lang, text, danger=sign.id) for text in sign.sentences]
        lessons += [Lesson(sign.lang, text, danger=CALM) for text in sign.lookalikes]
    return Corpus(tuple(topics), tuple(lessons))


def load_corpus(texts: Texts | None = None) -> Corpus:
    """Read all content of this package and gather it.

    Raises `ContentError` for the first file that is wrong.
    """
    return gather(load_topics(), load_signs(), texts)


def _ordinary(topic: Topic) -> str | None:
    """Phrasings of emergency topics may well be cries for help, so they teach nothing about danger."""
    return None if topic.urgency == "emergency" else ""


def _prepared(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """In matching form, without blanks and repeats, languages in their fixed order."""
    ready = (Lesson(item.lang, cut(for_matching(item.text), LONGEST), item.label, item.danger) for item in lessons)
    kept = dict.fromkeys(item for item in ready if item.text)
    return tuple(sorted(kept, key=lambda item: LANGS.index(item.lang)))
