"""What we owe to whom, when, and what became of it; and the pace of sending."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant, Sealed


class Owed(Table):
    """One message that must go out. Claimed under a lease, fenced by `claim`, and settled exactly once."""

    __tablename__ = "owed"
    __table_args__ = (
        Index(
            "ix_owed_due",
            "lane",
            "due_at",
            "id",  # without it PostgreSQL sorts a whole alert for each claim
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_owed_leased",
            "lease_until",
            sqlite_where=text("state = 'claimed'"),
            postgresql_where=text("state = 'claimed'"),
        ),
        Index("ix_owed_subject", "kind", "subject_id", "state", "language"),
        Index("ix_owed_person_id", "person_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """The natural key: owing the same thing twice is owing it once."""
    kind: Mapped[str] = mapped_column(String(24))
    lane: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("staff_groups.id", ondelete="CASCADE"), index=True)
    """The staff group it goes to, instead of a person."""
    subject_id: Mapped[int] = mapped_column(BigId)
    language: Mapped[str] = mapped_column(String(2), default="")
    """The audience an alert counts this row in; visit messages leave it empty."""
    due_at: Mapped[datetime] = mapped_column(Instant)
    late_since: Mapped[datetime | None] = mapped_column(Instant)
    """When it was first due, once a try has put it off."""
    expires_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    """`pending`, `claimed`, or settled: sent, unreachable, opted-out, expired, failed, unknown, dropped."""
    claim: Mapped[int] = mapped_column(default=0)
    """Counts claims; a sender settles only under the number it claimed with."""
    tries: Mapped[int] = mapped_column(default=0)
    """Sends whose outcome was doubtful. What certainly did not arrive may be tried without end."""
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    message_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(80), default="")


class Shown(Table):
    """A message in a known person's chat, younger than 48 hours: what `/hide` and `/forgetme` can still delete."""

    __tablename__ = "shown"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    message_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class Wipe(Table):
    """Messages that must be deleted from a chat, also after their person is gone. The row goes when it is done."""

    __tablename__ = "wipes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    telegram_id: Mapped[str] = mapped_column(Sealed("wipes.telegram_id"))
    message_ids: Mapped[str] = mapped_column(Sealed("wipes.message_ids"))
    """A JSON list of message ids."""
    due_at: Mapped[datetime] = mapped_column(Instant, index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)


class Pace(Table):
    """Where the next free sending slot of a budget lies; reserved in the claiming transaction."""

    __tablename__ = "pace"

    budget: Mapped[str] = mapped_column(String(40), primary_key=True)
    """`all`, `plain` (what is no paid broadcast), `lane:2`, or `chat:` with a keyed hash of the chat's id."""
    next_at: Mapped[datetime] = mapped_column(Instant, index=True)
    held_until: Mapped[datetime | None] = mapped_column(Instant, index=True)
    """Telegram asked to be left alone until then (`retry_after`)."""
