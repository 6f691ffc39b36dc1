"""Slots, bookings and closures. A slot's `taken` equals its standing bookings; the database refuses more than fit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant, Sealed, draw_reference


class Slot(Table):
    """A start time of one service at one clinic, with room for `capacity` people."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("clinic_id", "service_key", "starts_at"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("held >= 0", name="held_not_negative"),
        Index("ix_slots_starts_at", "starts_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(32))
    service_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Blind index of the service: a stolen copy does not tell who came for what."""
    service: Mapped[str] = mapped_column(Sealed("slots.service"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    minutes: Mapped[int]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    """Places kept for minutes: the rows of `holds`. `taken + held` never exceeds `capacity - walkin` by booking."""
    walkin: Mapped[int] = mapped_column(default=0)
    """Places of `capacity` that are kept for people who come without a booking."""
    languages: Mapped[str] = mapped_column(String(40), default="")
    """Languages an interpreter covers, `my,km`; empty: nothing is known."""
    closed: Mapped[bool] = mapped_column(default=False)
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("openings.id", ondelete="SET NULL"), index=True)


class Booking(Table):
    """One person's place at a slot, known to people as their visit."""

    __tablename__ = "bookings"
    __table_args__ = (
        Index(
            "uq_bookings_standing",
            "person_id",
            "slot_id",
            "whom",
            unique=True,
            sqlite_where=text("status = 'standing'"),
            postgresql_where=text("status = 'standing'"),
        ),
        Index("ix_bookings_slot_id", "slot_id"),
        Index("ix_bookings_series", "series"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, default=draw_reference, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Empty for somebody the desk booked who has no Telegram: the clinic tells them itself."""
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    status: Mapped[str] = mapped_column(String(12), default="standing")
    """`standing`, `cancelled` (by the person), `closed` (by the clinic), `no-show` or `done`."""
    whom: Mapped[str] = mapped_column(String(8), default="self")
    """`self`, or `family`: somebody the person brings."""
    name: Mapped[str | None] = mapped_column(Sealed("bookings.name"))
    """What to call out at the desk, if the person gave any name; erased 24 hours after the visit."""
    interpreter: Mapped[str] = mapped_column(String(2), default="")
    """The language an interpreter is needed for; empty: none asked for."""
    series: Mapped[int | None] = mapped_column(BigId)
    """Visits booked in one go share a random number."""
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the person said that they are coming."""
    late_minutes: Mapped[int] = mapped_column(default=0)
    """How late the person said they would be."""
    called_at: Mapped[datetime | None] = mapped_column(Instant)
    """When staff called somebody whom no message reaches, so that no colleague calls again."""
    closure_id: Mapped[int | None] = mapped_column(ForeignKey("closures.id", ondelete="SET NULL"), index=True)
    """The closure that last ended this visit, also once it has another time."""
    answer: Mapped[str] = mapped_column(String(8), default="")
    """What its person made of that closure: `taken` (the place kept for them), `other`, `no`, or empty: nothing yet."""
    moves: Mapped[int] = mapped_column(default=0)
    """Counts changes of time, so that the reminders of each time have names of their own."""
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Closure(Table):
    """A time when a clinic sees nobody; no slot opens and no booking stands inside it."""

    __tablename__ = "closures"
    __table_args__ = (Index("ix_closures_clinic_id_ends_at", "clinic_id", "ends_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(32))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Sealed("closures.reason"))
    """What staff typed, for staff; people are never told."""
