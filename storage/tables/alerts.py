"""Health alerts: a draft, its text per language, and who wrote it. Who approved it stands with the approvals."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant


class Alert(Table):
    """One message to many people, in the states of `alerts.rules.State`; a proposal can be taken back."""

    __tablename__ = "alerts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    audience_size: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    topic: Mapped[str] = mapped_column(String(24), default="")
    """What it is about (`alerts.rules.TOPICS`); people can turn single topics off."""
    languages: Mapped[str] = mapped_column(String(20), default="")
    """Whom it is for, comma-separated; empty: readers of every language."""
    provinces: Mapped[str] = mapped_column(String(400), default="")
    """Codes of ISO 3166-2 without `TH-`, comma-separated; empty: everywhere."""
    clinic_id: Mapped[str] = mapped_column(String(32), default="")
    """Only people with a visit at this clinic, or who chose its province; empty: everybody."""
    life_safety: Mapped[bool] = mapped_column(default=False)
    """Goes out at night, past the canary, to everybody who wants any alert, and again where nobody knows."""
    template: Mapped[str] = mapped_column(String(32), default="")
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    """Not before then; None: as soon as it may."""
    window_minutes: Mapped[int] = mapped_column(default=720)
    """What has not gone out so long after its start is not sent any more."""
    valid_until: Mapped[datetime | None] = mapped_column(Instant)
    """After this, delivered messages are marked as no longer valid."""
    attachment: Mapped[str] = mapped_column(String(200), default="")
    """Telegram's file id of a picture or document."""
    attachment_kind: Mapped[str] = mapped_column(String(10), default="")
    """`photo` or `document`."""
    canary_size: Mapped[int] = mapped_column(default=0)
    canary: Mapped[str] = mapped_column(String(8), default="")
    """Empty before it, then `out`, `passed` or `held`."""
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=0)
    """Counts corrections that were approved."""
    corrected_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    """Since when it is no longer valid; delivered messages are marked with it."""
    edits: Mapped[str] = mapped_column(String(8), default="")
    """Changes of delivered messages: `out` while they go out, then `done` or `stopped`; empty: there were none."""
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    """When nothing of it was left to do; sending again or a correction takes it away."""


class AlertText(Table):
    """The text of an alert in one language."""

    __tablename__ = "alert_texts"

    alert_id: Mapped[int] = mapped_column(
        ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    correction: Mapped[str] = mapped_column(Text, default="")
    """What would take the text's place, until it is approved."""
    corrected_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the last correction in this language was approved."""


class AlertProgress(Table):
    """The message in an operator's chat that shows how an alert gets on."""

    __tablename__ = "alert_progress"

    alert_id: Mapped[int] = mapped_column(
        ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    shown: Mapped[str] = mapped_column(String(64), default="")
    """Hash of what it shows: an edit that changes nothing is spared. Its message stands with the row that is owed."""
    edited_at: Mapped[datetime | None] = mapped_column(Instant)
    """Real time, because it is Telegram's pace that it keeps."""
    settled: Mapped[int] = mapped_column(default=0)
    """Messages of the alert that had ended by then."""
    rate: Mapped[int] = mapped_column(default=0)
    """Messages that ended in a minute, between the last two looks."""


class CapMessage(Table):
    """A message of the Common Alerting Protocol that was imported, so that updates and cancels find their alert."""

    __tablename__ = "cap_messages"

    identity: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Hash of `sender,identifier,sent`, as CAP 1.2 refers to a message."""
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(10))
    msg_type: Mapped[str] = mapped_column(String(10))
    imported_at: Mapped[datetime] = mapped_column(Instant)
