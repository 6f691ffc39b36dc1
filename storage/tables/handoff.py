"""Conversations between people and the health workers of a clinic. Words are sealed, and go once they were used."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant, Sealed, draw_reference


class GroupCode(Table):
    """A one-time code by which a lead links a Telegram group to the clinic; only its hash is kept."""

    __tablename__ = "group_codes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    clinic_id: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Conversation(Table):
    """One person and the staff of one clinic. Staff know it by a name that its random number stands for."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("person_id", "clinic_id"),
        Index("ix_conversations_thread", "clinic_id", "thread_id"),
        Index(
            "ix_conversations_waiting",
            "waiting_since",
            sqlite_where=text("waiting_since IS NOT NULL"),
            postgresql_where=text("waiting_since IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, default=draw_reference, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    clinic_id: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(8), default="open")
    """`open` or `closed`."""
    opened_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    """The last word of either side."""
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)
    """When the oldest words came that nobody has answered."""
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the leads were told that somebody waits."""
    thread_id: Mapped[int | None] = mapped_column(BigId)
    """The forum topic in the clinic's group; in a group without topics the message that replies hang on."""
    thread_open: Mapped[bool] = mapped_column(default=True)
    """Whether the forum topic is open, as far as we know."""
    threads: Mapped[int] = mapped_column(default=0)
    """How often a thread was begun: after the first one, it continues."""
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    """A process is at work on the forum topic until then."""


class Line(Table):
    """One message of a conversation, of the person or of the staff; who of the staff is not kept."""

    __tablename__ = "conversation_lines"
    __table_args__ = (Index("ix_conversation_lines_conversation_id", "conversation_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, default=draw_reference, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    """Whose conversation it is."""
    update_id: Mapped[int] = mapped_column(BigId, unique=True)
    """The update that brought it: delivered twice, it is one line."""
    source: Mapped[str] = mapped_column(String(8))
    """`person` or `staff`."""
    phrase: Mapped[str] = mapped_column(String(24), default="")
    """A reviewed phrase instead of free words; `text` then holds what goes into its holes, as JSON."""
    text: Mapped[str | None] = mapped_column(Sealed("conversation_lines.text"))
    """None once it is not needed any more."""
    danger: Mapped[bool] = mapped_column(default=False)
    """Whether the emergency card was shown for it."""
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    state: Mapped[str] = mapped_column(String(8), default="ready")
    """`draft` (staff have not said "send"), `ready`, `sent`, `failed` or `dropped`."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was owed anew because its thread was gone."""
    group_message_id: Mapped[int | None] = mapped_column(BigId, index=True)
    """Its message in the staff group: ours for the person's words, theirs for an answer."""
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    """When a hidden answer was opened."""
