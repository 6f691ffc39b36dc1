"""People, what they agreed to and chose, the roles they hold, and the one typed answer we wait for."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant, Sealed, draw_reference


class Person(Table):
    """Anyone who chose a language. Whoever only reads answers leaves no more than that choice."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, default=draw_reference, autoincrement=False)
    telegram_id: Mapped[str] = mapped_column(Sealed("people.telegram_id"))
    telegram_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Blind index of the Telegram id."""
    language: Mapped[str] = mapped_column(String(2))
    script: Mapped[str] = mapped_column(String(8), default="")
    """How this phone shows Burmese: `unicode`, `zawgyi`, or empty while nobody has had to ask."""
    discreet: Mapped[bool] = mapped_column(default=True)
    wants_alerts: Mapped[bool] = mapped_column(default=False, index=True)
    wants_visits: Mapped[bool] = mapped_column(default=True)
    """Reminders of visits; a receipt of what the person does right now always comes."""
    wants_news: Mapped[bool] = mapped_column(default=False)
    alert_province: Mapped[str] = mapped_column(String(4), default="")
    """Where alerts are wanted for, as chosen (ISO 3166-2 without `TH-`); empty: everywhere. Not where anybody is."""
    reachable: Mapped[bool] = mapped_column(default=True)
    """False after Telegram said "blocked"; the choices above stay as they were."""
    consent_version: Mapped[int | None]
    consent_day: Mapped[date | None]
    last_seen: Mapped[date]
    """The day only, never the time."""


class Mute(Table):
    """A topic of alerts that a person turned off."""

    __tablename__ = "mutes"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    topic: Mapped[str] = mapped_column(String(24), primary_key=True)


class Grant(Table):
    """One role of one person, at one clinic or (empty) everywhere."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("person_id", "role", "clinic_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, default=draw_reference)
    """Never used twice: a button about a role that has ended must not meet another one."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(16))
    clinic_id: Mapped[str] = mapped_column(String(32), default="")
    granted_on: Mapped[date]


class Invite(Table):
    """A single-use link that grants a role; only the hash of its code is kept."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    clinic_id: Mapped[str] = mapped_column(String(32), default="")
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Consent(Table):
    """One line of the consent ledger: which text was agreed to or taken back, and on which day. Never changed."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person_id", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    version: Mapped[int]
    given: Mapped[bool]
    day: Mapped[date]


class Dialogue(Table):
    """The one step a person is in the middle of; any command ends it, an hour ends it too."""

    __tablename__ = "dialogues"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    step: Mapped[str] = mapped_column(String(32))
    draft: Mapped[str] = mapped_column(Sealed("dialogues.draft"))
    """What was entered so far, as JSON."""
    nonce: Mapped[int] = mapped_column(BigId)
    """Carried by the step's buttons, so that a button of an older draft does nothing."""
    expires_at: Mapped[datetime] = mapped_column(Instant)


class Quarantined(Table):
    """An update whose handling failed: counted, and set aside after three tries. Holds no content."""

    __tablename__ = "quarantine"

    update_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    tries: Mapped[int]
    last_tried_at: Mapped[datetime] = mapped_column(Instant)
