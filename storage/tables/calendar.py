"""The clinic's calendar around its slots: openings, edited holidays, feeds, the days themselves, what can be undone."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant, Sealed


class Opening(Table):
    """A recurring template: slots are made from it up to the horizon. Changing it moves no booking."""

    __tablename__ = "openings"
    __table_args__ = (Index("ix_openings_clinic_id", "clinic_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(32))
    service_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    service: Mapped[str] = mapped_column(Sealed("openings.service"))
    """Sealed like that of its slots: a slot names its opening."""
    weekdays: Mapped[int]
    """Bit 0 is Monday, bit 6 Sunday."""
    opens: Mapped[int]
    """Minutes after midnight, the clinic's time."""
    closes: Mapped[int]
    every: Mapped[int]
    """Minutes from one start to the next."""
    minutes: Mapped[int]
    """How long a visit takes."""
    capacity: Mapped[int]
    walkin_share: Mapped[int] = mapped_column(default=0)
    """Per cent of the places that are kept for people who come without a booking."""
    languages: Mapped[str] = mapped_column(String(40), default="")
    """Languages an interpreter covers, `my,km`; empty: nothing is known."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    except_days: Mapped[str] = mapped_column(Text, default="")
    """Single days without it, ISO, comma-separated."""
    name: Mapped[str] = mapped_column(String(40), default="")
    """What staff call it when they saved it as a template."""
    ended_on: Mapped[date | None]
    made_until: Mapped[date | None]
    """Slots exist up to and including this day."""


class Holiday(Table):
    """What a clinic changed in the list of public holidays: a day more, or one on which it works after all."""

    __tablename__ = "holidays"

    clinic_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    closed: Mapped[bool]
    name: Mapped[str] = mapped_column(String(80), default="")


class Feed(Table):
    """The secret address of a clinic's calendar for other programs; only its hash is kept."""

    __tablename__ = "feeds"

    clinic_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)


class ClinicDay(Table):
    """What is true of one clinic on one day: how late it runs, and whether its sheet has gone out."""

    __tablename__ = "clinic_days"

    clinic_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    late_minutes: Mapped[int] = mapped_column(default=0)
    last_number: Mapped[int] = mapped_column(default=0)
    """The last number given out in the queue."""
    called_silence_at: Mapped[datetime | None] = mapped_column(Instant)
    """When staff were told that reminders had fallen silent."""


class Deed(Table):
    """A change by staff that can be taken back for ten minutes."""

    __tablename__ = "deeds"
    __table_args__ = (Index("ix_deeds_person_id", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    clinic_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    undo: Mapped[str] = mapped_column(Sealed("deeds.undo"))
    """What is needed to take it back, as JSON."""
    done_at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
