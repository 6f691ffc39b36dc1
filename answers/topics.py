"""The topics: questions this house can answer, in English as written by their authors.

Rule of the place: the file is the truth; a topic has no word that is not in its file.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from answers.content import HERE, ContentError, Record, read_toml

FOLDER = HERE / "topics"

CATEGORIES = (
    "emergency",
    "insurance-cost",
    "documents-fear",
    "maternal-child",
    "infectious",
    "chronic",
    "work-health",
    "mental-health-gbv",
    "disability-dental-eye",
    "using-services",
    "border",
    "environment",
    "hotlines",
    "iom-and-bot",
)
"""Category ids in the order of the menu."""

URGENCIES = ("emergency", "urgent", "routine")

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was found; `date` is as the page gives it, often only a year."""

    id: str
    title: str
    publisher: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One answer. `answer` has paragraphs separated by blank lines; `red_flags` and `related` are ids."""

    id: str
    title: str
    answer: str
    do_now: str
    category: str
    urgency: str
    phones: tuple[str, ...]
    red_flags: tuple[str, ...]
    related: tuple[str, ...]
    service: str
    facts: tuple[str, ...]
    open_questions: tuple[str, ...]
    volatile: tuple[str, ...]
    checked: date
    review_months: int
    legal_review: bool
    sources: tuple[Source, ...]
    reviewed: date | None = None
    """The day a clinician signed the English text; a comment beside it says who."""

    def is_overdue(self, today: date) -> bool:
        """Whether the topic should have been checked again; a month counts 31 days."""
        return (today - self.checked).days > self.review_months * 31


def load_topics(folder: Path = FOLDER) -> dict[str, Topic]:
    """All topics by id, in the order of their ids.

    Raises `ContentError`: a field is missing, misspelled or of the wrong kind, or `related` names no topic.
    """
    topics = {path.stem: _topic(path.stem, read_toml(path)) for path in sorted(folder.glob("*.toml"))}
    for topic in topics.values():
        for other in topic.related:
            if other not in topics:
                raise ContentError(f"topics/{topic.id}.toml: field 'related': there is no topic '{other}'")
    return topics


def _topic(name: str, record: Record) -> Topic:
    if not _NAME.fullmatch(name):
        raise record.error("id", f"the file name '{name}' is not lower-case words joined by hyphens")
    topic = Topic(
        id=name,
        title=record.text("title", empty=False).strip(),
        answer=record.text("answer", empty=False).strip(),
        do_now=record.text("do_now").strip(),
        category=record.one_of("category", CATEGORIES),
        urgency=record.one_of("urgency", URGENCIES),
        phones=record.texts("phones"),
        red_flags=record.texts("red_flags"),
        related=record.texts("related"),
        service=record.text("service"),
        facts=record.texts("facts"),
        open_questions=record.texts("open_questions"),
        volatile=record.texts("volatile"),
        checked=record.day("checked"),
        review_months=record.number("review_months"),
        legal_review=record.flag("legal_review"),
        sources=tuple(_source(item) for item in record.tables("sources")),
        reviewed=record.day_if_any("reviewed"),
    )

    record.close()
    return topic


def _source(record: Record) -> Source:
    source = Source(*(record.text(field) for field in ("id", "title", "publisher", "url", "date")))
    record.close()
    return source
