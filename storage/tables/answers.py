"""What answers leave behind: recordings, weekly votes without people, and questions people let us keep."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Sealed


class Recording(Table):
    """A topic read aloud in one language, kept as Telegram's own file id."""

    __tablename__ = "recordings"

    topic_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    file_id: Mapped[str] = mapped_column(String(200))


class Vote(Table):
    """Whether a topic helped, counted by week and language. Nobody's vote is kept as theirs."""

    __tablename__ = "votes"

    topic_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    """Its Monday."""
    helped: Mapped[int] = mapped_column(default=0)
    did_not: Mapped[int] = mapped_column(default=0)


class Question(Table):
    """A question nobody's content answered, kept because the person agreed; without a name."""

    __tablename__ = "questions"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    update_id: Mapped[int] = mapped_column(BigId, unique=True)
    """The press that kept it: delivered twice, it is kept once."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    """Whom to tell when there is an answer; editors never see it."""
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Sealed("questions.text"))
    asked_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="open")
    """`open`, `phrased` (a way of asking `topic_id`), `new` (a topic is missing), `answered` or `dropped`."""
    topic_id: Mapped[str] = mapped_column(String(48), default="")
