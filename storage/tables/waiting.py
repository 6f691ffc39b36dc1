"""Places kept for minutes, people who wait for one, and the offers made to them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.frame import Table
from storage.types import BigId, Instant, Sealed


class Hold(Table):
    """One place of a slot kept for one person until `expires_at`. A slot's `held` equals its rows here."""

    __tablename__ = "holds"
    __table_args__ = (
        UniqueConstraint("person_id", "slot_id", "why"),
        Index("ix_holds_expires_at", "expires_at"),
        Index("ix_holds_slot_id", "slot_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    why: Mapped[str] = mapped_column(String(8))
    """`confirm` (being booked), `offer` (waiting list) or `closure` (in place of a closed visit)."""
    subject_id: Mapped[int] = mapped_column(BigId, default=0)
    """The offer, or the booking that was closed."""
    expires_at: Mapped[datetime] = mapped_column(Instant)


class Waiting(Table):
    """Somebody who waits for a place of one service at one clinic."""

    __tablename__ = "waiting"
    __table_args__ = (
        Index("ix_waiting_person_id", "person_id"),
        Index(
            "ix_waiting_open",
            "clinic_id",
            "service_key",
            "joined_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    clinic_id: Mapped[str] = mapped_column(String(32))
    service_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    service: Mapped[str] = mapped_column(Sealed("waiting.service"))
    from_day: Mapped[date]
    until_day: Mapped[date]
    part: Mapped[str] = mapped_column(String(10), default="any")
    """`any`, `morning` or `afternoon`."""
    whom: Mapped[str] = mapped_column(String(8), default="self")
    interpreter: Mapped[str] = mapped_column(String(2), default="")
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id", ondelete="SET NULL"), index=True)
    """The visit for which an earlier time is wanted: taking an offer moves it."""
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """`waiting`, `taken`, `left` or `over`."""
    joined_at: Mapped[datetime] = mapped_column(Instant)


class Offer(Table):
    """A freed place held for one person who waits. The same place is never offered to them twice."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("waiting_id", "slot_id"),
        Index("ix_offers_slot_id", "slot_id"),
        Index(
            "ix_offers_open",
            "expires_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    waiting_id: Mapped[int] = mapped_column(ForeignKey("waiting.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    """`open`, `taken`, `declined` or `lapsed`."""
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class Queued(Table):
    """Somebody in today's queue: come to a booking, or walked in."""

    __tablename__ = "queue"
    __table_args__ = (UniqueConstraint("clinic_id", "day", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(32))
    day: Mapped[date]
    number: Mapped[int]
    """What is called out; given in the order of coming."""
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    service: Mapped[str] = mapped_column(Sealed("queue.service"))
    language: Mapped[str] = mapped_column(String(2), default="")
    state: Mapped[str] = mapped_column(String(8), default="here")
    """`here`, `called`, `done` or `left`."""
    came_at: Mapped[datetime] = mapped_column(Instant)
    called_at: Mapped[datetime | None] = mapped_column(Instant)
    came_by: Mapped[int] = mapped_column(BigId, default=0)
    """The update in which staff gave this number, so that the same update again gives no second one."""
    called_by: Mapped[int] = mapped_column(BigId, default=0)
    """The update in which staff called it."""
    done_at: Mapped[datetime | None] = mapped_column(Instant)
