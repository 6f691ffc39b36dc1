"""All SQL of the answers package."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import changed
from storage.tables import AskedDay, AskedWeek, Question, Recording, Table, Vote

WAITING = ("open", "new", "phrased")
"""States in which a question still waits for an answer."""

_RECORDING = select(Recording.file_id).where(
    Recording.topic_id == bindparam("topic"), Recording.language == bindparam("language")
)
"""Put together once: every answer asks it."""


async def recording(session: AsyncSession, topic_id: str, language: str) -> str:
    """The file id of a topic's recording, empty when there is none."""
    return await session.scalar(_RECORDING, {"topic": topic_id, "language": language}) or ""


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


async def add_asked(session: AsyncSession, counts: Mapping[tuple[date, str, str, str], int]) -> None:
    """Add counts of day, subject, language and province to their days and weeks.

    Rows are met in one order by everybody, so that no two processes wait for each other.
    """
    if not counts:
        return
    weeks: Counter[tuple[date, str, str, str]] = Counter()
    for (day, subject, language, province), times in counts.items():
        weeks[day - timedelta(days=day.weekday()), subject, language, province] += times
    for table, found in ((AskedDay, counts), (AskedWeek, weeks)):
        plain = Table.metadata.tables[table.__tablename__]  # without the ORM each row is one run of one statement
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        made = insert(plain)
        summed = made.on_conflict_do_update(
            index_elements=list(plain.primary_key), set_={"times": plain.c.times + made.excluded.times}
        )
        names = plain.c.keys()
        await session.execute(
            summed, [dict(zip(names, (*key, times), strict=True)) for key, times in sorted(found.items())]
        )


async def asked_weeks(session: AsyncSession, since: date) -> list[tuple[date, str, str, str, int]]:
    """Week, subject, language, province and count of every row from a Monday on, in this order."""
    of = AskedWeek
    rows = await session.execute(
        select(of.week, of.subject, of.language, of.province, of.times)
        .where(of.week >= since)
        .order_by(of.week, of.subject, of.language, of.province)
    )
    return [(week, subject, language, province, times) for week, subject, language, province, times in rows]


async def asked_days(session: AsyncSession, since: date, language: str, province: str) -> list[tuple[str, date, int]]:
    """Subject, day and count from a day on, subject by subject: of one language, of one province, or of everybody."""
    of = AskedDay
    part = of.province == province if province else of.province == ""
    only = of.language == language if language else true()
    rows = await session.execute(
        select(of.subject, of.day, func.sum(of.times))
        .where(of.day >= since, part, only)
        .group_by(of.subject, of.day)
        .order_by(of.subject, of.day)
    )
    return [(subject, day, int(times)) for subject, day, times in rows]


async def first_counted_day(session: AsyncSession) -> date | None:
    """Since when anything was counted, as far as it is kept."""
    return await session.scalar(select(func.min(AskedDay.day)))


async def drop_asked(session: AsyncSession, days_before: date, weeks_before: date) -> int:
    """Drop the counts of older days and of older weeks; how many."""
    days = await changed(session, delete(AskedDay).where(AskedDay.day < days_before))
    return days + await changed(session, delete(AskedWeek).where(AskedWeek.week < weeks_before))
