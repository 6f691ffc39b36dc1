"""Closing the loop: a question nobody could answer becomes content, and whoever asked is told once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from answers import store
from answers.ask import Finding
from delivery.owing import owe
from delivery.rules import Kind
from locales.graphemes import cut
from storage.audit import record
from storage.tables import Person, Question

MOST_KEPT = 5
"""Questions of one person that wait at once."""
LONGEST = 300
"""Letters of a question that are kept: as much as the search reads."""
LIKELY = 3
"""Topics an editor is offered for a question."""

Find = Callable[[str, str], Finding]


@dataclass(frozen=True)
class Group:
    """Questions of one language that the search sees near the same topic."""

    language: str
    guess: tuple[str, ...]
    """Topic ids, likeliest first; may be empty."""
    questions: tuple[Question, ...]


async def keep(session: AsyncSession, person: Person, text: str, language: str, update_id: int, now: datetime) -> bool:
    """Keep a question without a name; False when this person has as many waiting as one may have."""
    if await store.questions_kept_by(session, person.id) >= MOST_KEPT:
        return False
    question = Question(
        update_id=update_id,
        person_id=person.id,
        language=language,
        text=cut(text, LONGEST),
        asked_on=now.date(),
        state="open",
        topic_id="",
    )
    await store.keep_question(session, question)
    return True


def grouped(questions: list[Question], find: Find) -> list[Group]:
    """Open questions by language and the topic they seem to be about, largest group first."""
    groups: dict[tuple[str, str], list[Question]] = {}
    guesses: dict[tuple[str, str], tuple[str, ...]] = {}
    for question in questions:
        topics = tuple(found.id for found in find(question.text, question.language).topics[:LIKELY])
        key = (question.language, topics[0] if topics else "")
        groups.setdefault(key, []).append(question)
        guesses.setdefault(key, topics)
    made = [Group(key[0], guesses[key], tuple(found)) for key, found in groups.items()]
    return sorted(made, key=lambda group: (-len(group.questions), group.language))


async def tell_answered(session: AsyncSession, find: Find, phrasings: set[tuple[str, str, str]], now: datetime) -> int:
    """Owe the answer to everyone whose question the content answers now; how many.

    A question that an editor made a phrasing is answered once that phrasing is in the released content; any other
    once the search is sure. Each is told once: the question leaves the waiting list in the same transaction.

    Args:
        find: the search of the running content.
        phrasings: language, topic and text of every phrasing of the running content.
    """
    told = 0
    for question in await store.waiting_questions(session, *store.WAITING):
        topic = _answered_by(question, find, phrasings)
        if topic and await store.change_question(session, question.id, "answered", topic):
            told += 1
            if question.person_id is not None:
                await owe(session, Kind.ANSWERED, str(question.id), question.person_id, question.id, due_at=now)
    if told:
        await record(session, "questions-answered", now=now, detail=f"{told} questions")
    return told


def _answered_by(question: Question, find: Find, phrasings: set[tuple[str, str, str]]) -> str:
    if question.state == "phrased":
        released = (question.language, question.topic_id, question.text.strip()) in phrasings
        return question.topic_id if released else ""
    finding = find(question.text, question.language)
    return finding.topics[0].id if finding.outcome == "answer" else ""


def patch(questions: list[Question]) -> dict[str, list[str]]:
    """The phrasing files an editor's choices add to, with the lines to add: the next content release."""
    files: dict[str, list[str]] = {}
    for question in questions:
        if question.state == "phrased":
            line = " ".join(question.text.split())
            files.setdefault(f"answers/phrasings/{question.language}/{question.topic_id}.txt", []).append(line)
    return files
