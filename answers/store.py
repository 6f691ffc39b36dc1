"""All SQL of the answers package."""

from datetime import date, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import Question, Recording, Vote

WAITING = ("open", "new", "phrased")
"""States in which a question still waits for an answer."""


async def recording(session: AsyncSession, topic_id: str, language: str) -> str:
    """The file id of a topic's recording, empty when there is none."""
    found = await session.get(Recording, (topic_id, language))
    return found.file_id if found else ""


async def keep_recording(session: AsyncSession, topic_id: str, language: str, file_id: str) -> None:
    """Set a topic's recording; a newer one replaces the older."""
    found = await session.get(Recording, (topic_id, language))
    if found:
        found.file_id = file_id
    else:
        session.add(Recording(topic_id=topic_id, language=language, file_id=file_id))
    await session.flush()


async def count_vote(session: AsyncSession, topic_id: str, language: str, day: date, helped: bool) -> None:
    """Count one vote in its week."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    week = day - timedelta(days=day.weekday())
    column = Vote.helped if helped else Vote.did_not
    values = {
        "topic_id": topic_id,
        "language": language,
        "week": week,
        "helped": int(helped),
        "did_not": int(not helped),
    }
    statement = insert(Vote).values(values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["topic_id", "language", "week"], set_={column: column + 1}),
        execution_options={"synchronize_session": False},
    )


async def keep_question(session: AsyncSession, question: Question) -> None:
    """Keep a question, unless this very press has kept it already."""
    known = await session.scalar(select(Question.id).where(Question.update_id == question.update_id))
    if known is None:
        session.add(question)
        await session.flush()


async def question_by_id(session: AsyncSession, question_id: int) -> Question | None:
    """One question."""
    return await session.get(Question, question_id)


async def waiting_questions(session: AsyncSession, *states: str) -> list[Question]:
    """Questions in these states, oldest first."""
    found = select(Question).where(Question.state.in_(states)).order_by(Question.id)
    return list(await session.scalars(found))


async def change_question(session: AsyncSession, question_id: int, state: str, topic_id: str) -> bool:
    """Move a waiting question on; False when somebody was faster."""
    waiting = (Question.id == question_id, Question.state.in_(WAITING))
    return await changed(session, update(Question).where(*waiting).values(state=state, topic_id=topic_id)) == 1


async def questions_kept_by(session: AsyncSession, person_id: int) -> int:
    """How many waiting questions one person has: a limit keeps the list useful."""
    mine = (Question.person_id == person_id, Question.state.in_(WAITING))
    return int(await session.scalar(select(func.count()).select_from(Question).where(*mine)) or 0)
